"""How much one person may plan for a day and how long to rest, by the settings of the installation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import current_app

from volunteer.activities.signing.clashes import Limits, Other, clash
from volunteer.activities.signing.refusals import NoPlace
from volunteer.core import clock
from volunteer.people.rules import age_on


def clash_of(date: Any, others: Sequence[Other], born_on: dt.date | None) -> NoPlace | None:
    """Why the date does not fit in with these others of the person, by the settings of the installation."""
    if not others and not is_long(date, longest_alone(born_on)):
        return None
    starts_on = clock.local(date.starts_at).date()
    return clash(
        date,
        others,
        rest_minutes=date.rest_minutes,
        limits=limits(born_on, starts_on),
        day=day_of(starts_on),
    )


def longest_alone(born_on: dt.date | None) -> dt.timedelta | None:
    """From which length on a date may be too much by itself: for who is older, or will be within a year."""
    config = current_app.config
    hours = config["OLDER_DAY_LIMIT_HOURS"]
    if not hours or born_on is None or clock.now().year + 1 - born_on.year < config["OLDER_AGE"]:
        return None
    return dt.timedelta(hours=hours)


def is_long(date: Any, longest: dt.timedelta | None) -> bool:
    return longest is not None and date.ends_at - date.starts_at > longest


def limits(born_on: dt.date | None, day: dt.date) -> Limits:
    """What this person may plan for this day, by the settings."""
    config = current_app.config
    older = born_on is not None and age_on(born_on, day) >= config["OLDER_AGE"]
    hours = config["OLDER_DAY_LIMIT_HOURS"] if older else config["DAY_LIMIT_HOURS"]
    return Limits(hours * 60, config["REST_MINUTES"], older)


def day_of(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    return clock.start_of(day), clock.start_of(day + dt.timedelta(days=1))
