"""The first system administrator, made from the command line: there are no default accounts."""

from __future__ import annotations

import datetime as dt

from volunteer.areas import queries as areas
from volunteer.areas import service as area_service
from volunteer.areas.models import SUBDISTRICT
from volunteer.people import passwords, phones, rules
from volunteer.people.models import SYSTEM_ADMIN
from volunteer.people.service.registration import NewPerson, register_one
from volunteer.people.service.roles import grant_role

COMMAND = "command"  # the way of consent: whoever runs the command administers the machine
BORN_ON = dt.date(1970, 1, 1)  # not asked for; an administrator is an adult


def check_password(password: str, *, phone: str | None = None, name: str = "") -> str:
    """The password, or a refusal that says what is wrong with it."""
    return passwords.check(password, phone=phones.normalise(phone) if phone else None, name=name)


def create_admin(*, name: str, phone: str, password_hash: str, area_name: str) -> str:
    """Register an administrator over the (first) sub-district, founding it when there is none.

    Returns the volunteer number. A phone that is registered is refused.
    """
    roots = areas.roots()
    area = (
        roots[0]
        if roots
        else area_service.add(actor_id=None, code="root", level=SUBDISTRICT, name=rules.name(area_name))
    )
    person = register_one(
        NewPerson(name, BORN_ON, area.id, phone), password_hash=password_hash, way=COMMAND, recorded_by=None
    )
    grant_role(actor=None, person_id=person.id, role=SYSTEM_ADMIN, area_id=area.id)
    return person.number
