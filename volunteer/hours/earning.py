"""From minutes served to points: the rate, the caps, and the arithmetic said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from volunteer.core.i18n import gettext as _

Period = Literal["activity", "day", "month"]
Unit = Literal["minutes", "points"]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` per `period` and rule (R101); `used` is what the period holds already."""

    period: Period
    unit: Unit
    most: int
    used: int = 0


@dataclass(frozen=True, slots=True)
class Earned:
    """`counted_minutes` of the minutes served earn; `cap` is the one that cut, if any did."""

    counted_minutes: int
    points: int
    cap: Cap | None = None


def points_for(minutes: int, points_per_hour: int) -> int:
    """Whole points, rounded down: what is shown is what was earned in full, and never more."""
    assert minutes >= 0, "minutes are taken back by a reversal"
    assert points_per_hour >= 0, "a deduction is an act of its own, with a reason"
    return minutes * points_per_hour // 60


def earn(minutes: int, points_per_hour: int, caps: Sequence[Cap] = ()) -> Earned:
    """The points for a service under its rule: caps on minutes cut first, then caps on points."""
    counted, minutes_cap = capped(minutes, [cap for cap in caps if cap.unit == "minutes"])
    full = points_for(counted, points_per_hour)
    points, points_cap = capped(full, [cap for cap in caps if cap.unit == "points"])
    return Earned(counted, points, points_cap or minutes_cap)


def capped(amount: int, caps: Sequence[Cap]) -> tuple[int, Cap | None]:
    """What is left of an amount under all caps, never below zero, and the cap that cut it."""
    cut_by = None
    for cap in caps:
        left = max(0, cap.most - cap.used)
        if left < amount:
            amount, cut_by = left, cap
    return amount, cut_by


def explain(minutes: int, points_per_hour: int, points: int) -> str:
    """Why this number: '150 分钟 × 10 分/小时 = 25 分'; a cap shows as the smaller number after it."""
    full = points_for(minutes, points_per_hour)
    rate = {"minutes": minutes, "rate": points_per_hour}
    if points != full:
        return _(
            "%(minutes)s 分钟 × %(rate)s 分/小时 = %(full)s 分，按上限记 %(points)s 分",
            **rate,
            full=full,
            points=points,
        )
    if minutes * points_per_hour % 60:
        return _(
            "%(minutes)s 分钟 × %(rate)s 分/小时 = %(points)s 分，不足 1 分的不计", **rate, points=points
        )
    return _("%(minutes)s 分钟 × %(rate)s 分/小时 = %(points)s 分", **rate, points=points)
