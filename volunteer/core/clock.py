"""The only source of the present moment, so that tests can set it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from zoneinfo import ZoneInfo

UTC = dt.UTC
_fixed: ContextVar[dt.datetime | None] = ContextVar("fixed_moment", default=None)
_zone_name = "Asia/Shanghai"


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return _fixed.get() or dt.datetime.now(UTC)


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def set_zone(name: str) -> None:
    """Set the deployment's zone once, at start-up; an unknown name raises."""
    global _zone_name
    _zone(name)
    _zone_name = name


def zone() -> ZoneInfo:
    """The deployment's zone, in which people speak of days and hours."""
    return _zone(_zone_name)


def local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(zone())


def today() -> dt.date:
    """The date on the wall calendar of the deployment."""
    return local(now()).date()


def at_local(day: dt.date, time: dt.time) -> dt.datetime:
    """A wall-clock time of the deployment as a UTC moment; a gap or fold takes the earlier offset."""
    return dt.datetime.combine(day, time, tzinfo=zone()).astimezone(UTC)


def start_of(day: dt.date) -> dt.datetime:
    """When the day begins in the deployment. Remembered: a list asks it of the same few days for each row."""
    return _start_of(day, zone())


@lru_cache(maxsize=2000)
def _start_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(UTC)


@contextmanager
def fixed(moment: dt.datetime) -> Iterator[None]:
    """Stop the clock at `moment` (aware) inside the block."""
    if moment.tzinfo is None:
        raise ValueError("the moment needs a zone")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
