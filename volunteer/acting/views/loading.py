"""Loading the person whom the counter serves; who may not serve that person gets 404."""

from __future__ import annotations

from flask_login import current_user

from volunteer.acting import policy
from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.models import ACTIVE, Person
from volunteer.people.service import access

Served = tuple[Person, Area]


def served(person_id: int) -> Served:
    """The person and the area, for staff who may serve them; else there is nobody."""
    person = db.session.get(Person, person_id)
    area = db.session.get(Area, person.area_id) if person else None
    if person is None or area is None or person.status != ACTIVE:
        raise NotFound
    if not policy.may_serve(current_user, person_id=person_id, area_path=area.path):
        raise NotFound
    return person, area


def open_served(person_id: int, *, page: str) -> Served:
    """The same, with the opening of a minor's record refused or written down (条例 36)."""
    person, _area = served(person_id)
    access.note_opening(current_user, person, page=page)
    return served(person_id)
