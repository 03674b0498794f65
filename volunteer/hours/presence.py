"""What the check-ins say of one person, as a proposal for the roll call (R032, R033).

Pure arithmetic and its words. A pair without its second half gives nothing by
itself and takes nothing away: the leader says how it ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.hours import rules
from volunteer.hours.rules import CheckIn


@dataclass(frozen=True, slots=True)
class Presence:
    """Coming and leaving of one person at one date, against a plan that may have been extended."""

    pairs: tuple[CheckIn, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime
    minimum_percent: int
    extra_minutes: int = 0

    @property
    def is_open(self) -> bool:
        """Somebody came and nobody knows when they left."""
        return any(left is None for _came, left in self.pairs)

    @property
    def came_at(self) -> dt.datetime:
        """When the pair that waits for its end began; of several the last one."""
        return max(came for came, left in self.pairs if left is None or not self.is_open)

    @property
    def latest(self) -> dt.datetime:
        """The end of the plan, with its extension."""
        return self.ends_at + dt.timedelta(minutes=self.extra_minutes)

    @property
    def counted(self) -> int:
        """The minutes of the pairs that are complete, within the plan."""
        return self._sum(self.pairs)

    @property
    def is_short(self) -> bool:
        return self.falls_short(self.counted)

    @property
    def proposed(self) -> int:
        """What is recorded unless the leader says otherwise: nothing below the minimum presence."""
        return 0 if self.is_short else self.counted

    def falls_short(self, minutes: int) -> bool:
        """Whether so many minutes are less than the part of the plan that one has to be there."""
        planned = rules.planned_minutes(self.starts_at, self.ends_at) + min(0, self.extra_minutes)
        return minutes * 100 < planned * self.minimum_percent

    def until(self, left_at: dt.datetime) -> int:
        """The minutes if whoever has not checked out left then."""
        return self._sum((came, left or max(came, left_at)) for came, left in self.pairs)

    def _sum(self, pairs: Iterable[CheckIn]) -> int:
        return rules.checked_in_minutes(pairs, self.starts_at, self.ends_at, self.extra_minutes).minutes


def explain(presence: Presence) -> str:
    """'14:10 到，16:05 离开，记 115 分钟。' and, where it matters, why it is less or nothing."""
    times = pgettext("list separator", "；").join(_pair(came, left) for came, left in presence.pairs)
    if presence.is_open:
        return _("%(times)s。请选怎么记。", times=times)
    if presence.is_short:
        return _(
            "%(times)s，在场 %(minutes)s 分钟，不到活动时间的 %(percent)s%%，先不记时长。",
            times=times,
            minutes=presence.counted,
            percent=presence.minimum_percent,
        )
    if _stayed_outside(presence):
        return _("%(times)s，活动时间内 %(minutes)s 分钟。", times=times, minutes=presence.counted)
    return _("%(times)s，记 %(minutes)s 分钟。", times=times, minutes=presence.counted)


def _pair(came: dt.datetime, left: dt.datetime | None) -> str:
    if left is None:
        return _("%(time)s 到，没有签退", time=formats.time(came))
    return _("%(came)s 到，%(left)s 离开", came=formats.time(came), left=formats.time(left))


def _stayed_outside(presence: Presence) -> bool:
    """Part of the time lies before or after the plan and does not count."""
    return any(
        came < presence.starts_at or (left is not None and left > presence.latest)
        for came, left in presence.pairs
    )
