"""Looking up who holds what, and the lists of the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within, within
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.credentials.models import QUALIFICATION, TRAINING, VALID, WAITING, Credential
from volunteer.people.models import ACTIVE, Person

PAGE = 50
MOST_NAMES = 60
MOST_OF_A_PERSON = 300


def is_valid_on(day: Any) -> sa.ColumnElement[bool]:
    """The condition that a credential counts on the day: recorded, not withdrawn, not expired."""
    return sa.and_(
        Credential.state == constant(VALID),
        Credential.happened_on <= day,
        sa.or_(Credential.expires_on.is_(None), Credential.expires_on >= day),
    )


def holds(person_id: int, kind: str, name: str, on: dt.date) -> bool:
    """Whether the person has this training or qualification on the day."""
    return bool(holders([person_id], kind, name, on))


def holders(person_ids: Collection[int], kind: str, name: str, on: dt.date) -> set[int]:
    """Those of the people who have it on the day."""
    statement = sa.select(Credential.person_id).where(
        Credential.person_id.in_(person_ids),
        Credential.kind == kind,
        Credential.name == name,
        is_valid_on(on),
    )
    return set(db.session.scalars(statement)) if person_ids else set()


def of_person(person_id: int) -> list[Credential]:
    """Everything there is about the person, the newest day first."""
    statement = (
        sa.select(Credential)
        .where(Credential.person_id == person_id)
        .order_by(Credential.happened_on.desc(), Credential.id.desc())
        .limit(MOST_OF_A_PERSON)
    )
    return list(db.session.scalars(statement))


def learning_minutes(person_id: int) -> int:
    """Of all trainings that were not withdrawn; what was learnt does not expire."""
    statement = sa.select(sa.func.sum(Credential.learning_minutes)).where(
        Credential.person_id == person_id, Credential.kind == TRAINING, Credential.state == VALID
    )
    return int(db.session.scalar(statement) or 0)


def with_person(credential_id: int) -> Any:
    """The credential, the person and the path of the area; None when there is none."""
    return db.session.execute(
        sa.select(Credential, Person, Area.path.label("area_path"))
        .join(Person, Person.id == Credential.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(Credential.id == credential_id)
    ).first()


def person(person_id: int) -> Any:
    """The person and the path of the area; None when there is nobody."""
    return db.session.execute(
        sa.select(Person, Area.path.label("area_path"))
        .join(Area, Area.id == Person.area_id)
        .where(Person.id == person_id)
    ).first()


def expiring(today: dt.date, ahead: dt.timedelta) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of what runs out within the time and is not followed by a newer one already."""
    newer = aliased(Credential)
    is_renewed = sa.exists().where(
        newer.person_id == Credential.person_id,
        newer.kind == Credential.kind,
        newer.name == Credential.name,
        newer.state.in_((VALID, WAITING)),
        sa.or_(newer.expires_on.is_(None), newer.expires_on > Credential.expires_on),
    )
    return (
        Credential.state == constant(VALID),
        Credential.expires_on >= today,
        Credential.expires_on <= today + ahead,
        ~is_renewed,
    )


def waiting_of(paths: Sequence[str]) -> Any:
    """What people of the subtrees have handed in and nobody has looked at."""
    return _listed(paths).where(Credential.state == constant(WAITING))


def expiring_of(paths: Sequence[str], ahead: dt.timedelta) -> Any:
    return _listed(paths).where(*expiring(clock.today(), ahead))


def waiting(paths: Sequence[str], *, after: int | None = None) -> list[Any]:
    """The longest waiting first, one row more than a page when there is a next one."""
    statement = waiting_of(paths).order_by(Credential.id).limit(PAGE + 1)
    if after is not None:
        statement = statement.where(Credential.id > after)
    return list(db.session.execute(statement))


def expiring_soon(
    paths: Sequence[str], ahead: dt.timedelta, *, after: tuple[dt.date, int] | None = None
) -> list[Any]:
    """What runs out first comes first, one row more than a page when there is a next one."""
    statement = expiring_of(paths, ahead).order_by(Credential.expires_on, Credential.id).limit(PAGE + 1)
    if after is not None:
        place = sa.tuple_(Credential.expires_on, Credential.id)
        statement = statement.where(place > sa.tuple_(*after))
    return list(db.session.execute(statement))


def known_names(area_path: str) -> list[tuple[str, str]]:
    """Pairs of kind and name of trainings and qualifications that people of the sub-district hold.

    Skips from one name to the next along the index in place of reading every row.
    """
    root = f"/{area_path.strip('/').split('/')[0]}/" if area_path else ""
    return [(kind, name) for kind in (TRAINING, QUALIFICATION) for name in _names(kind, root)]


def _names(kind: str, root: str) -> list[str]:
    def next_name(*after: Any) -> Any:
        first = sa.select(sa.func.min(Credential.name))
        return first.where(Credential.kind == kind, *after).scalar_subquery()

    names = sa.select(next_name().label("name")).cte("names", recursive=True)
    names = names.union_all(
        sa.select(next_name(Credential.name > names.c.name)).where(names.c.name.is_not(None))
    )
    held_here = (
        sa.exists()
        .where(
            Credential.kind == kind,
            Credential.name == names.c.name,
            Credential.state == constant(VALID),
            Credential.person_id == Person.id,
            Person.area_id == Area.id,
            within(Area.path, [root]),
        )
        .correlate(names)
    )
    statement = sa.select(names.c.name).where(names.c.name.is_not(None), held_here).limit(MOST_NAMES)
    return list(db.session.scalars(statement.order_by(names.c.name)))


def _listed(paths: Sequence[str]) -> Any:
    return (
        sa.select(
            Credential.id,
            Credential.person_id,
            Credential.kind,
            Credential.name,
            Credential.unit,
            Credential.happened_on,
            Credential.expires_on,
            Credential.recorded_at,
            Person.name.label("person_name"),
            Person.number,
        )
        .join(Person, Person.id == Credential.person_id)
        .where(Person.area_id.in_(ids_within(paths)), Person.status == constant(ACTIVE))
    )
