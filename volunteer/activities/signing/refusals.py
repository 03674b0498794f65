"""Why a person may not take a place: each state of `states`, with the sentence that says what to do next.

The classes stand in the order of the states; below them what concerns the line and giving back.
"""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from volunteer.activities.signing import states
from volunteer.core.errors import Refused


class NoPlace(Refused):
    """One of the states of a date; which, the class says."""

    state: ClassVar[str]


class Cancelled(NoPlace):
    state = states.CANCELLED
    sentence = _l("这一场已经取消了。请看看后面的场次。")


class Undecided(NoPlace):
    state = states.UNDECIDED
    sentence = _l("这一场办不办还没有定下来，定了以后再开放报名。请过几天再来看看。")


class Begun(NoPlace):
    state = states.BEGUN
    sentence = _l("活动已经开始了，不能再在这里报名或取消。请直接找现场负责人。")


class Over(NoPlace):
    """Of what is done at any time until then."""

    state = states.OVER
    sentence = _l("这项任务的期限已经过了。请看看别的活动。")


class AlreadySignedUp(NoPlace):
    state = states.MINE
    sentence = _l("您已经报过名了，到时候见。")


class SharesPlace(NoPlace):
    """The place stands in the partner's name."""

    state = states.SHARED
    sentence = _l("这一场您和搭档共用一个名额，不用再报名，谁来你们俩商量。想自己单独报，请先取消搭档。")


class OfferWaits(NoPlace):
    state = states.OFFERED
    sentence = _l("有一个名额给您留着，请在%(until)s之前告诉我们来不来。")


class AlreadyWaiting(NoPlace):
    state = states.WAITING
    sentence = _l("您正在排队，排在第 %(place)s 位。有名额时会问您，请留意消息。")


class TooDangerous(NoPlace):
    """R009: no exception, whoever signs up."""

    state = states.TOO_DANGEROUS
    sentence = _l("这项活动有危险，未满 18 周岁不能参加。请看看别的活动。")


class TooYoung(NoPlace):
    state = states.TOO_YOUNG
    sentence = _l("到活动那天满 %(age)s 岁的人才能参加这一场。请看看别的活动。")


class NeedsGuardian(NoPlace):
    """R008."""

    state = states.NEEDS_GUARDIAN
    sentence = _l("未满 18 周岁报名，要先有监护人同意。请监护人到社区服务台登记一次，以后都能报。")


class WomenOnly(NoPlace):
    state = states.WRONG_SEX
    sentence = _l("这一场因为服务对象的需要，只请女性志愿者。请看看别的活动。")


class MenOnly(NoPlace):
    state = states.WRONG_SEX
    sentence = _l("这一场因为工作的需要，只请男性志愿者。请看看别的活动。")


class SexUnknown(NoPlace):
    state = states.WRONG_SEX
    sentence = _l("这一场分男女报名，您的资料里还没有写性别。请到社区服务台登记一下，再来报名。")


class MembersOnly(NoPlace):
    state = states.MEMBERS_ONLY
    sentence = _l("这一场只有“%(team)s”的队员能参加。请先申请入队。")


class NeedsTraining(NoPlace):
    """`what` names the trainings and qualifications that are missing on the day."""

    state = states.NEEDS_TRAINING
    sentence = _l(
        "来这里帮忙，要先有%(what)s。您还没有，或者到那天已经过期了。"
        "参加过的，请社区工作人员登记；有证书的，在“我的培训和资格”里交上来。"
    )


class NeedsSkill(NoPlace):
    state = states.NEEDS_SKILL
    sentence = _l("来这里帮忙，要会%(what)s。您会的话，请在“我的资料”里添上，再来报名。")


class NeedsHours(NoPlace):
    state = states.NEEDS_HOURS
    sentence = _l(
        "参加这一场，要先做满 %(needed)s的服务。您已经做了 %(so_far)s，还差 %(more)s，请先看看别的活动。"
    )


class Blocked(NoPlace):
    """R027: only staff lift it."""

    state = states.BLOCKED
    sentence = _l("您有几次报了名没有来，暂时不能报名。请到社区服务台谈一谈，说清楚就能恢复。")


class NotOpen(NoPlace):
    state = states.NOT_OPEN
    sentence = _l("报名还没有开始，%(when)s开放。到时候再来就行。")


class NewcomersFirst(NoPlace):
    state = states.NEWCOMERS_FIRST
    sentence = _l("%(until)s之前先留给第一次来的邻居。谢谢您让一让，到时候再来报名。")


class Closed(NoPlace):
    state = states.CLOSED
    sentence = _l("报名已经在%(when)s截止。想来的话，给负责人留言问一问，或者看看后面的场次。")


class Overlaps(NoPlace):
    state = states.OVERLAPS
    sentence = _l("这个时间您已经报了“%(other)s”。想来这一场，请先取消那一场。")


class DayLimit(NoPlace):
    """Whoever leads the activity may pass it, with a reason."""

    state = states.DAY_LIMIT
    sentence = _l(
        "您这一天已经排了 %(planned)s，加上这一场就超过一天 %(limit)s了。请保重身体；确实需要，请负责人替您报。"
    )
    field = "override_reason"


class TooLittleRest(NoPlace):
    """Whoever leads the activity may pass it, with a reason."""

    state = states.TOO_LITTLE_REST
    sentence = _l("和您报的“%(other)s”挨得太近，中间歇不到 %(rest)s。请换一场；确实需要，请负责人替您报。")
    field = "override_reason"


class PositionClosed(NoPlace):
    state = states.POSITION_CLOSED
    sentence = _l("这个岗位这一场不再收人了。请换一个岗位。")


class PositionFull(NoPlace):
    state = states.POSITION_FULL
    sentence = _l("这个岗位满了。您可以换一个岗位，也可以排队等。")


class TooFew(NoPlace):
    """More places are wanted than are left."""

    state = states.TOO_FEW
    sentence = _l("只剩 %(left)s 个名额了，请少带几位，或者看看后面的场次。")


class Full(NoPlace):
    state = states.FULL
    sentence = _l("名额已满。您可以排队，有人取消了，就按先后一位一位地问。")


class FullLate(NoPlace):
    """In the last hour nothing is offered any more."""

    state = states.FULL_LATE
    sentence = _l("名额已满，马上就要开始了，不再排队。有人取消的话，谁先报就归谁；也可以看看后面的场次。")


# About the line, and about a place that is held.


class PositionNeeded(Refused):
    sentence = _l("请先选一个岗位，再报名。")
    status = 422
    field = "position_id"


class OfferOver(Refused):
    sentence = _l("留给您的时间已经过了，名额问了下一位。想来的话，可以重新排队。")


class NotOffered(Refused):
    sentence = _l("现在还没有轮到您。有名额时会发消息问您。")


class NotWaiting(Refused):
    sentence = _l("您没有在这一场排队，可能已经退出了。")


class NotFull(Refused):
    sentence = _l("现在有空名额，不用排队，直接报名就行。")


class NotSignedUp(Refused):
    sentence = _l("没有找到这一场的报名，可能已经取消过了。")


class ReasonNeeded(Refused):
    sentence = _l("离开始不到 %(hours)s 小时了，请写一句不能来的原因，好让负责人安排。")
    status = 422
    field = "reason"
