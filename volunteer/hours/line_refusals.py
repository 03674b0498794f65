"""What is said at the line of one person whose mark cannot be taken as it stands."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused


class OffMinutes(Refused):
    sentence = _l("请填 1 到 %(most)s 之间的整数。")


class NotChosen(Refused):
    sentence = _l("请先选一项。")


class LeftWhen(Refused):
    sentence = _l("请填几点离开的，%(earliest)s 到 %(latest)s 之间。")


class WhyMore(Refused):
    sentence = _l("比签到的时间记得多，请写一句为什么。")


class CountedTwice(Refused):
    sentence = _l("这段时间已经记过，不能再记一次。请改成迟到、早走或请假，没报名的可以去掉。")
