"""`check-books`: every slice's own check, put together."""

from __future__ import annotations

import datetime as dt

from volunteer.activities import check as activities
from volunteer.core.checks import Check
from volunteer.hours import check as hours
from volunteer.ledger import check as ledger
from volunteer.points import check as points
from volunteer.wishes import check as wishes


def check(*, sealed_since: dt.datetime | None = None) -> Check:
    """Accounts, transfers, sign-ups, records, orders, wishes: how many were checked and what is wrong."""
    result = ledger.check(sealed_since=sealed_since)
    for part in (activities, hours, points, wishes):
        result.add(part.check())
    return result
