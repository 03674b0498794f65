"""Why somebody cannot check in or out, each in one sentence that helps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused


class Cancelled(Refused):
    sentence = _l("这一场取消了，不用签到。")


class TooEarly(Refused):
    """R029."""

    sentence = _l("还没到签到的时间，%(when)s 开始签到。")


class TooLate(Refused):
    """R029."""

    sentence = _l("签到签退的时间已经过了。来过的话不用急，负责人点名时会给您补上。")


class AlreadyRecorded(Refused):
    sentence = _l("这一场的时长已经登记了，不能再签到签退。有出入请找负责人更正。")


class NoFixedHour(Refused):
    sentence = _l("这项任务没有固定的时间，不用签到。做完以后写一下完成情况就行。")


class OldCode(Refused):
    sentence = _l("这个码已经换过了。请再扫一次现场手机上的码，或者输入旁边的六位数字。")


class WrongCode(Refused):
    sentence = _l("没有找到这六位数字。请看一眼现场的数字，再输一次。")
    status = 422
    field = "code"


class NoPass(Refused):
    sentence = _l("请先扫一下现场的码，或者输入现场的六位数字。")


class AlreadyIn(Refused):
    sentence = _l("已经签到了，不用再签。走的时候记得签退。")


class NotIn(Refused):
    sentence = _l("还没有签到，所以不用签退。")


class JustNow(Refused):
    sentence = _l("刚刚已经给%(name)s记过了，两分钟以后才能再记。记错了请按“撤回”。")


class TooManyPairs(Refused):
    """R031."""

    sentence = _l("同一天同一场最多签到 %(most)s 次，已经满了。请让负责人在点名时记下。")


class NotInsured(Refused):
    """R021."""

    sentence = _l("这项活动有危险，还有 %(count)s 位没有登记保险，现在不能开始。请负责人先把保险登记好。")


class NoPlaceLeft(Refused):
    sentence = _l("名额满了。请找现场负责人，他同意的话，扫一下您的邻里卡就能加上。")


class NotForWalkIns(Refused):
    """`reason` is the sentence that a sign-up would have met."""

    sentence = _l("您没有报名，也不能直接加入：%(reason)s")


class TooDangerous(Refused):
    """R009: who could not sign up is not added at the door either."""

    sentence = _l("这项活动有危险，%(name)s未满 18 周岁，不能加进名单。")


class NotForMinors(Refused):
    """R009: it became dangerous after the person had taken a place, alone or as a pair."""

    sentence = _l("这项活动现在写明有危险，未满 18 周岁不能参加。请和负责人商量一下。")


class NeedsGuardian(Refused):
    """R008."""

    sentence = _l("%(name)s未满 18 周岁，还没有监护人同意，不能加进名单。请监护人先到社区服务台登记。")


class NotTheLatest(Refused):
    sentence = _l("这位后来又签过，请先撤回后面那一次。")


class AlreadyTakenBack(Refused):
    sentence = _l("这一次已经撤回了。")


class NoSuchPlace(Refused):
    sentence = _l("请从名单里选一个地点。先发布那里的活动，地点才会出现。")
    status = 422
    field = "place"
