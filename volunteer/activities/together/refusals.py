"""Why a standing sign-up, a pair, a stand-in or a swap cannot be, each in one sentence that helps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused


class NoRegularPlaces(Refused):
    sentence = _l("这项活动没有固定报名，请一场一场地报。")


class AlreadyRegular(Refused):
    sentence = _l("您已经固定报名了。要换日子，请先停掉现在的，再报一次。")


class ChooseDays(Refused):
    sentence = _l("请从这项活动的日子里选，至少选一天。")
    status = 422
    field = "weekdays"


class ChooseShift(Refused):
    sentence = _l("请选一个班次。")
    status = 422
    field = "shift"


class ChoosePosition(Refused):
    sentence = _l("请选一个岗位。")
    status = 422
    field = "position"


class PauseUntilLater(Refused):
    sentence = _l("请选明天以后、一年以内的日子。")
    status = 422
    field = "until"


class NotRegularNow(Refused):
    sentence = _l("这个固定报名已经停掉了。")


class NoPairs(Refused):
    sentence = _l("这项活动要一人一个名额，不能两个人搭档。")


class AlreadyPaired(Refused):
    sentence = _l("这个名额已经有搭档了。要换人，请先取消现在的搭档。")


class NotWithOneself(Refused):
    sentence = _l("不能选自己，请选另一位志愿者。")
    status = 422
    field = "who"


class HoldsPlaceAlready(Refused):
    sentence = _l("这位志愿者这一场已经有名额了，不用再搭档。")
    status = 422
    field = "who"


class NotAskedAnyMore(Refused):
    """The question was taken back, answered, or its date has begun."""

    sentence = _l("这个请求已经不在了，可能对方收回了，也可能活动已经开始。")


class OverlapsHere(Refused):
    sentence = _l("这个时间您还有“%(other)s”。要答应，请先取消那一场。")


class SharesAlready(Refused):
    """One person shares one place of a date."""

    sentence = _l("这一场您已经和别人搭档了。要换一位，请先取消现在的搭档。")


class AlreadyLooking(Refused):
    sentence = _l("您已经在找人了。要换一种方式，请先收回现在的。")


class StandInGone(Refused):
    sentence = _l("已经有人接了这一班，或者对方不再找人了。谢谢您的热心。")


class NotYoursAlone(Refused):
    """A partner shares the place, or companions came along with it."""

    sentence = _l("这个名额不止您一个人用：有搭档，或者带着同伴。请先取消搭档，或者直接取消报名。")


class ChooseSwap(Refused):
    sentence = _l("请选一位队友的场次。")
    status = 422
    field = "theirs"


class SwapCannotBe(Refused):
    """One of the two may not come to the other's date; nothing has changed."""

    sentence = _l("换不成：%(reason)s两个人的报名都没有动。")


class NobodyOfThatNumber(Refused):
    """Unknown, closed, or oneself under another number: answered alike."""

    sentence = _l("没有找到这位志愿者。请核对编号或手机号。")
    status = 422
    field = "who"


class SomebodyWaits(Refused):
    """A free place is offered to the waiting list first, not to a friend."""

    sentence = _l("有邻居在这一场排队。来不了的话，直接取消报名，名额就轮到他们，您不用再找人。")


class LineFirst(Refused):
    """Who is asked to take the place, while others wait for one."""

    sentence = _l("有邻居在这一场排队，名额要先问他们。谢谢您愿意帮忙。")


class NotATeammate(Refused):
    sentence = _l("没有找到这位队友。请核对，或者请负责人替他报名。")
    status = 422
    field = "who"
