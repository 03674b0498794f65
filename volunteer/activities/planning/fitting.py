"""Who holds a place and no longer fits the limits, after they were changed (R022). Nobody is dropped for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import DEADLINE, PUBLISHED, Occurrence, Position, Series, SignUp
from volunteer.activities.planning import plan_words, requirements
from volunteer.activities.signing import seats
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, Account
from volunteer.people.models import Person
from volunteer.people.rules import age_on, is_minor
from volunteer.teams.models import MEMBER, Membership


@dataclass(frozen=True, slots=True)
class Limits:
    """Who may take a place; the names are those of the columns of a series."""

    minimum_age: int = 0
    sex_needed: str | None = None
    minimum_minutes: int = 0
    members_only: bool = False
    is_dangerous: bool = False


LIMITS = tuple(Limits.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Somebody who holds or shares a place that would not be given today, and why."""

    sign_up_id: int
    position_id: int | None
    occurrence_id: int
    person_id: int
    name: str
    number: str
    starts_at: dt.datetime
    why: tuple[str, ...]
    is_partner: bool = False


def who_no_longer_fits(series_id: int) -> list[Misfit]:
    """Who comes to dates of the future and meets the limits no more, in a fixed number of statements."""
    series = db.session.get_one(Series, series_id)
    rows = _rows(series)
    if not rows:
        return []
    own = Limits(**{name: getattr(series, name) for name in LIMITS})
    minutes = _minutes([row.person_id for row in rows]) if _asks_for_minutes(own, rows) else {}
    lacking = _lacking(series, rows)
    found = []
    for row in rows:
        why = _why(row, own, minutes.get(row.person_id, 0))
        if lacked := lacking[row.sign_up_id, row.person_id]:
            why.append(_("还没有%(what)s", what=requirements.words(lacked)))
        if why:
            found.append(
                Misfit(
                    *(row.sign_up_id, row.position_id, row.occurrence_id, row.person_id),
                    *(row.name, row.number, row.starts_at),
                    tuple(dict.fromkeys(why)),
                    row.is_partner,
                )
            )
    return found


def of_position(series_id: int, position_id: int) -> list[Misfit]:
    """Those who hold this position."""
    return [one for one in who_no_longer_fits(series_id) if one.position_id == position_id]


def _rows(series: Series) -> list[Any]:
    """Who holds or shares a place that can still be given back, with what is asked of them."""
    is_member = sa.exists().where(
        Membership.team_id == series.team_id,
        Membership.person_id == Person.id,
        Membership.state == MEMBER,
    )
    dates = sa.select(Occurrence.id).where(
        Occurrence.series_id == series.id, Occurrence.state == PUBLISHED, clock.now() < DEADLINE
    )
    coming = seats.people(SignUp.occurrence_id.in_(dates))
    statement = (
        sa.select(
            SignUp.id.label("sign_up_id"),
            SignUp.occurrence_id,
            SignUp.position_id,
            sa.case((coming.c.is_partner, 1), else_=SignUp.places).label("places"),
            coming.c.is_partner,
            Occurrence.starts_at,
            Person.id.label("person_id"),
            Person.name,
            Person.number,
            Person.born_on,
            Person.sex,
            is_member.label("is_member"),
            Position.has_requirements.label("post_has_requirements"),
            *(getattr(Position, name).label(f"post_{name}") for name in LIMITS if name != "is_dangerous"),
        )
        .join(coming, coming.c.sign_up_id == SignUp.id)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Person, Person.id == coming.c.person_id)
        .outerjoin(Position, Position.id == SignUp.position_id)
        .order_by(Occurrence.starts_at, SignUp.id, coming.c.is_partner)
    )
    return list(db.session.execute(statement))


def _minutes(person_ids: Sequence[int]) -> dict[int, int]:
    """What the hours' ledger holds for these people."""
    statement = sa.select(Account.id, Account.owner_id).where(
        Account.book == HOURS,
        Account.owner_kind == ledger.PERSON,
        Account.purpose == ledger.MAIN,
        Account.owner_id.in_(set(person_ids)),
    )
    accounts = {row.id: row.owner_id for row in db.session.execute(statement)}
    return {accounts[id]: total for id, total in ledger.balances(accounts).items()}


def _asks_for_minutes(limits: Limits, rows: Sequence[Any]) -> bool:
    return bool(limits.minimum_minutes or any(row.post_minimum_minutes for row in rows))


def _lacking(series: Series, rows: Sequence[Any]) -> dict[tuple[int, int], list[requirements.Requirement]]:
    """(sign-up, person) → the trainings, qualifications and skills that are not held on the day."""
    asked = {(row.sign_up_id, row.person_id): (row.person_id, row.position_id, _day(row)) for row in rows}
    if not series.has_requirements and not any(row.post_has_requirements for row in rows):
        return {key: [] for key in asked}
    found = requirements.missing_of_people(series_id=series.id, wanted=set(asked.values()))
    return {key: found[needed] for key, needed in asked.items()}


def _why(row: Any, own: Limits, minutes: int) -> list[str]:
    """In the order of the limits; a position's come after the activity's."""
    why = []
    age = age_on(row.born_on, _day(row)) if row.born_on else None
    if own.is_dangerous and row.born_on and is_minor(row.born_on, clock.today()):
        why.append(_("未满 18 周岁"))
    if own.is_dangerous and row.places > 1:
        why.append(_("带了同伴"))
    for asked in (own, _of_position(row)):
        if age is not None and age < asked.minimum_age:
            why.append(_("到那天不满 %(age)s 岁", age=asked.minimum_age))
        if asked.sex_needed and row.sex and row.sex != asked.sex_needed:
            why.append(plan_words.sex(asked.sex_needed))
        if asked.members_only and not row.is_member:
            why.append(_("不是本队队员"))
        if minutes < asked.minimum_minutes:
            why.append(_("服务还不到 %(time)s", time=formats.minutes(asked.minimum_minutes)))
    return why


def _of_position(row: Any) -> Limits:
    if row.position_id is None:
        return Limits()
    return Limits(row.post_minimum_age, row.post_sex_needed, row.post_minimum_minutes, row.post_members_only)


def _day(row: Any) -> dt.date:
    return clock.local(row.starts_at).date()
