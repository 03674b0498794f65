"""The person whom staff serve at the counter: locked, and only of the own area."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.acting import policy
from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.people.service import access


def lock(person_id: int) -> Person:
    """An open account's row, so that two who write at once come one after the other.

    Rows that only refer to it can be written meanwhile, or two who name each other would wait for each other.
    """
    statement = sa.select(Person).where(Person.id == person_id, Person.status == ACTIVE)
    statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    person = db.session.scalars(statement).first()
    if person is None:
        raise NotFound
    return person


def lock_served(actor: Actor, person_id: int) -> Person:
    """The same for staff who may serve the person; for everybody else there is no such person.

    A minor's needs an approval besides (条例 36).
    """
    person = lock(person_id)
    path = db.session.get_one(Area, person.area_id).path
    if not policy.may_serve(actor, person_id=person_id, area_path=path):
        raise NotFound
    access.refuse_closed(actor, person)
    return person
