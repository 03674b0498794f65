"""What an activity or a position asks for before anybody takes a place: trainings, qualifications, skills.

Kept with the series or the position, asked for each date in one statement.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Position, PositionRequirement, SeriesRequirement
from volunteer.activities.planning import refusals
from volunteer.core.database import BigInt, constant, db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.credentials.models import QUALIFICATION, TRAINING, VALID, Credential
from volunteer.credentials.rules import LONGEST_NAME, is_valid_on
from volunteer.people.models import Person, PersonSkill
from volunteer.people.rules import SKILLS

MOST = 6
SKILL = "skill"
KINDS = (TRAINING, QUALIFICATION, SKILL)

Date = tuple[int, dt.date]


@dataclass(frozen=True, slots=True, order=True)
class Requirement:
    """A training or qualification by the name under which it is recorded, or a skill by its code."""

    kind: str
    name: str

    @property
    def code(self) -> str:
        """As the choices of a form hold it: 'training:急救培训'."""
        return f"{self.kind}:{self.name}"


def from_code(code: str) -> Requirement:
    """The other way round."""
    return Requirement(*code.split(":", 1))


def check(wanted: Sequence[Requirement]) -> None:
    """Refuse what cannot be kept; a few are enough for any post."""
    assert all(one.kind in KINDS and 0 < len(one.name) <= LONGEST_NAME for one in wanted)
    assert all(one.name in SKILLS for one in wanted if one.kind == SKILL)
    if len(wanted) > MOST:
        raise refusals.TooManyRequirements(most=MOST)


def write(series_id: int, wanted: Iterable[Requirement]) -> None:
    """Keep them with a new series."""
    _insert(SeriesRequirement, "series_id", series_id, wanted)


def write_of_position(position_id: int, wanted: Iterable[Requirement]) -> None:
    """Keep them with a new position."""
    _insert(PositionRequirement, "position_id", position_id, wanted)


def replace(series_id: int, wanted: Iterable[Requirement]) -> None:
    """From now on the series asks for these and no others."""
    db.session.execute(sa.delete(SeriesRequirement).where(SeriesRequirement.series_id == series_id))
    write(series_id, wanted)


def replace_of_position(position_id: int, wanted: Iterable[Requirement]) -> None:
    """The same of one of its positions."""
    db.session.execute(sa.delete(PositionRequirement).where(PositionRequirement.position_id == position_id))
    write_of_position(position_id, wanted)


def _insert(table: Any, column: str, id: int, wanted: Iterable[Requirement]) -> None:
    rows = [{column: id, "kind": one.kind, "name": one.name} for one in sorted(set(wanted))]
    if rows:
        db.session.execute(sa.insert(table), rows)


def of_series(series_id: int) -> list[Requirement]:
    """In the order in which pages name them: trainings last, as they can be caught up on."""
    table: Any = SeriesRequirement.__table__.c
    statement = sa.select(table.kind, table.name).where(table.series_id == series_id)
    return [Requirement(*row) for row in db.session.execute(statement.order_by(table.kind, table.name))]


def of_positions(position_ids: Collection[int]) -> dict[int, list[Requirement]]:
    """The same of each of these positions, in one statement."""
    table: Any = PositionRequirement.__table__.c
    found: dict[int, list[Requirement]] = {id: [] for id in position_ids}
    statement = (
        sa.select(table.position_id, table.kind, table.name)
        .where(table.position_id.in_(found))
        .order_by(table.position_id, table.kind, table.name)
    )
    for position_id, kind, name in db.session.execute(statement) if found else ():
        found[position_id].append(Requirement(kind, name))
    return found


def missing(
    *, person_id: int, dates: Collection[Date], position_ids: Collection[int] = ()
) -> dict[Date, list[Requirement]]:
    """What the person lacks for each (series, day), in one statement; expired and withdrawn ones do not count.

    With `position_ids` also what these positions ask, each for the dates of its series.
    """
    held = _held([person_id], {series_id for series_id, _day in dates}, position_ids)[person_id]
    return {
        (series_id, day): _lacked(
            [times for (owner, _position), times in held.items() if owner == series_id], day
        )
        for series_id, day in dates
    }


def missing_by_position(
    *, person_id: int, day: dt.date, position_ids: Collection[int]
) -> dict[int, list[Requirement]]:
    """What each of these positions asks on that day and the person lacks, in one statement."""
    held = _held([person_id], (), position_ids)[person_id]
    found = {position: times for (_series, position), times in held.items() if position is not None}
    return {id: _lacked([found[id]] if id in found else [], day) for id in position_ids}


def missing_of_people(
    *, series_id: int, wanted: Collection[tuple[int, int | None, dt.date]]
) -> dict[tuple[int, int | None, dt.date], list[Requirement]]:
    """What people lack who hold places of one series: (person, position, day), in one statement."""
    people = sorted({person_id for person_id, _position, _day in wanted})
    positions = sorted({position for _person, position, _day in wanted if position is not None})
    held = _held(people, [series_id], positions) if people else {}
    return {
        (person_id, position, day): _lacked(
            [
                times
                for (_series, owner), times in held[person_id].items()
                if owner is None or owner == position
            ],
            day,
        )
        for person_id, position, day in wanted
    }


def trainings(wanted: Iterable[Requirement]) -> list[Requirement]:
    """What can be caught up on or handed in: all but skills."""
    return [one for one in wanted if one.kind != SKILL]


def skills(wanted: Iterable[Requirement]) -> list[Requirement]:
    return [one for one in wanted if one.kind == SKILL]


def words(wanted: Iterable[Requirement]) -> str:
    """'培训“急救培训”、资格“护士证”、特长“理发”'."""
    return pgettext("list separator", "、").join(_word(one) for one in wanted)


def _word(one: Requirement) -> str:
    if one.kind == SKILL:
        return _("特长“%(name)s”", name=SKILLS.get(one.name, one.name))
    return _("培训“%(name)s”", name=one.name) if one.kind == TRAINING else _("资格“%(name)s”", name=one.name)


_Times = list[tuple[dt.date, dt.date | None]]
_Owner = tuple[int, int | None]  # series and, if it is a position that asks, the position
_ALWAYS: tuple[dt.date, None] = (dt.date.min, None)


def _held(
    person_ids: Collection[int],
    series_ids: Collection[int],
    position_ids: Collection[int],
) -> Mapping[int, Mapping[_Owner, Mapping[Requirement, _Times]]]:
    """Of each person and whoever asks what is asked, with from when to when the person holds it."""
    found: dict[int, dict[_Owner, dict[Requirement, _Times]]] = defaultdict(lambda: defaultdict(dict))
    for row in _asked_and_held(person_ids, _wanted(series_ids, position_ids)):
        owner = (row.series_id, row.position_id)
        times = found[row.person_id][owner].setdefault(Requirement(row.kind, row.name), [])
        if row.kind == SKILL:
            times += [_ALWAYS] if row.has_skill else []
        elif row.happened_on is not None:
            times.append((row.happened_on, row.expires_on))
    return found


def _asked_and_held(person_ids: Collection[int], asked: Any) -> Iterator[Any]:
    wanted = asked.subquery("wanted")
    of_person = sa.and_(
        Credential.person_id == Person.id,
        Credential.kind == wanted.c.kind,
        Credential.name == wanted.c.name,
        Credential.state == constant(VALID),
    )
    has_skill = sa.exists().where(PersonSkill.person_id == Person.id, PersonSkill.skill == wanted.c.name)
    statement = (
        sa.select(
            Person.id.label("person_id"),
            *wanted.c,
            Credential.happened_on,
            Credential.expires_on,
            sa.and_(wanted.c.kind == constant(SKILL), has_skill).label("has_skill"),
        )
        .select_from(wanted.join(Person, Person.id.in_(person_ids)).outerjoin(Credential, of_person))
        .order_by(Person.id, wanted.c.series_id, wanted.c.kind, wanted.c.name, Credential.id)
    )
    return iter(db.session.execute(statement))


def _wanted(series_ids: Collection[int], position_ids: Collection[int]) -> Any:
    """Rows of (series, position or none, kind, name)."""
    of_series = _of_series(series_ids)
    return sa.union_all(of_series, _of_positions(position_ids)) if position_ids else of_series


def _of_series(series_ids: Collection[int]) -> Any:
    table: Any = SeriesRequirement.__table__.c
    columns = (table.series_id, sa.null().cast(BigInt).label("position_id"), table.kind, table.name)
    return sa.select(*columns).where(table.series_id.in_(series_ids))


def _of_positions(position_ids: Collection[int]) -> Any:
    table: Any = PositionRequirement.__table__.c
    return (
        sa.select(Position.series_id, table.position_id, table.kind, table.name)
        .join(Position, Position.id == table.position_id)
        .where(table.position_id.in_(position_ids))
    )


def _lacked(asked: Sequence[Mapping[Requirement, _Times]], day: dt.date) -> list[Requirement]:
    """Those of the asked that are not held on the day, each once, in the order in which pages name them."""
    lacked = {one for group in asked for one, times in group.items() if not _covers(times, day)}
    return sorted(lacked)


def _covers(times: _Times, day: dt.date) -> bool:
    return any(is_valid_on(day, happened_on=first, expires_on=last) for first, last in times)
