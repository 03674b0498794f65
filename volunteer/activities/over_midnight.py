"""Times of day as they are filled in: an end that is not later than the start is on the next day."""

from __future__ import annotations

import datetime as dt

import wtforms
from flask_babel import lazy_gettext as _l

LONGEST_NIGHT = 12 * 60  # what would go on longer than that over midnight is a mistake
WHOLE_DAY = 24 * 60


def minutes_between(start: dt.time, end: dt.time) -> int:
    """How long it takes."""
    minutes = minute(end) - minute(start)
    return minutes if minutes > 0 else minutes + WHOLE_DAY


def minute(time: dt.time) -> int:
    """Of the day."""
    return time.hour * 60 + time.minute


def end_of(start: dt.time, minutes: int) -> dt.time:
    """When it ends, on the same day or the next."""
    return dt.time(*divmod((minute(start) + minutes) % WHOLE_DAY, 60))


def is_on_next_day(start: dt.time, minutes: int) -> bool:
    return minute(start) + minutes >= WHOLE_DAY


def refuse_long_night(starts: dt.time | None, ends: wtforms.TimeField) -> None:
    """For a form: a patrol may last until one o'clock, a sweeping not until the next afternoon."""
    if starts and ends.data and ends.data <= starts and minutes_between(starts, ends.data) > LONGEST_NIGHT:
        raise wtforms.ValidationError(str(_l("结束要晚于开始。")))
