"""`check-books`: every slice's own check, put together."""

from __future__ import annotations

from volunteer.activities import check as activities
from volunteer.core.checks import Check
from volunteer.hours import check as hours
from volunteer.ledger import check as ledger
from volunteer.points import check as points
from volunteer.wishes import check as wishes


def check() -> Check:
    """Accounts, transfers, sign-ups, records, orders, wishes: how many were checked and what is wrong."""
    result = Check()
    for part in (ledger, activities, hours, points, wishes):
        result.add(part.check())
    return result
