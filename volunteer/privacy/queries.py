"""What the privacy pages show."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.core.database import db
from volunteer.people import merged, personal


@dataclass(frozen=True)
class Held:
    """One kind of data that is held about a person, and how many rows of it."""

    words: str
    count: int


def held_about(person_id: int) -> list[Held]:
    """Every kind of which something is held, in one statement; technical keys are not worth a line."""
    ids = merged.all_ids(person_id)
    kinds = [kind for kind in personal.owned() if _says_something(kind)]
    counts = [
        sa.select(sa.literal(place).label("place"), sa.func.count().label("rows"))
        .select_from(kind.table)
        .where(kind.belongs_to(ids))
        for place, kind in enumerate(kinds)
    ]
    found = {row.place: row.rows for row in db.session.execute(sa.union_all(*counts))}
    return [Held(str(kind.label), found[place]) for place, kind in enumerate(kinds) if found.get(place)]


def _says_something(kind: personal.Kind) -> bool:
    """Whether anything of the row beside the person is handed out."""
    return any(column.left_out is None and column.role != personal.OWNER for column in kind.columns.values())
