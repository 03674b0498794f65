"""Why somebody cannot do something with an activity, each in one sentence that helps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused


class Cancelled(Refused):
    sentence = _l("这一场已经取消了。请看看后面的场次。")


class Begun(Refused):
    sentence = _l("活动已经开始了，不能再在这里报名或取消。请直接找现场负责人。")


class Over(Refused):
    """Of what is done at any time until then."""

    sentence = _l("这项任务的期限已经过了。请看看别的活动。")


class Undecided(Refused):
    sentence = _l("这一场办不办还没有定下来，定了以后再开放报名。请过几天再来看看。")


class NotOpen(Refused):
    sentence = _l("报名还没有开始，%(when)s开放。到时候再来就行。")


class NewcomersFirst(Refused):
    sentence = _l("%(until)s之前先留给第一次来的邻居。谢谢您让一让，到时候再来报名。")


class Closed(Refused):
    sentence = _l("报名已经在%(when)s截止。想来的话，请直接联系负责人，或者看看后面的场次。")


class Full(Refused):
    sentence = _l("名额已满。您可以排队等候，有人取消就按先后顺序问您。")


class FullLate(Refused):
    """In the last hour nothing is offered any more."""

    sentence = _l("名额已满，马上就要开始了，不再排队。有人取消的话，谁先来归谁；也可以看看后面的场次。")


class TooFew(Refused):
    """More places are wanted than are left."""

    sentence = _l("只剩 %(left)s 个名额了，请少带几位，或者看看后面的场次。")


class PositionNeeded(Refused):
    sentence = _l("请先选一个岗位，再报名。")
    status = 422
    field = "position_id"


class PositionFull(Refused):
    sentence = _l("这个岗位已经满了。可以换一个岗位，或者为它排队等候。")


class PositionClosed(Refused):
    sentence = _l("这个岗位这一场不再收人了。请换一个岗位。")


class AlreadyWaiting(Refused):
    sentence = _l("您正在排队，排在第 %(place)s 位。有名额时会问您，请留意消息。")


class OfferWaits(Refused):
    sentence = _l("有一个名额给您留着，请在%(until)s之前决定来不来。")


class OfferOver(Refused):
    sentence = _l("留给您的时间已经过了，名额问了下一位。想来的话，可以重新排队。")


class NotOffered(Refused):
    sentence = _l("现在还没有轮到您。有名额时会发消息问您。")


class NotWaiting(Refused):
    sentence = _l("您没有在这一场排队，可能已经退出了。")


class NotFull(Refused):
    sentence = _l("现在有空名额，不用排队，直接报名就行。")


class CapacityTooLow(Refused):
    """`least`: places taken, and those kept for somebody on the waiting list."""

    sentence = _l("已经有 %(least)s 个名额给出去了，不能比这更少。要再少，请先和报名的人商量。")
    status = 422
    field = "capacity"


class CapacityTooHigh(Refused):
    sentence = _l("一场最多 %(most)s 人，请填小一点的数。")
    status = 422
    field = "capacity"


class NeedsSkill(Refused):
    sentence = _l("这个岗位要有%(what)s。您会的话，请在“我的资料”里添上，再来报名。")


class NeedsHours(Refused):
    sentence = _l("这一场要先有 %(needed)s的服务时长，您现在有 %(so_far)s，还差 %(more)s。请先参加别的活动。")


class WomenOnly(Refused):
    sentence = _l("这一场因为服务对象的需要，只请女性志愿者。请看看别的活动。")


class MenOnly(Refused):
    sentence = _l("这一场因为工作的需要，只请男性志愿者。请看看别的活动。")


class SexUnknown(Refused):
    sentence = _l("这一场对性别有要求，您的资料里还没有写。请到社区服务台登记一下，再来报名。")


class Blocked(Refused):
    """R027: only staff lift it."""

    sentence = _l("您有几次报了名没有来，暂时不能报名。请到社区服务台谈一谈，说清楚就能恢复。")


class DayLimit(Refused):
    """Whoever leads the activity may pass it, with a reason."""

    sentence = _l(
        "您这一天已经排了 %(planned)s，加上这一场就超过一天 %(limit)s了。请保重身体；确实需要，请负责人替您报。"
    )
    field = "override_reason"


class TooLittleRest(Refused):
    """Whoever leads the activity may pass it, with a reason."""

    sentence = _l("和“%(other)s”之间休息不到 %(rest)s。请换一场；确实需要，请负责人替您报。")
    field = "override_reason"


class TooManyCompanions(Refused):
    sentence = _l("这一场每人最多带 %(most)s 位。")
    status = 422
    field = "companions"


class NoCompanions(TooManyCompanions):
    sentence = _l("这一场不能带人，请让同来的人自己报名。")


class CompanionNeedsName(Refused):
    sentence = _l("请写上一起来的人的名字，负责人好准备。")
    status = 422
    field = "companions"


class AlreadySignedUp(Refused):
    sentence = _l("您已经报过名了，到时候见。")


class PersonAlreadySignedUp(AlreadySignedUp):
    sentence = _l("这位志愿者已经报过名了，不用再报。")


class Overlaps(Refused):
    sentence = _l("和您已报名的“%(other)s”时间重叠。要参加这一场，请先取消那一场。")


class MembersOnly(Refused):
    sentence = _l("这一场只有“%(team)s”的队员能参加。请先申请入队。")


class TooYoung(Refused):
    sentence = _l("这一场要求活动当天年满 %(age)s 岁。请看看别的活动。")


class TooDangerous(Refused):
    """R009: no exception, whoever signs up."""

    sentence = _l("这项活动有危险，未满 18 周岁不能参加。请看看别的活动。")


class NoChildrenHere(Refused):
    """R009, of those who come along."""

    sentence = _l("这项活动有危险，不能带孩子来。")
    status = 422
    field = "companions"


class NeedsGuardian(Refused):
    """R008."""

    sentence = _l("未满 18 周岁报名，要先有监护人同意。请监护人到社区服务台登记一次，以后都能报。")


class NeedsTraining(Refused):
    """`what` names the trainings and qualifications that are missing on the day."""

    sentence = _l(
        "这个岗位要先有%(what)s，您还没有，或者到那天已经过期。"
        "参加过的，请社区工作人员登记；有证书的，在“我的培训和资格”里交上来。"
    )


class PersonBlocked(Blocked):
    sentence = _l("这位志愿者有几次报了名没有来，暂时不能报名。请社区工作人员先处理。")


class PersonOverlaps(Overlaps):
    sentence = _l("这位志愿者已经报了“%(other)s”，时间重叠。要参加这一场，请先取消那一场。")


class PersonDayLimit(DayLimit):
    sentence = _l(
        "他这一天已经排了 %(planned)s，加上这一场就超过一天 %(limit)s了。问过本人确实要报的，请写明理由。"
    )


class PersonTooLittleRest(TooLittleRest):
    sentence = _l("他和“%(other)s”之间休息不到 %(rest)s。问过本人确实要报的，请写明理由。")


class PersonAlreadyWaiting(AlreadyWaiting):
    sentence = _l("这位志愿者正在排队，排在第 %(place)s 位。")


class PersonNeedsTraining(NeedsTraining):
    sentence = _l("这个岗位要先有%(what)s，这位志愿者还没有，或者到那天已经过期。请先给他登记。")


class TooManyRequirements(Refused):
    sentence = _l("报名条件最多写 %(most)s 项，请只留必要的。")
    status = 422
    field = "needs"


class NotSignedUp(Refused):
    sentence = _l("没有找到这一场的报名，可能已经取消过了。")


class ReasonNeeded(Refused):
    sentence = _l("离开始不到 %(hours)s 小时了，请写一句不能来的原因，好让负责人安排。")
    status = 422
    field = "reason"


class NotComplete(Refused):
    """R019: `field` names what is missing."""

    sentence = _l("发布之前，请把活动名称、时间、地点、内容、负责人和风险说明都填好。")
    status = 422

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class NotOfTheTeam(Refused):
    sentence = _l("负责人要是这支队伍的队员或队长，请重新选择。")
    status = 422
    field = "person_in_charge_id"


class TeamClosed(Refused):
    sentence = _l("这支队伍已经停止活动，不能再发布新活动。")


class BeginsInThePast(Refused):
    sentence = _l("第一次的日期已经过去了，请选今天或以后的日期。")
    status = 422
    field = "starts_on"


class TooFarAhead(Refused):
    """R062."""

    sentence = _l("最多提前安排一年，请选 %(until)s 或更早的日期。")
    status = 422
    field = "starts_on"


class NoDates(Refused):
    sentence = _l("照这样重复，一年之内一次也排不出来。请换一种重复方式。")
    status = 422
    field = "repeat"


class NotRepeating(Refused):
    sentence = _l("这项活动只办一次，不用续期。请发布一项新的活动。")


class SeriesEnded(Refused):
    sentence = _l("这个系列已经结束，不能再排新的场次。")


class AlreadyRecorded(Refused):
    sentence = _l("这一场的时长已经登记，不能再改动。要更正，请先冲正这一批时长。")


class OccurrenceOver(Refused):
    sentence = _l("这一场已经结束，不能再改时间或地点。")


class EndsInThePast(Refused):
    sentence = _l("这一天已经过去了，请选今天或以后的日期。")
    status = 422
    field = "on"


class WordsNeeded(Refused):
    sentence = _l("有报了名的场次要取消，请写一句原因，好告诉大家。")
    status = 422
    field = "words"


class BadTimes(Refused):
    sentence = _l("请填以后的时间，结束要晚于开始，一场最长 24 小时。")
    status = 422
    field = "ends_time"


# How the same is said of somebody else.
OF_ANOTHER: dict[type[Refused], type[Refused]] = {
    AlreadySignedUp: PersonAlreadySignedUp,
    AlreadyWaiting: PersonAlreadyWaiting,
    Blocked: PersonBlocked,
    DayLimit: PersonDayLimit,
    NeedsTraining: PersonNeedsTraining,
    Overlaps: PersonOverlaps,
    TooLittleRest: PersonTooLittleRest,
}


def of_another(refusal: Refused) -> Refused:
    """The refusal in words about another person, where there are some."""
    kind = OF_ANOTHER.get(type(refusal))
    return refusal if kind is None else kind(**refusal.values)
