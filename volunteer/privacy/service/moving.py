"""The rows of a merge: moved and noted by their ids, and put back exactly as they were.

What is noted holds ids, states, moments and counts, never a name or a number of anybody: a column that
is encrypted is refused.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import UTC, Secret, db
from volunteer.core.errors import Refused
from volunteer.people import personal

CHUNK = 500
Notes = dict[str, list[Any]]


class ChangedSince(Refused):
    sentence = _l("合并以后，移过来的内容又办过别的事（例如兑换已经取走），拆不开了。请按普通更正来办理。")


class PlaceTaken(Refused):
    sentence = _l("合并时让出的名额已经给了别人，拆不开了。请先请那场活动的队长加一个名额。")


@dataclass
class Mover:
    """A merge under way (`personal.Moving`)."""

    kept_id: int
    gone_id: int
    by: int
    notes: Notes = field(default_factory=lambda: defaultdict(list))
    _left: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def change(self, model: Any, id: int, **values: Any) -> None:
        table = model.__table__
        columns = [_open_column(table, name) for name in values]
        old = db.session.execute(sa.select(*columns).where(table.c.id == id)).one()
        db.session.execute(sa.update(table).where(table.c.id == id).values(**values))
        before = {name: _written(value) for name, value in old._mapping.items()}
        self.notes["changed"].append([table.name, id, before])

    def drop(self, model: Any, id: int) -> None:
        table = model.__table__
        columns = [_open_column(table, name) for name in table.columns.keys()]  # noqa: SIM118 - no dict
        row = db.session.execute(sa.select(*columns).where(table.c.id == id)).one()
        db.session.execute(sa.delete(table).where(table.c.id == id))
        values = {name: _written(value) for name, value in row._mapping.items()}
        self.notes["dropped"].append([table.name, values])

    def count(self, model: Any, id: int | Sequence[int], column: str, change: int) -> None:
        table = model.__table__
        _add(table, id, column, change)
        self.notes["counted"].append([table.name, id, column, change])

    def leave(self, model: Any, *ids: int) -> None:
        self._left[model.__table__.name].update(ids)

    def watch(self, model: Any, ids: Iterable[int], column: str) -> None:
        table = model.__table__
        for id in ids:
            value = db.session.scalar(sa.select(table.c[column]).where(table.c.id == id))
            self.notes["watched"].append([table.name, id, column, _written(value)])

    def move(self, kind: personal.Kind) -> None:
        """Settle the kind's conflicts, then write the kept person into every row that named the other."""
        if kind.settle is not None:
            kind.settle(self)
        for column in kind.moving():
            keys = _keys(kind.table, column, self.gone_id)
            if column in kind.table.primary_key.columns:
                stand = {tuple(key) for key in _keys(kind.table, column, self.kept_id)}
                keys = [key for key in keys if tuple(key) not in stand]
            else:
                keys = [key for key in keys if key[0] not in self._left[kind.name]]
            _rename(kind.table, column, keys, self.gone_id, self.kept_id)
            if keys:
                self.notes["rows"].append([kind.name, column, keys])


def put_back(notes: Notes, *, kept_id: int, gone_id: int) -> None:
    """The exact inverse, in the opposite order; refused when something stands in the way."""
    tables = {kind.name: kind.table for kind in personal.kinds()} | _counted_tables(notes)
    for name, id, column, value in notes.get("watched", []):
        table = tables[name]
        if _written(db.session.scalar(sa.select(table.c[column]).where(table.c.id == id))) != value:
            raise ChangedSince
    for name, column, keys in reversed(notes.get("rows", [])):
        _rename(tables[name], column, keys, kept_id, gone_id)
    for name, id, column, change in reversed(notes.get("counted", [])):
        _refuse_without_room(tables[name], id, column, -change)
        _add(tables[name], id, column, -change)
    for name, values in reversed(notes.get("dropped", [])):
        table = tables[name]
        db.session.execute(sa.insert(table).values(_read(table, values)))
    for name, id, before in reversed(notes.get("changed", [])):
        table = tables[name]
        db.session.execute(sa.update(table).where(table.c.id == id).values(_read(table, before)))


def how_many(kind: personal.Kind, person_id: int) -> int:
    """Rows that would move, for the preview; those that stay for a conflict are counted as well."""
    if kind.merge != personal.MOVE or not kind.is_owned:
        return 0
    statement = sa.select(sa.func.count()).select_from(kind.table).where(kind.belongs_to([person_id]))
    return int(db.session.scalar(statement) or 0)


def _keys(table: Any, column: str, person_id: int) -> list[list[Any]]:
    """What names each row beside the person: its primary key, or the rest of it."""
    columns = [part for part in table.primary_key.columns if part.name != column]
    rows = db.session.execute(
        sa.select(*columns).where(table.c[column] == person_id).order_by(*columns).with_for_update()
    )
    return [list(row) for row in rows]


def _rename(table: Any, column: str, keys: list[list[Any]], before: int, after: int) -> None:
    columns = [part for part in table.primary_key.columns if part.name != column]
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        named = (
            columns[0].in_([key[0] for key in some])
            if len(columns) == 1
            else sa.or_(*(sa.and_(*(c == v for c, v in zip(columns, key, strict=True))) for key in some))
        )
        db.session.execute(sa.update(table).where(table.c[column] == before, named).values({column: after}))


def _row(table: Any, id: int | Sequence[int]) -> Any:
    """The row of this primary key, which may have several columns."""
    keys = [id] if isinstance(id, int) else id
    return sa.and_(*(part == key for part, key in zip(table.primary_key.columns, keys, strict=True)))


def _add(table: Any, id: int | Sequence[int], column: str, change: int) -> None:
    db.session.execute(sa.update(table).where(_row(table, id)).values({column: table.c[column] + change}))


def _refuse_without_room(table: Any, id: int | Sequence[int], column: str, change: int) -> None:
    """A place that was given away meanwhile cannot be taken back."""
    if table.name in ("occurrence", "occurrence_position") and column in ("taken", "held"):
        row = db.session.execute(
            sa.select(table.c.taken, table.c.held, table.c.capacity).where(_row(table, id)).with_for_update()
        ).one()
        if row.taken + row.held + change > row.capacity:
            raise PlaceTaken


def _counted_tables(notes: Notes) -> dict[str, Any]:
    return {name: db.metadata.tables[name] for name, *_rest in notes.get("counted", [])}


def _open_column(table: Any, name: str) -> Any:
    assert not isinstance(table.c[name].type, Secret), "nothing encrypted is written down in the open"
    return table.c[name]


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _read(table: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: _as(table.c[name].type, value) for name, value in values.items()}


def _as(kind: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, UTC | sa.DateTime):
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if isinstance(kind, sa.Date) else value
