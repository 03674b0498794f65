"""Loading the person that a staff's page is about; who may not know of the person gets 404."""

from __future__ import annotations

from flask_login import current_user

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people import policy
from volunteer.people.models import Person
from volunteer.people.service import access


def record_of(person_id: int) -> tuple[Person, Area]:
    """Somebody within the reader's areas, whose record may still be closed (access.may_open)."""
    person = db.session.get(Person, person_id)
    area = db.session.get(Area, person.area_id) if person else None
    if person is None or area is None or not policy.may_see_record(current_user, area.path):
        raise NotFound
    return person, area


def open_record_of(person_id: int, *, page: str) -> tuple[Person, Area]:
    """The same, with the record open: a minor's needs an approval, and opening it leaves a row in the log."""
    person, area = record_of(person_id)
    access.note_opening(current_user, person, page=page)
    return person, area
