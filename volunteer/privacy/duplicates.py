"""Records that look like one person: the same name with the same birth date, or with the same end of the phone.

Names are compared by their keyed hash, so no name is decrypted to find a pair. A page goes through the
newest records first, as many at a time as keeps it quick, whoever is registered in all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import formats, i18n
from volunteer.core.database import db
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, POINTS, Account
from volunteer.people import personal
from volunteer.people.finding import TAIL_LENGTH
from volunteer.people.models import ACTIVE, DISABLED, WAITING, Person
from volunteer.people.service import access
from volunteer.privacy.models import DistinctPair, Merge

WINDOW = 500  # newest records looked at for one page
MOST = 40
_OPEN = (ACTIVE, WAITING, DISABLED)


@dataclass(frozen=True)
class Side:
    """One record of a pair, masked (R142)."""

    id: int
    number: str
    masked_name: str
    masked_phone: str
    area: str
    birth_year: int
    registered_at: Any
    minutes: int
    points: int
    counts: Sequence[tuple[str, int]]
    is_minor: bool  # then the list shows the number alone


@dataclass(frozen=True)
class Pair:
    """The older record first: it is the one to keep unless staff say otherwise."""

    older: Side
    newer: Side
    same_birth_date: bool
    same_phone_end: bool


@dataclass(frozen=True)
class Page:
    pairs: list[Pair]
    next_before: int | None


def pairs(area_paths: Sequence[str], *, before: int | None = None) -> Page:
    """Likely pairs with both records within the subtrees, the newest registrations first."""
    newest = (
        sa.select(Person.id)
        .where(Person.area_id.in_(areas.ids_within(area_paths)), Person.status.in_(_OPEN))
        .order_by(Person.id.desc())
    )
    if before is not None:
        newest = newest.where(Person.id < before)
    window = list(db.session.scalars(newest.limit(WINDOW + 1)))
    looked = window[:WINDOW]
    found = _alike(looked, area_paths)
    more = len(found) > MOST
    found = found[:MOST]
    last = found[-1][1] if more else (looked[-1] if len(window) > WINDOW else None)
    sides = _sides({id for one, other, *_why in found for id in (one, other)})
    return Page([Pair(sides[one], sides[other], born, phone) for one, other, born, phone in found], last)


def side(person_id: int) -> Side:
    return _sides({person_id})[person_id]


def recent_merges(area_paths: Sequence[str], limit: int = 20) -> list[Any]:
    """The newest merges within the subtrees: the row and both numbers."""
    kept, gone = sa.orm.aliased(Person), sa.orm.aliased(Person)
    return list(
        db.session.execute(
            sa.select(Merge, kept.number.label("kept_number"), gone.number.label("gone_number"))
            .join(kept, kept.id == Merge.kept_id)
            .join(gone, gone.id == Merge.gone_id)
            .where(kept.area_id.in_(areas.ids_within(area_paths)))
            .order_by(Merge.id.desc())
            .limit(limit)
        )
    )


def _alike(ids: Sequence[int], area_paths: Sequence[str]) -> list[tuple[int, int, bool, bool]]:
    """(older, newer, same birth date, same end of the phone) for each pair whose newer record is among `ids`."""
    if not ids:
        return []
    older, newer = sa.orm.aliased(Person), sa.orm.aliased(Person)
    distinct = sa.exists().where(DistinctPair.first_id == older.id, DistinctPair.second_id == newer.id)
    rows = db.session.execute(
        sa.select(
            older.id.label("one"),
            newer.id.label("other"),
            (older.born_on == newer.born_on).label("born"),
            older.phone.label("one_phone"),
            newer.phone.label("other_phone"),
        )
        .join(older, sa.and_(older.name_hash == newer.name_hash, older.id < newer.id))
        .where(newer.id.in_(ids), older.status.in_(_OPEN), ~distinct)
        .where(older.area_id.in_(areas.ids_within(area_paths)))
        .order_by(newer.id.desc(), older.id)
    )
    found = []
    for row in rows:
        same_end = bool(row.one_phone and row.other_phone) and (
            row.one_phone[-TAIL_LENGTH:] == row.other_phone[-TAIL_LENGTH:]
        )
        if row.born or same_end:
            found.append((row.one, row.other, bool(row.born), same_end))
    return found


def _sides(ids: set[int]) -> dict[int, Side]:
    balances = {book: _balances(ids, book) for book in (HOURS, POINTS)}
    counts = _counts(ids)
    rows = db.session.execute(
        sa.select(Person, Area).join(Area, Area.id == Person.area_id).where(Person.id.in_(ids))
    )
    return {
        person.id: Side(
            id=person.id,
            number=person.number,
            masked_name=formats.masked_name(person.name),
            masked_phone=formats.masked_phone(person.phone),
            area=i18n.label(area.name, area.name_en),
            birth_year=person.born_on.year,
            registered_at=person.registered_at,
            minutes=balances[HOURS].get(person.id, 0),
            points=balances[POINTS].get(person.id, 0),
            counts=counts[person.id],
            is_minor=access.is_minor(person),
        )
        for person, area in rows
    }


def _balances(ids: set[int], book: str) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Account.owner_id, Account.id).where(
            Account.book == book,
            Account.owner_kind == ledger.PERSON,
            Account.purpose == ledger.MAIN,
            Account.owner_id.in_(ids),
        )
    ).all()
    have = ledger.balances(row.id for row in rows) if rows else {}
    return {row.owner_id: have[row.id] for row in rows}


def _counts(ids: set[int]) -> dict[int, list[tuple[str, int]]]:
    """Of the kinds that are worth comparing, in one statement for each kind."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for kind in personal.owned():
        if not kind.beside:
            continue
        owner = kind.table.c[kind.naming(personal.OWNER)[0]]
        rows = db.session.execute(sa.select(owner, sa.func.count()).where(owner.in_(ids)).group_by(owner))
        counted = {row[0]: row[1] for row in rows}
        for id in ids:
            found[id].append((str(kind.label), counted.get(id, 0)))
    return found
