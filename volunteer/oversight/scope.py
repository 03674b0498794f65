"""Which entries of the log lie within somebody's areas."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from volunteer.areas import queries as areas
from volunteer.audit.models import AuditEntry
from volunteer.people.models import Person


def visible(paths: Sequence[str]) -> sa.ColumnElement[bool] | None:
    """Entries by people of the areas or about them; None when the areas are all there are."""
    if {area.path for area in areas.roots()} <= set(paths):
        return None
    people = sa.select(Person.id).where(Person.area_id.in_(areas.ids_within(paths)))
    about_people = sa.and_(AuditEntry.object_kind == "person", AuditEntry.object_id.in_(people))
    return sa.or_(AuditEntry.actor_id.in_(people), about_people)
