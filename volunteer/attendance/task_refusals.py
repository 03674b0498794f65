"""Why a report of a flexible task is not taken, or not answered."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused


class TaskCancelled(Refused):
    sentence = _l("这项任务取消了，不用再写完成情况。")


class NotYet(Refused):
    sentence = _l("还没到开始的日子，%(day)s 起才能写完成情况。")


class RecordedAlready(Refused):
    sentence = _l("这项任务的时长已经登记了，完成情况不能再改。有出入请找负责人更正。")


class NoPlace(Refused):
    sentence = _l("您没有报名这项任务，报名以后才能写完成情况。")


class DayOutside(Refused):
    sentence = _l("请选 %(first)s 到 %(last)s 之间的一天。")
    status = 422
    field = "did_on"


class DayToCome(Refused):
    sentence = _l("这一天还没到，做完以后再写。")
    status = 422
    field = "did_on"


class GuardianFirst(Refused):
    """R008."""

    sentence = _l("这一天没有监护人同意您参加，先不能写。请监护人到社区服务台办好同意，再来写。")
    field = "did_on"


class SameDay(Refused):
    sentence = _l("这一天已经写过了。同一天做了几次，请写在一起：改一下那一条就行。")
    status = 422
    field = "did_on"


class BadMinutes(Refused):
    sentence = _l("请填 1 到 %(most)s 之间的整数。")
    status = 422
    field = "minutes"


class NotAPhoto(Refused):
    sentence = _l("请选一张照片（JPG、PNG 或 WebP）。")
    status = 422
    field = "file"


class Answered(Refused):
    sentence = _l("负责人已经看过这一条，不能再改了。有出入请和他说一声。")


class ChangedMeanwhile(Refused):
    sentence = _l("这一条刚刚改过。请看一眼现在的内容，再按一次。")


class AnotherThatDay(Refused):
    sentence = _l("这一天他又写了一条，请看那一条。")


class OwnReport(Refused):
    sentence = _l("自己写的不能自己确认，请别的负责人或社区工作人员来确认。")


class MoreThanReported(Refused):
    sentence = _l("确认的时间不能比他写的多。写少了的话，请他自己改。")
    status = 422
    field = "minutes"


class WhyLess(Refused):
    sentence = _l("比他写的少，请写一句为什么，他看得到。")
    status = 422
    field = "words"


class WhyNot(Refused):
    sentence = _l("退回要写一句理由，他看得到。")
    status = 422
    field = "reason"
