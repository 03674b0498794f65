"""Records that turned out to be one person's: who stands behind which."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.core.database import db
from volunteer.people.models import Person

_person: Any = Person.__table__.c


def ids(person_id: int) -> Any:
    """A select of the person's own id and of every record merged into it, for IN (…)."""
    tree = sa.select(sa.literal(person_id, sa.BigInteger).label("id")).cte("same_person", recursive=True)
    below = sa.select(_person.id).join(tree, _person.merged_into_id == tree.c.id)
    return sa.select(tree.union_all(below).c.id)


def all_ids(person_id: int) -> list[int]:
    """The same, looked up; the person's own id comes first."""
    found = set(db.session.scalars(ids(person_id))) - {person_id}
    return [person_id, *sorted(found)]


def kept(person: Person) -> Person | None:
    """The record into which this one was merged, in the end; None while it stands for itself."""
    into = None
    while person.merged_into_id is not None:
        into = person = db.session.get_one(Person, person.merged_into_id)
    return into


class Roots:
    """Who each merged record is today; read once for a whole check."""

    def __init__(self) -> None:
        rows = db.session.execute(
            sa.select(_person.id, _person.merged_into_id).where(_person.merged_into_id.is_not(None))
        )
        self._after = {row.id: row.merged_into_id for row in rows}

    def of(self, person_id: int) -> int:
        while person_id in self._after:
            person_id = self._after[person_id]
        return person_id

    def are_one(self, one: int, other: int) -> bool:
        return self.of(one) == self.of(other)
