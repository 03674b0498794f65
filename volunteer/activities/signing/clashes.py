"""What one person does around a date, and why the date may not fit in: R025, the day's limit, the rest.

On plain values; `limits` knows the settings of the installation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from volunteer.activities.signing import refusals
from volunteer.activities.signing.availability import Date
from volunteer.activities.signing.refusals import NoPlace
from volunteer.core import formats


class Other(NamedTuple):
    """Another date that the person has signed up for."""

    id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    rest_minutes: int
    title: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one person may plan for one day."""

    day_minutes: int  # 0: no limit
    rest_minutes: int = 0
    is_strict: bool = False  # of older people: a single long activity counts as well


def clash(
    date: Date,
    others: Sequence[Other],
    *,
    rest_minutes: int,
    limits: Limits,
    day: tuple[dt.datetime, dt.datetime],
) -> NoPlace | None:
    """Why the date does not fit in with the others: it overlaps (R025), the day is full, or no rest is left.

    `day` is where the local day of the start begins and ends. What is done at any time (flexible)
    never clashes; nor does a single activity that is longer than the day's limit, unless the limit is strict.
    """
    if date.is_flexible:
        return None
    for other in others:
        if other.starts_at < date.ends_at and other.ends_at > date.starts_at:
            return refusals.Overlaps(other=other.title)
    same_day = [other for other in others if day[0] <= other.starts_at < day[1]]
    planned = sum(_minutes(other) for other in same_day)
    if (
        limits.day_minutes
        and (same_day or limits.is_strict)
        and planned + _minutes(date) > limits.day_minutes
    ):
        return refusals.DayLimit(planned=formats.minutes(planned), limit=formats.minutes(limits.day_minutes))
    for other, gap in _gaps(date, others):
        rest = max(rest_minutes, other.rest_minutes, limits.rest_minutes)
        if gap < rest:
            return refusals.TooLittleRest(other=other.title, rest=formats.minutes(rest))
    return None


def _minutes(date: Date | Other) -> int:
    return int((date.ends_at - date.starts_at).total_seconds()) // 60


def _gaps(date: Date, others: Sequence[Other]) -> Iterator[tuple[Other, float]]:
    """The minutes between this and each other date, which do not overlap."""
    for other in others:
        gap = max(other.starts_at - date.ends_at, date.starts_at - other.ends_at)
        yield other, gap.total_seconds() / 60
