"""The numbers of an activity (第n期) are given once, in whichever of its parts (R060, R061)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Series
from volunteer.activities.signing import chains
from volunteer.core.database import BigInt, db

_table: Any = Series.__table__


def share(series_ids: Collection[int]) -> None:
    """Before these give numbers: each knows the one given last in any part, and all parts are held."""
    parts = chains.parts(Series.id.in_(series_ids))
    rows = db.session.execute(
        sa.select(parts.c.asked, Series.id, Series.last_number)
        .join(parts, parts.c.id == Series.id)
        .order_by(Series.id)
        .with_for_update(of=Series, key_share=True)
    ).all()
    highest: dict[int, int] = {}
    for asked, _id, number in rows:
        highest[asked] = max(number, highest.get(asked, 0))
    behind = {id_: highest[asked] for asked, id_, number in rows if number < highest[asked]}
    if behind:
        db.session.execute(
            sa.update(_table)
            .where(_table.c.id == sa.bindparam("of", type_=BigInt))
            .values(last_number=sa.bindparam("number")),
            [{"of": id_, "number": number} for id_, number in behind.items()],
        )
