"""Looking through the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.audit.models import AuditEntry
from volunteer.core.database import db

_ENTRY: Any = AuditEntry.__table__.c


@dataclass(frozen=True)
class Search:
    """What an auditor looks for; empty fields do not narrow. `visible` keeps to what may be seen."""

    actor_id: int | None = None
    act: str = ""
    object_kind: str = ""
    object_id: int | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None
    visible: sa.ColumnElement[bool] | None = None


def entries(search: Search, *, below: int | None = None, limit: int) -> list[Any]:
    """The newest first, from below the given id."""
    statement = _statement(search).limit(limit)
    if below is not None:
        statement = statement.where(_ENTRY.id < below)
    return list(db.session.execute(statement))


def each(search: Search, *, chunk: int = 500) -> Iterator[Any]:
    """Every entry found, newest first, a chunk in memory at a time."""
    below: int | None = None
    while True:
        found = entries(search, below=below, limit=chunk)
        yield from found
        if len(found) < chunk:
            return
        below = found[-1].id


def _statement(search: Search) -> Any:
    wanted = [search.visible] if search.visible is not None else []
    if search.actor_id is not None:
        wanted.append(_ENTRY.actor_id == search.actor_id)
    if search.act:
        wanted.append(_ENTRY.act == search.act)
    if search.object_kind:
        wanted.append(_ENTRY.object_kind == search.object_kind)
    if search.object_id is not None:
        wanted.append(_ENTRY.object_id == search.object_id)
    if search.since is not None:
        wanted.append(_ENTRY.id >= sa.func.coalesce(_first_id(_ENTRY.happened_at >= search.since), 0))
        wanted.append(_ENTRY.happened_at >= search.since)
    if search.before is not None:
        wanted.append(_ENTRY.happened_at < search.before)
    return sa.select(AuditEntry.__table__).where(*wanted).order_by(_ENTRY.id.desc())


def _first_id(condition: Any) -> Any:
    return (
        sa.select(_ENTRY.id)
        .where(condition)
        .order_by(_ENTRY.happened_at, _ENTRY.id)
        .limit(1)
        .scalar_subquery()
    )
