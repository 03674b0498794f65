"""The dates that a plan would give, with what the calendar does to them: what is read before publishing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from volunteer.activities import rules
from volunteer.activities.models import ASKS_HOLIDAY
from volunteer.activities.planning.plans import Plan
from volunteer.activities.repeating import placing
from volunteer.activities.repeating.placing import Placed
from volunteer.activities.repeating.recurrence import Rule
from volunteer.core import clock, formats
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.workdays import queries as workdays
from volunteer.workdays.rules import Calendar
from volunteer.workdays.words import label

SHOWN_DATES = 8
FEW = 3  # of a rule that gives fewer in a year, dates of the years after are shown as well
_DAY = dt.timedelta(days=1)
_YEARS = FEW * 366 * _DAY


@dataclass(frozen=True, slots=True)
class Expected:
    """A day of the plan as the preview shows it; `on` is None when it falls out."""

    original_on: dt.date
    on: dt.date | None
    note: str = ""
    kind: str = ""  # of the tag: 'warn' when somebody looks, 'plain' when it is gone
    last_on: dt.date | None = None  # of what is done within several days


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next dates with what the calendar does to them, and how many the year has.

    `later` are those for which the series has to be renewed first.
    """

    dates: list[Expected]
    count: int
    unknown_years: list[int]
    later: list[Expected]


def outlook(plan: Plan) -> Outlook:
    """The year ahead under the plan; years whose holidays are not announced yet are named."""
    placed, calendar = year_ahead(plan.rule)
    held = [each for each in placed if each.on is not None]
    touched = {each.original_on.year for each in placed} & calendar.missing_years
    return Outlook(
        [_expected(each, calendar, plan.rule) for each in placed[:SHOWN_DATES]],
        len(held),
        sorted(touched),
        _later(plan.rule, len(held)),
    )


def year_ahead(rule: Rule) -> tuple[list[Placed], Calendar]:
    """All days for which a series is published (R062), those among them that fall out."""
    return _laid_out(rule, rule.starts_on, clock.today() + rules.LONGEST_AHEAD)


def _laid_out(rule: Rule, first: dt.date, last: dt.date, made: int = 0) -> tuple[list[Placed], Calendar]:
    calendar = workdays.calendar(first, last + placing.FARTHEST_DAYS * _DAY)
    return placing.lay_out(rule, calendar=calendar, first=first, last=last, made=made), calendar


def _later(rule: Rule, held: int) -> list[Expected]:
    """The first dates after the year, of a rule that gives one or two in it."""
    if not 0 < held < FEW:
        return []
    first = clock.today() + rules.LONGEST_AHEAD + _DAY
    placed, calendar = _laid_out(rule, first, first + _YEARS, made=held)
    return [_expected(each, calendar, rule, is_later=True) for each in placed[: FEW - held]]


def _expected(placed: Placed, calendar: Calendar, rule: Rule, *, is_later: bool = False) -> Expected:
    note, kind = _note(placed, calendar)
    if is_later:
        note = pgettext("between parts of a sentence", "，").join(filter(None, (note, _("续期以后"))))
    return Expected(placed.original_on, placed.on, note, kind, _last_on(placed.on, rule.window_days))


def _last_on(on: dt.date | None, window_days: int | None) -> dt.date | None:
    """Of what may be done on several days."""
    if on is None or window_days is None or window_days == 1:
        return None
    return on + (window_days - 1) * _DAY


def _note(placed: Placed, calendar: Calendar) -> tuple[str, str]:
    """What the calendar does to the day, and how it is marked."""
    day = placed.original_on
    name = label(calendar.name_of(day)) or _("调休")
    if placed.on is None:
        return _("%(name)s，不办", name=name), "plain"
    if placed.asks:
        cause = (
            _("%(name)s，到时候问您", name=name) if placed.asks == ASKS_HOLIDAY else _("调休上班，到时候问您")
        )
        return cause, "warn"
    if placed.on != day:
        return _("原定 %(day)s，碰上%(name)s", day=formats.day(day), name=name), "info"
    if calendar.is_holiday(day):
        return _("%(name)s，照常", name=name), "info"
    if calendar.is_makeup(day):
        return _("调休上班，照常"), "info"
    return "", ""
