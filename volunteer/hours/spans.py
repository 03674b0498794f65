"""When credited minutes were: from the plan and the attendance, or from the check-ins they come from.

Pure arithmetic. The books hold minutes only; two records of one person count the
same minute twice exactly when their spans share it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from volunteer.hours.rules import CheckIn

Span = tuple[dt.datetime, dt.datetime]
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Attended:
    """One person at one date; `latest` is the end of the plan with its extension."""

    starts_at: dt.datetime
    latest: dt.datetime
    attendance: str
    off_minutes: int
    minutes: int

    @property
    def is_by_check_in(self) -> bool:
        """Fewer minutes than the plan, and neither late nor gone early: only the check-ins know when."""
        return self.attendance == "present" and self.minutes < (self.latest - self.starts_at) // _MINUTE

    def spans(self, pairs: Sequence[CheckIn] = ()) -> list[Span]:
        if not self.minutes:
            return []
        if self.attendance == "late":
            return [(self.starts_at + self.off_minutes * _MINUTE, self.latest)]
        if self.attendance == "left_early":
            return [(self.starts_at, self.latest - self.off_minutes * _MINUTE)]
        if self.is_by_check_in:
            return self._checked_in(pairs) or [(self.starts_at, self.starts_at + self.minutes * _MINUTE)]
        return [(self.starts_at, self.latest)]

    def _checked_in(self, pairs: Sequence[CheckIn]) -> list[Span]:
        """Each pair within the plan; one that nobody closed takes the minutes that are left."""
        found, rest = [], self.minutes * _MINUTE
        for came, left in sorted(pairs, key=lambda pair: (pair[1] is None, pair[0])):
            begin = max(came, self.starts_at)
            end = min(left if left is not None else begin + rest, self.latest)
            if begin < end:
                found.append((begin, end))
                rest -= end - begin
        return found


def shared(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """The spans, of a minute and more, that lie in both."""
    others = list(other)
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in others]
    return [(begin, end) for begin, end in both if end - begin >= _MINUTE]
