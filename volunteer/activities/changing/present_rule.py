"""The rule that a series has now, in the fields of the form with which it is changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from volunteer.activities.repeating import repeats
from volunteer.activities.repeating.rrule import parse
from volunteer.activities.service.changing.editing import NewRule
from volunteer.core.errors import Refused

_SHORTER = {
    (repeats.WEEKLY, 2): repeats.FORTNIGHTLY,
    (repeats.MONTHLY_DATE, 3): repeats.QUARTERLY,
}


def fields_of(series: Any, first: dt.date) -> dict[str, Any]:
    """What the fields show, read from the first day `first`; nothing where they would not give this rule again."""
    values = {"offset": series.offset or "", **repeats.choice_of(series)}
    shorter = _SHORTER.get((values["repeat"], values.get("every", 1)))
    if shorter and "month_days" not in values:
        values["repeat"] = shorter
        del values["every"]
    if all(values["offset"] != value for value, _label in repeats.OFFSETS):
        return {}
    try:
        return values if is_same(series, rule_of(values, first)) else {}
    except Refused:  # from that day the choice makes no sense
        return {}


def rule_of(values: dict[str, Any], first: dt.date) -> NewRule:
    """What the fields say."""
    pattern = repeats.from_first_day(
        values["repeat"],
        first,
        [int(number) for number in values.get("weekdays") or ()],
        values.get("every"),
        values.get("month_days") or (),
    )
    return NewRule(first, pattern.rrule, pattern.lunar, pattern.solar_term, values.get("offset") or None)


def is_same(series: Any, rule: NewRule) -> bool:
    """Whether it names the same days as the rule of the series."""
    own = (series.lunar, series.solar_term, series.offset)
    if own != (rule.lunar, rule.solar_term, rule.offset) or bool(series.recurrence) != bool(rule.rrule):
        return False
    if not series.recurrence or not rule.rrule:
        return bool(series.lunar or series.solar_term)
    return parse(series.recurrence).on_start(series.starts_on) == parse(rule.rrule).on_start(rule.starts_on)
