"""Whether the shifts of a rule run into each other."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from volunteer.activities.over_midnight import WHOLE_DAY, minute
from volunteer.activities.repeating.recurrence import Rule, Shift, dates_between

_A_YEAR = dt.timedelta(days=366)


def clash(rule: Rule) -> bool:
    """Whether one still goes on when the next begins, that of the next day included where the rule gives it."""
    all_shifts = (Shift(rule.start_time, rule.duration_minutes), *rule.shifts)
    spans = sorted((minute(shift.start_time), shift.duration_minutes) for shift in all_shifts)
    following = [start for start, _length in spans[1:]]
    if sum(spans[-1]) > WHOLE_DAY and _has_neighbours(rule):
        following.append(spans[0][0] + WHOLE_DAY)
    return any(start + length > begins for (start, length), begins in zip(spans, following, strict=False))


def _has_neighbours(rule: Rule) -> bool:
    """Whether two of its days follow each other."""
    days = dates_between(rule, rule.starts_on, rule.starts_on + _A_YEAR)
    return any((later - day).days == 1 for day, later in pairwise(days))
