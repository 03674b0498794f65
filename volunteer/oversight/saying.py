"""An entry of the log as lines of a page: names and values in words, ids as those whom they mean.

Whom and what the ids of a page mean is read in three statements, however many entries there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.core import formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.oversight import details as words
from volunteer.people.models import Person
from volunteer.teams.models import Team

LONGEST = 200  # of one value on the page
PERSON, AREA, TEAM = "person", "area", "team"
# Those who are meant by the ids of each kind: people by number and masked name, areas and teams by name.
Names = dict[str, dict[Any, str]]


@dataclass(frozen=True)
class Pair:
    """A detail: its name and value, and what it was before where that is known."""

    name: str
    value: Any
    before: Any = None
    is_change: bool = False


def read_names(entries: Iterable[Any]) -> Names:
    """For all entries of a page."""
    wanted: dict[str, set[Any]] = {PERSON: set(), AREA: set(), TEAM: set()}
    for entry in entries:
        wanted[PERSON].add(entry.actor_id)
        wanted.get(entry.object_kind, set()).add(entry.object_id)
        wanted.get(entry.details.get("scope_kind"), set()).add(entry.details.get("scope_id"))
        for pair in _pairs(entry.act, entry.details):
            for value in (pair.value, pair.before):
                wanted.get(_kind_of(pair.name, value), set()).update(_ids(value))
    return {PERSON: _people(wanted[PERSON]), AREA: _areas(wanted[AREA]), TEAM: _teams(wanted[TEAM])}


def _kind_of(name: str, value: Any) -> str:
    """Of whom or what the ids of a detail are; nothing where they are none."""
    if name in words.PEOPLE or (name == "to" and isinstance(value, int)):
        return PERSON
    if name in words.AREAS:
        return AREA
    return TEAM if name in words.TEAMS else ""


def thing(entry: Any, names: Names) -> str:
    """What an entry is about, by name where it has one."""
    label = words.THINGS.get(entry.object_kind)
    if label is None or entry.object_id is None:
        return ""
    known = names.get(entry.object_kind, {})
    return f"{label} {known.get(entry.object_id, entry.object_id)}"


def origin(text: str) -> str:
    """From where: the address of a browser, or the installation itself."""
    kind, _space, address = text.partition(" ")
    return _("网页 %(address)s", address=address) if kind == "web" else _("系统自己")


def lines(entry: Any, names: Names) -> list[tuple[str, str]]:
    """The details as pairs of label and text; before and after of the same thing stand side by side."""
    found = [_scope(entry.details, names)] if "scope_kind" in entry.details else []
    for pair in _pairs(entry.act, entry.details):
        label = _label(pair.name)
        if label is None or (pair.name == "person" and pair.value == entry.actor_id):
            continue
        after = _said(pair.name, pair.value, names)
        if pair.is_change:
            before = _said(pair.name, pair.before, names)
            if before is not None or after is not None:
                found.append((label, f"{before or '–'} → {after or '–'}"))
        elif after:
            found.append((label, after))
    return found


def _pairs(act: str, details: dict[str, Any]) -> Iterator[Pair]:
    if "before" in details or "after" in details:
        before, after = (_named(act, details.get(side)) for side in ("before", "after"))
        for name in sorted({*before, *after}):
            yield Pair(name, after.get(name), before.get(name), is_change=True)
    for name, both in sorted((details.get("changed") or {}).items()):
        yield Pair(name, both[1], both[0], is_change=True)
    for name, value in sorted(details.items()):
        if name not in words.NESTED | words.SCOPE:
            yield Pair(name, value)


def _named(act: str, value: Any) -> dict[str, Any]:
    """What stood there or stands there now, by name."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return dict(zip(words.IN_A_ROW, value, strict=False))
    name = words.BARE_OF_WISHES if act.startswith("wish_") else words.BARE.get(act)
    return {name: value} if name and value is not None else {}


def _ids(value: Any) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [id for id in values if isinstance(id, int)]


def _label(name: str) -> str | None:
    if name.startswith(words.POSITION):
        return _("岗位名额")
    if name in words.CODES:
        return str(words.CODES[name][0])
    for table in (
        words.PEOPLE,
        words.AREAS,
        words.TEAMS,
        words.PLAIN,
        words.MINUTES,
        words.MARKS,
        words.REASONS,
    ):
        if name in table:
            return str(table[name])
    return None


def _said(name: str, value: Any, names: Names) -> str | None:
    """The value in words; None when there is none, or none for people."""
    if value is None or value == "":
        return None
    if kind := _kind_of(name, value):
        return _("、").join(names[kind][id] for id in _ids(value) if id in names[kind]) or None
    if name in words.CODES:
        return _of_codes(words.CODES[name][1], value)
    if name in words.MINUTES:
        return formats.minutes(int(value))
    if name in words.MARKS:
        return _("是") if value else _("否")
    if name in words.REASONS:
        return str(words.REASON_CODES.get(value, value))[:LONGEST]
    return _plain(name, value)


def _of_codes(table: dict[str, Any], value: Any) -> str | None:
    codes = value if isinstance(value, list) else [value]
    return _("、").join(str(table[code]) for code in codes if code in table) or None


def _plain(name: str, value: Any) -> str | None:
    if isinstance(value, list):  # of the people of a list the number is enough
        return str(len(value)) if name == "people" else _("、").join(str(one) for one in value)[:LONGEST]
    if isinstance(value, dict):
        return None
    return _as_day(value) if isinstance(value, str) else str(value)


def _as_day(text: str) -> str:
    """A day or a moment as people write it; everything else as it stands."""
    try:
        if len(text) == len("2026-01-01"):
            return formats.full_day(dt.date.fromisoformat(text))
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text[:LONGEST]
    return formats.moment(moment) if moment.tzinfo else text[:LONGEST]


def _scope(details: dict[str, Any], names: Names) -> tuple[str, str]:
    known = names.get(details["scope_kind"], {})
    return _("范围"), known.get(details.get("scope_id"), "–")


def _people(ids: set[Any]) -> dict[int, str]:
    rows = _rows(sa.select(Person.id, Person.number, Person.name), Person.id, ids)
    return {row.id: f"{row.number} {formats.masked_name(row.name)}" for row in rows}


def _areas(ids: set[Any]) -> dict[int, str]:
    return {row.Area.id: row.Area.label for row in _rows(sa.select(Area), Area.id, ids)}


def _teams(ids: set[Any]) -> dict[int, str]:
    return {row.Team.id: row.Team.label for row in _rows(sa.select(Team), Team.id, ids)}


def _rows(statement: Any, id_column: Any, ids: set[Any]) -> Any:
    wanted = ids - {None}
    return db.session.execute(statement.where(id_column.in_(wanted))) if wanted else ()
