"""The public figures: each a count of rows, and a click opens just these rows.

A figure is not written beside its rows but made from them: its value is the
number of its entries, or the sum over its groups. Entries about people are
for staff, with masked names; everybody sees the groups (by community, team
or item), whose sum is the same value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.core import formats
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.reports.units import HOURS_UNIT, MINUTES_UNIT

Query = sa.Select[*tuple[Any, ...]]
PAGE = 50
COUNT, MINUTES = "count", "minutes"


@dataclass(frozen=True)
class Line:
    """One row as it is shown; `id` is where the next page goes on, `amount` what it adds up to."""

    id: int
    title: str
    meta: str = ""
    amount: str = ""
    href: str | None = None


@dataclass(frozen=True)
class Rows:
    """A query with a column `id`, and how one of its rows is shown. Groups have a column `amount` as well."""

    query: Query
    show: Callable[[Any], Line]
    newest_first: bool = False


@dataclass(frozen=True)
class Figure:
    """One public figure. Without `entries` it is the sum over its groups."""

    key: str
    label: Any
    unit: Any
    meaning: Any
    kind: str = COUNT
    entries: Rows | None = None
    groups: Rows | None = None
    total: Query | None = None
    is_personal: bool = False

    @property
    def value_query(self) -> Any:
        """One number: how many entries there are, or what the groups add up to."""
        if self.total is not None:
            return self.total
        assert self.entries is not None, "a figure has entries or a total"
        return sa.select(sa.func.count()).select_from(self.entries.query.subquery())

    def parts(self, value: int) -> list[tuple[str, Any]]:
        """The big number with its unit; minutes as hours and minutes."""
        if self.kind != MINUTES:
            return [(formats.number(value), self.unit)]
        hours, minutes = divmod(value, 60)
        return [(formats.number(hours), HOURS_UNIT), *([(str(minutes), MINUTES_UNIT)] if minutes else [])]

    def words(self, value: int) -> str:
        return (
            formats.minutes(value) if self.kind == MINUTES else f"{formats.number(value)} {self.unit}".strip()
        )


_REGISTRY: dict[str, Figure] = {}


def register(figures: Iterable[Figure]) -> None:
    for figure in figures:
        assert figure.key not in _REGISTRY, "a key stands for one figure"
        _REGISTRY[figure.key] = figure


def everything() -> Sequence[Figure]:
    return tuple(_REGISTRY.values())


def by_key(key: str) -> Figure:
    figure = _REGISTRY.get(key)
    if figure is None:
        raise NotFound
    return figure


def values(figures: Sequence[Figure] | None = None) -> dict[str, int]:
    """The values of all figures, or of some, in one statement."""
    wanted = everything() if figures is None else figures
    columns = [figure.value_query.scalar_subquery().label(figure.key) for figure in wanted]
    row = db.session.execute(sa.select(*columns)).one()
    return {figure.key: int(getattr(row, figure.key) or 0) for figure in wanted}


def groups(figure: Figure) -> list[Line]:
    """All groups, the largest first."""
    if figure.groups is None:
        return []
    query = figure.groups.query.subquery()
    rows = db.session.execute(sa.select(query).order_by(query.c.amount.desc(), query.c.id))
    return [figure.groups.show(row) for row in rows]


def entries(figure: Figure, *, mark: int | None = None) -> tuple[list[Line], int | None]:
    """A page of the rows behind the figure, and the mark at which the next one begins."""
    if figure.entries is None:
        return [], None
    query = figure.entries.query.subquery()
    statement = sa.select(query).limit(PAGE + 1)
    if figure.entries.newest_first:
        statement = statement.order_by(query.c.id.desc())
        statement = statement.where(query.c.id < mark) if mark is not None else statement
    else:
        statement = statement.order_by(query.c.id)
        statement = statement.where(query.c.id > mark) if mark is not None else statement
    lines = [figure.entries.show(row) for row in db.session.execute(statement)]
    shown = lines[:PAGE]
    return shown, shown[-1].id if len(lines) > PAGE else None
