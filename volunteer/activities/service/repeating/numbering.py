"""The numbers of an activity (第n期) are given once, in whichever of its parts (R060, R061)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Series
from volunteer.activities.signing import chains
from volunteer.core.bulk import as_rows
from volunteer.core.database import BigInt, db

_table: Any = Series.__table__


@dataclass(slots=True)
class Numbers:
    """Those of one activity; all parts that give some in the same round take them from here."""

    last: int = 0
    parts: set[int] = field(default_factory=set)

    def take(self, count: int) -> int:
        """So many more; returns the first of them."""
        first = self.last + 1
        self.last += count
        return first


def shared(series_ids: Collection[int]) -> dict[int, Numbers]:
    """For each of these the numbers of its activity, of which all parts are held from now on."""
    rows = chains.hold(series_ids)
    beginning = {row.asked: row.id for row in rows if row.follows_id is None}
    numbers = {id_: Numbers() for id_ in beginning.values()}
    for row in rows:
        of_all = numbers[beginning[row.asked]]
        of_all.last = max(of_all.last, row.last_number)
        of_all.parts.add(row.id)
    return {asked: numbers[id_] for asked, id_ in beginning.items()}


def note(given: Iterable[Numbers]) -> None:
    """Write the last one to all parts of what was split: who waited for one part has not seen a new one."""
    last = {id_: numbers.last for numbers in given if len(numbers.parts) > 1 for id_ in numbers.parts}
    if last:
        new = as_rows([[*each] for each in last.items()], {"id": BigInt, "last": sa.Integer()})
        db.session.execute(sa.update(_table).where(_table.c.id == new.c.id).values(last_number=new.c.last))
