"""`check-audit`: whether the log of acts is whole, from its first entry to its last seal."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.audit import anchors
from volunteer.audit import service as audit
from volunteer.core.checks import Check
from volunteer.core.database import db
from volunteer.people.models import Person


def check() -> Check:
    """Entries against their seals, seals against the file outside of the database, and a log emptied whole."""
    entries, seals, faults = audit.check()
    remembered = len(anchors.known())
    if audit.is_empty() and db.session.scalar(sa.select(Person.id).limit(1)) is not None:
        faults.append("the log is empty, although people are registered")
    counts = {"sealed audit entries": entries, "audit seals": seals, "seals in the file": remembered}
    return Check(counts, faults)
