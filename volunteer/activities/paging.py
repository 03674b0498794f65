"""Keyset pages: how far a list was read, and where it goes on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from volunteer.core import clock
from volunteer.core.errors import NotFound

PAGE = 50
SPARE = 8  # rows that a page may be longer, so that it ends with a day
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; the next one begins after it."""

    starts_at: dt.datetime
    occurrence_id: int

    def __str__(self) -> str:
        return f"{(self.starts_at - _EPOCH) // _MICROSECOND}-{self.occurrence_id}"

    @classmethod
    def parse(cls, text: str | None) -> Cursor | None:
        """From an address; what is not a cursor is not found."""
        if not text:
            return None
        moment, _dash, occurrence_id = text.partition("-")
        if not (
            moment.isascii() and moment.isdigit() and occurrence_id.isascii() and occurrence_id.isdigit()
        ):
            raise NotFound
        if len(moment) > 16 or len(occurrence_id) > 18:
            raise NotFound
        return cls(_EPOCH + int(moment) * _MICROSECOND, int(occurrence_id))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins, if there is one."""

    rows: list[Any]
    after: Cursor | None


def page(rows: Sequence[Any]) -> Page:
    """Of rows of which one more than a page was asked for."""
    return _cut(rows, PAGE)


def page_of_days(rows: Sequence[Any], size: int) -> Page:
    """Of rows by time of which `SPARE` and one more than `size` were asked for.

    It takes all if that is all there is, and else ends with a day where one ends in time.
    """
    if len(rows) <= size + SPARE:
        return _cut(rows, len(rows))
    ends = (at for at in range(size, size + SPARE + 1) if _day(rows[at]) != _day(rows[at - 1]))
    return _cut(rows, next(ends, size))


def _day(row: Any) -> dt.date:
    return clock.local(row.starts_at).date()


def _cut(rows: Sequence[Any], size: int) -> Page:
    shown = list(rows[:size])
    last = shown[-1] if len(rows) > size else None
    return Page(shown, Cursor(last.starts_at, last.id) if last is not None else None)
