"""The first password of somebody who was registered by others."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.people import passwords, renewals, sessions
from volunteer.people.models import ACTIVE, Person


def set_first_password(*, person_id: int, password: str, password_hash: str | None = None) -> bool:
    """Set it when there is none yet; False when there is one already or the account is not open.

    Who may is asked by the caller. `password_hash` saves hashing under the writer's lock.
    """
    statement = sa.select(Person).where(Person.id == person_id).with_for_update()
    person = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if person is None or person.status != ACTIVE or person.password_hash is not None:
        return False
    passwords.check(
        password, name=person.name, phone=person.phone, number=person.number, born_on=person.born_on
    )
    person.password_hash = password_hash or sessions.hash_password(password)
    db.session.flush()
    renewals.end_all(person_id)
    audit.record(actor_id=person_id, act="first_password_set", kind="person", id=person_id)
    return True
