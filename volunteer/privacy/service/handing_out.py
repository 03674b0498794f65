"""Everything that is held about a person, to take along: complete, readable by machines, nobody else inside (R145)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.ledger import continuing
from volunteer.people import merged, personal
from volunteer.people.identity import Actor
from volunteer.people.models import Person

FORMAT = "linli-personal-data/1"
CHUNK = 500


def download(*, actor: Actor) -> list[bytes]:
    """The own data as pieces of one JSON document; that they were taken stands in the audit log."""
    audit.record(actor_id=actor.id, act="data_downloaded", kind="person", id=actor.id)
    return [piece.encode() for piece in _document(actor)]


def _document(actor: Actor) -> Iterator[str]:
    ids = merged.all_ids(actor.id)
    head = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "number": actor.number,
        "about": _("这是邻里时间里关于您的全部信息。别人只写编号。没有放进来的，在 left_out 里写了为什么。"),
        "left_out": _left_out(),
        "balances": [
            {"book": book, "purpose": purpose, "balance": balance}
            for (book, purpose), balance in sorted(continuing.balances_of(actor.id).items())
        ],
        "done": _done(ids),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "tables": {'
    for place, kind in enumerate(personal.owned()):
        entry = {"words": str(kind.label), "rows": list(rows_of(kind, ids))}
        text = json.dumps(entry, ensure_ascii=False, indent=1)
        yield f"{',' if place else ''}\n{json.dumps(kind.name)}: {text}"
    yield "\n}}\n"


def rows_of(kind: personal.Kind, person_ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The rows that belong to these people, each column that is handed out; people appear as their numbers."""
    columns = [kind.table.c[name] for name, column in kind.columns.items() if column.left_out is None]
    if not columns:
        return
    order = kind.table.primary_key.columns
    statement = sa.select(*columns).where(kind.belongs_to(person_ids)).order_by(*order)
    rows = [dict(row._mapping) for row in db.session.execute(statement)]
    named = kind.naming(personal.OWNER, personal.OTHER, personal.DOER)
    numbers = _numbers({row[name] for row in rows for name in named if name in row and row[name] is not None})
    for row in rows:
        yield {
            name: numbers.get(value) if name in named and value is not None else _plain(value)
            for name, value in row.items()
        }


def _numbers(person_ids: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    ids = sorted(person_ids)
    for start in range(0, len(ids), CHUNK):
        rows = db.session.execute(
            sa.select(Person.id, Person.number).where(Person.id.in_(ids[start : start + CHUNK]))
        )
        found |= {row.id: row.number for row in rows}
    return found


def _done(person_ids: list[int]) -> dict[str, list[Any]]:
    """What the person did for others: the ids of the rows alone, for the rows are about somebody else."""
    done: dict[str, list[Any]] = {}
    for kind in personal.kinds():
        if kind.belongs is not None:
            continue  # the rows themselves are handed out
        keys = list(kind.table.primary_key.columns)
        for name in kind.naming(personal.DOER, *(() if kind.is_owned else (personal.OTHER,))):
            statement = sa.select(*keys).where(kind.table.c[name].in_(person_ids)).order_by(*keys)
            rows = [list(row) if len(keys) > 1 else row[0] for row in db.session.execute(statement)]
            if rows:
                done[f"{kind.name}.{name}"] = rows
    return done


def _left_out() -> dict[str, str]:
    return {
        f"{kind.name}.{name}": str(column.left_out)
        for kind in personal.owned()
        for name, column in kind.columns.items()
        if column.left_out is not None
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value
