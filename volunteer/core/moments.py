"""Arithmetic on moments inside a statement; each database counts time in its own way."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.core.database import is_sqlite


def whole(value: Any) -> Any:
    """As a whole number, on both databases of the same type."""
    return sa.cast(value, sa.BigInteger)


def minutes_between(earlier: Any, later: Any) -> Any:
    """Whole minutes."""
    if is_sqlite():
        days = sa.func.julianday(later, type_=sa.Float) - sa.func.julianday(earlier, type_=sa.Float)
        return whole(sa.func.round(days * 1440))
    return whole(sa.func.extract("epoch", later - earlier) / 60)


def minute_of(moment: Any) -> Any:
    """The moment without its seconds, only to be grouped by."""
    if is_sqlite():
        return sa.func.substr(moment, 1, 16)
    return sa.func.date_trunc(sa.literal_column("'minute'"), moment)
