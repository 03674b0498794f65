"""The same refusals said to whoever acts about somebody else, in the order of `refusals`."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.activities.signing import refusals as to
from volunteer.core.errors import Refused
from volunteer.people.identity import Actor


class PersonAlreadySignedUp(to.AlreadySignedUp):
    sentence = _l("这位志愿者已经报过名了，不用再报。")


class PersonSharesPlace(to.SharesPlace):
    sentence = _l("这位志愿者这一场和搭档共用一个名额，不用再报。")


class PersonOfferWaits(to.OfferWaits):
    sentence = _l("有一个名额正给这位志愿者留着，等他在%(until)s之前答复。")


class PersonAlreadyWaiting(to.AlreadyWaiting):
    sentence = _l("这位志愿者正在排队，排在第 %(place)s 位。")


class PersonTooDangerous(to.TooDangerous):
    sentence = _l("这项活动有危险，这位志愿者未满 18 周岁，谁替他报都不行。")


class PersonTooYoung(to.TooYoung):
    sentence = _l("这一场要求活动当天年满 %(age)s 岁，这位志愿者还不到。")


class PersonNeedsGuardian(to.NeedsGuardian):
    sentence = _l("这位志愿者未满 18 周岁，还没有监护人同意。请监护人到社区服务台登记一次，再替他报。")


class PersonOnlyWomen(to.WomenOnly):
    sentence = _l("这一场因为服务对象的需要，只请女性志愿者，不能替他报。")


class PersonOnlyMen(to.MenOnly):
    sentence = _l("这一场因为工作的需要，只请男性志愿者，不能替她报。")


class PersonSexUnknown(to.SexUnknown):
    sentence = _l("这一场对性别有要求，这位志愿者的资料里还没有写。请他到社区服务台登记一下，再来报名。")


class PersonMembersOnly(to.MembersOnly):
    sentence = _l("这一场只有“%(team)s”的队员能参加，这位志愿者还不是。请他先申请入队。")


class PersonNeedsTraining(to.NeedsTraining):
    sentence = _l("这个岗位要先有%(what)s，这位志愿者还没有，或者到那天已经过期。请先给他登记。")


class PersonNeedsSkill(to.NeedsSkill):
    sentence = _l(
        "这个岗位要有%(what)s，这位志愿者的资料里还没有写。他会的话，请他在“我的资料”里添上，再来报名。"
    )


class PersonNeedsHours(to.NeedsHours):
    sentence = _l("这一场要先有 %(needed)s的服务时长，这位志愿者还差 %(more)s。请他先参加别的活动。")


class PersonBlocked(to.Blocked):
    sentence = _l("这位志愿者有几次报了名没有来，暂时不能报名。请社区工作人员先处理。")


class PersonNotOpen(to.NotOpen):
    sentence = _l("报名还没有开始，%(when)s开放，到时候再替他报。")


class PersonNewcomersFirst(to.NewcomersFirst):
    sentence = _l("%(until)s之前先留给第一次来的邻居，这位志愿者来过，到时候再替他报。")


class PersonClosed(to.Closed):
    sentence = _l("报名已经在%(when)s截止。确实要加人，请这一场的负责人替他报。")


class PersonOverlaps(to.Overlaps):
    sentence = _l("这位志愿者已经报了“%(other)s”，时间重叠。要参加这一场，请先取消那一场。")


class PersonDayLimit(to.DayLimit):
    sentence = _l(
        "他这一天已经排了 %(planned)s，加上这一场就超过一天 %(limit)s了。问过本人确实要报的，请写明理由。"
    )


class PersonTooLittleRest(to.TooLittleRest):
    sentence = _l("他和“%(other)s”之间休息不到 %(rest)s。问过本人确实要报的，请写明理由。")


class PersonPositionFull(to.PositionFull):
    sentence = _l("这个岗位已经满了。可以给他换一个岗位，或者替他排队等候。")


class PersonTooFew(to.TooFew):
    sentence = _l("只剩 %(left)s 个名额了，请他少带几位，或者看看后面的场次。")


class PersonFull(to.Full):
    sentence = _l("名额已满。可以替他排队等候，有人取消就按先后顺序问他。")


class PersonOfferOver(to.OfferOver):
    sentence = _l("留给他的时间已经过了，名额问了下一位。还想来的话，可以替他重新排队。")


class PersonNotOffered(to.NotOffered):
    sentence = _l("现在还没有轮到他。有名额时会发消息问他。")


class PersonNotWaiting(to.NotWaiting):
    sentence = _l("他没有在这一场排队，可能已经退出了。")


class PersonNotFull(to.NotFull):
    sentence = _l("现在有空名额，不用排队，直接替他报名就行。")


class PersonReasonNeeded(to.ReasonNeeded):
    sentence = _l("只剩不到 %(hours)s 小时了，请写一句他不能来的原因，负责人好安排。")


SAID_OF_ANOTHER: tuple[type[Refused], ...] = (
    PersonAlreadySignedUp, PersonSharesPlace, PersonOfferWaits, PersonAlreadyWaiting, PersonTooDangerous,
    PersonTooYoung, PersonNeedsGuardian, PersonOnlyWomen, PersonOnlyMen, PersonSexUnknown, PersonMembersOnly,
    PersonNeedsTraining, PersonNeedsSkill, PersonNeedsHours, PersonBlocked, PersonNotOpen,
    PersonNewcomersFirst, PersonClosed, PersonOverlaps, PersonDayLimit, PersonTooLittleRest,
    PersonPositionFull, PersonTooFew, PersonFull, PersonOfferOver, PersonNotOffered, PersonNotWaiting,
    PersonNotFull, PersonReasonNeeded,
)  # fmt: skip
OF_ANOTHER: dict[type[Refused], type[Refused]] = {kind.__mro__[1]: kind for kind in SAID_OF_ANOTHER}


def of_another(refusal: Refused) -> Refused:
    """The refusal in words about another person; what concerns nobody in particular stays as it is."""
    kind = OF_ANOTHER.get(type(refusal))
    return refusal if kind is None else kind(**refusal.values)


def worded(refusal: Refused, actor: Actor, person_id: int) -> Refused:
    """To the person, or about the person to whoever acts."""
    return refusal if person_id == actor.id else of_another(refusal)
