"""Children who waited for a guardian and turned 14 meanwhile (R007)."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people import rules
from volunteer.people.models import IS_WAITING, Person
from volunteer.people.service import unagreed
from volunteer.people.service.locking import lock


def grown_ids() -> list[int]:
    """Who waits although nobody has to agree any more."""
    born_by = rules.born_by(clock.today(), rules.GUARDIAN_UNDER)
    statement = sa.select(Person.id).where(IS_WAITING, Person.born_on <= born_by)
    return sorted(db.session.scalars(statement))  # asked for in order SQLite would read everybody


def let_in(person_id: int) -> None:
    """The account begins; asked again under the lock, since staff may have been quicker."""
    person = lock(person_id)
    if not rules.needs_guardian(person.born_on, clock.today()):
        unagreed.activate(person, by=None)
