"""Why a series or one of its dates cannot be made or changed so, each in one sentence that helps."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused


class TooManyRequirements(Refused):
    sentence = _l("报名条件最多写 %(most)s 项，请只留必要的。")
    status = 422
    field = "needs"


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


class BeginsTooEarly(Refused):
    """An edit: the date before, or today, stands in the way."""

    sentence = _l("新的安排最早从%(earliest)s起，请选这一天或以后的日期。")
    status = 422
    field = "first_on"


class TooFarAhead(Refused):
    """R062."""

    sentence = _l("最多提前安排一年，请选 %(until)s 或更早的日期。")
    status = 422
    field = "starts_on"


class NoDates(Refused):
    sentence = _l("照这样重复，一年之内一次也排不出来。请换一种重复方式。")
    status = 422
    field = "repeat"


class NothingHeld(NoDates):
    """The rule gives days, and what is chosen for holidays leaves none of them."""

    sentence = _l(
        "排到的日子都碰上放假或调休，选了“不办”，一年之内一次也办不成。请换个日子，或者改成照常办、挪一天。"
    )
    field = "on_holiday"


class NotRepeating(Refused):
    sentence = _l("这项活动只办一次，不用续期。请发布一项新的活动。")


class SeriesEnded(Refused):
    sentence = _l("这个系列已经结束，不能再排新的场次。")


class AlreadyRecorded(Refused):
    sentence = _l("这一场的时长已经登记，不能再改动。要更正，请先冲正这一批时长。")


class OccurrenceOver(Refused):
    sentence = _l("这一场已经结束，不能再改时间或地点。")


class CancelledTooLate(Refused):
    sentence = _l("这一场已经结束，不能再取消。请点名，没来的人照实记就行。")


class SomebodyCame(Refused):
    sentence = _l("已经有人签到了，不能再取消。要提前散，请点名，选“提前结束”，来了的人时长照记。")


class TaskBegun(Refused):
    """The same of what is done at any time: reports were written."""

    sentence = _l("已经有人写了完成情况，不能再取消。想早点结束，请修改，把最后一天提前。")


class PeopleAreHere(Refused):
    sentence = _l("已经有人签到了，开始的时间不能再改；结束的时间可以改。")
    status = 422
    field = "on"


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


class BadWindow(Refused):
    sentence = _l("请选今天或以后的日子，从第一天到最后一天最多 %(most)s 天。")
    status = 422
    field = "last_on"


class WindowBegun(Refused):
    """What was done on the first days has been written down already."""

    sentence = _l("任务已经开始了，第一天不能再改；最后一天可以改。")
    status = 422
    field = "on"


class CapacityTooLow(Refused):
    """`least`: places taken, and those kept for somebody on the waiting list."""

    sentence = _l("已经有 %(least)s 个名额给出去了，不能比这更少。要再少，请先和报名的人商量。")
    status = 422
    field = "capacity"


class CapacityTooHigh(Refused):
    sentence = _l("一场最多 %(most)s 人，请填小一点的数。")
    status = 422
    field = "capacity"
