"""Why somebody cannot do something with an activity, each in one sentence that helps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused


class Cancelled(Refused):
    sentence = _l("这一场已经取消了。请看看后面的场次。")


class Begun(Refused):
    sentence = _l("活动已经开始了，不能再在这里报名或取消。请直接找现场负责人。")


class Full(Refused):
    sentence = _l("名额已满。有人取消时会空出来，您也可以看看后面的场次。")


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


class NeedsGuardian(Refused):
    """R008."""

    sentence = _l("未满 18 周岁报名，要先有监护人同意。请监护人到社区服务台登记一次，以后都能报。")


class NeedsTraining(Refused):
    """`what` names the trainings and qualifications that are missing on the day."""

    sentence = _l(
        "这个岗位要先有%(what)s，您还没有，或者到那天已经过期。"
        "参加过的，请社区工作人员登记；有证书的，在“我的培训和资格”里交上来。"
    )


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


class BadTimes(Refused):
    sentence = _l("请填以后的时间，结束要晚于开始，一场最长 24 小时。")
    status = 422
    field = "ends_time"
