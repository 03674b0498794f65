"""Many rows for one statement, handed over as one JSON text and taken apart by the database.

Bound one by one, the values of an INSERT cost SQLAlchemy more time than the database
needs to write them, and psycopg sends each row by itself.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from volunteer.core.database import is_sqlite

Cell = str | int | None


def as_rows(rows: Sequence[Sequence[Cell]], types: Mapping[str, Any]) -> sa.Subquery:
    """A derived table with these columns; days and moments are `day_text` and `moment_text`."""
    text = sa.literal(json.dumps(rows, separators=(",", ":")), sa.Text())
    source = sa.func.json_each(text) if is_sqlite() else sa.func.jsonb_array_elements(sa.cast(text, JSONB))
    value = source.table_valued("value").c.value
    cells = (_cell(value, place, type_).label(name) for place, (name, type_) in enumerate(types.items()))
    return sa.select(*cells).subquery()


def day_text(day: dt.date) -> str:
    return day.isoformat()


def moment_text(moment: dt.datetime | None) -> str | None:
    """An aware moment, in UTC, as both databases keep it."""
    return None if moment is None else moment.isoformat(" ", "microseconds")[:26]


def _cell(value: Any, place: int, type_: Any) -> sa.ColumnElement[Any]:
    if is_sqlite():
        return sa.type_coerce(sa.func.json_extract(value, sa.literal_column(f"'$[{place}]'")), type_)
    return sa.cast(value.op("->>")(sa.literal_column(str(place))), type_)
