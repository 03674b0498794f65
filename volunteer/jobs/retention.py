"""Every slice's declarations of how long its data are kept, and the run over them (R154)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from volunteer.activities import retention as activities  # noqa: F401
from volunteer.attendance import retention as attendance  # noqa: F401
from volunteer.core.transaction import reading
from volunteer.jobs.bulk import each
from volunteer.people import retention as people  # noqa: F401
from volunteer.privacy.service import retention as privacy
from volunteer.teams import retention as teams  # noqa: F401
from volunteer.wishes import retention as wishes  # noqa: F401


def run(kinds: Iterable[str], now: dt.datetime) -> dict[str, int]:
    """How much of each kind was changed: each kind, and each person, in a transaction of its own."""
    counts: dict[str, int] = {}
    for kind in kinds:
        _run(kind, now, counts)
    return counts


def _run(kind: str, now: dt.datetime, counts: dict[str, int]) -> None:
    with reading():
        ids = privacy.people_due(kind, now)
    done: list[bool] = []
    each(ids, lambda person_id: done.append(privacy.forget(kind, person_id, now)))
    each([kind], lambda kind: counts.update({kind: privacy.run(kind, now, sum(done))}))
