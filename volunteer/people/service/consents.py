"""Rows that say who agreed to what, when, how and before whom (R006, R143)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from volunteer.core import clock
from volunteer.people import rules


@dataclass(frozen=True)
class Agreed:
    """To which version of the notice somebody agreed, when, how, and who wrote it down (nobody: oneself)."""

    notice_version: str
    given_at: dt.datetime
    way: str
    recorded_by_id: int | None


def agreed(way: str, recorded_by_id: int | None, on: dt.date | None = None) -> Agreed:
    """To the present notice: now, or at noon of a day that is over."""
    given_at = clock.now() if on is None or on == clock.today() else clock.at_local(on, dt.time(12))
    return Agreed(rules.NOTICE_VERSION, given_at, way, recorded_by_id)


def row(person_id: int, kind: str, consent: Agreed) -> dict[str, Any]:
    """The columns of one consent."""
    return {
        "person_id": person_id,
        "kind": kind,
        "notice_version": consent.notice_version,
        "given_at": consent.given_at,
        "way": consent.way,
        "recorded_by_id": consent.recorded_by_id,
    }
