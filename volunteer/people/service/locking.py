"""A person's row, locked and read anew: the first thing in every change of it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.people.models import Person


class NoSuchPerson(NotFound):
    sentence = _l("没有找到这位居民。")


def lock(person_id: int, *, key_share: bool = False) -> Person:
    """The row as it is now; nobody else changes it until we are done.

    With `key_share` others may still write rows that name the person, so two people
    who write about each other do not wait for each other for ever.
    """
    statement = sa.select(Person).where(Person.id == person_id).with_for_update(key_share=key_share)
    person = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if person is None:
        raise NoSuchPerson
    return person
