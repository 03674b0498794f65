"""How one person stands to one occurrence: what a sign-up must know, in two statements.

The page asks it to show the button, the service asks it under lock to decide.
The statements are in standing_rows.py. What few series ask for (trainings, hours,
who never came) is looked up only for those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import OFFERED
from volunteer.activities.planning import requirements
from volunteer.activities.signing import availability as rules
from volunteer.activities.signing import line, standing_rows
from volunteer.activities.signing.clashes import Other
from volunteer.activities.signing.limits import clash_of
from volunteer.core import clock
from volunteer.core.database import db, is_sqlite
from volunteer.core.errors import NotFound
from volunteer.core.i18n import label
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, Account


@dataclass(frozen=True, slots=True)
class Date:
    """A date as the rules want it, with whether somebody waits."""

    row: Any
    has_line: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


@dataclass(frozen=True, slots=True)
class Post:
    """The position that is asked for, with its places on this date."""

    id: int
    label: str
    minimum_age: int
    sex_needed: str | None
    minimum_minutes: int
    members_only: bool
    has_requirements: bool
    is_open: bool
    places_left: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A date (`date`) and a person (`who`), as they were read; `others` are the person's dates around it."""

    date: Any
    who: Any
    others: list[Other]
    post: Post | None

    @property
    def team_path(self) -> str:
        return str(self.date.team_path)

    @property
    def area_path(self) -> str:
        return str(self.date.area_path)

    @property
    def person_area_path(self) -> str:
        return str(self.who.area_path)


def load(*, occurrence_id: int, person_id: int, position_id: int | None = None) -> Standing:
    """The standing as it is; `NotFound` when there is no such occurrence, position or person."""
    return _with_person(_date(standing_rows.DATE, occurrence_id), person_id, position_id)


def date(occurrence_id: int) -> Any:
    """A date with its series, team and area; `NotFound` when there is none."""
    return _date(standing_rows.DATE, occurrence_id)


def lock(
    *, occurrence_id: int, person_id: int, position_id: int | None = None, also: Collection[int] = ()
) -> Standing:
    """The same, with people (`also` others than this one) and occurrence locked in this order.

    Each lock is a statement of its own, so that what follows sees what the one
    who held it before has just written.
    """
    lock_people({person_id, *also})
    return _with_person(_date(standing_rows.DATE_LOCKED, occurrence_id), person_id, position_id)


def lock_people(person_ids: Collection[int]) -> None:
    if not is_sqlite():
        db.session.execute(standing_rows.LOCK_PEOPLE, {"ids": sorted(person_ids)})


def of_row(row: Any, person_id: int) -> Standing:
    """The same as `load` for a date that was read already, with all that `standing_rows.DATE` holds."""
    return _with_person(row, person_id, None)


def of_date(standing: Standing, person_id: int, position_id: int | None = None) -> Standing:
    """How another person stands to the same date."""
    return _with_person(standing.date, person_id, position_id)


def _date(statement: Any, occurrence_id: int) -> Any:
    row = db.session.execute(statement, {"occurrence_id": occurrence_id}).first()
    if row is None:
        raise NotFound
    return row


def _with_person(date: Any, person_id: int, position_id: int | None) -> Standing:
    first, last = _around(date)
    values = {
        "occurrence_id": date.id,
        "person_id": person_id,
        "position_id": position_id,
        "team_id": date.team_id,
        "first": first,
        "last": last,
    }
    rows = db.session.execute(standing_rows.PERSON, values).all()
    if not rows:
        raise NotFound
    others = [
        Other(
            row.other_id,
            row.other_starts_at,
            row.other_ends_at,
            row.other_rest_minutes,
            label(row.other_title, row.other_title_en),
        )
        for row in rows
        if row.other_id is not None
    ]
    return Standing(date, rows[0], others, _post_of(rows[0], position_id))


def _around(date: Any) -> tuple[dt.datetime, dt.datetime]:
    """The local days of the date, and a day more on each side for the rest between two."""
    day = dt.timedelta(days=1)
    return date.starts_at - 2 * day, date.ends_at + 2 * day


def _post_of(row: Any, position_id: int | None) -> Post | None:
    if position_id is None:
        return None
    if row.post_capacity is None:
        raise NotFound
    asked = db.session.execute(standing_rows.POSITION, {"position_id": position_id}).one()
    return Post(
        id=asked.id,
        label=label(asked.name, asked.name_en),
        minimum_age=asked.minimum_age,
        sex_needed=asked.sex_needed,
        minimum_minutes=asked.minimum_minutes,
        members_only=asked.members_only,
        has_requirements=asked.has_requirements,
        is_open=row.post_is_open,
        places_left=row.post_capacity - row.post_taken - row.post_held,
    )


def availability(
    standing: Standing,
    now: dt.datetime,
    *,
    wanted: int = 1,
    is_kept: bool = False,
    is_standing: bool = False,
    has_limits: bool = True,
    has_hours: bool = True,
    leaves: Collection[int] = (),
) -> rules.Availability:
    """Whether the person may sign up; titles in the reader's language.

    `leaves`: dates that the person gives up in the same breath; without `has_limits` nobody asks
    how much the person does that day. For the rest see `availability.availability`.
    """
    starts_on = clock.local(standing.date.starts_at).date()
    return rules.availability(
        Date(standing.date, standing.who.has_line),
        facts(standing, now, has_limits=has_limits, leaves=leaves),
        now=now,
        starts_on=starts_on,
        today=clock.local(now).date(),
        position=standing.post,
        wanted=wanted,
        is_kept=is_kept,
        is_standing=is_standing,
        has_hours=has_hours,
    )


def facts(
    standing: Standing, now: dt.datetime, *, has_limits: bool = True, leaves: Collection[int] = ()
) -> rules.Who:
    """What the rules want to know of the person."""
    date, who = standing.date, standing.who
    lacks = _lacks(standing, clock.local(date.starts_at).date())
    others = [other for other in standing.others if other.id not in leaves]
    return rules.Who(
        born_on=who.born_on,
        sex=who.sex,
        is_member=who.is_member,
        is_signed_up=who.sign_up_id is not None,
        shares=who.shares,
        is_blocked=who.is_blocked,
        has_guardian=who.has_guardian,
        has_come=_has_come(standing, now),
        minutes=_minutes_of(standing),
        untrained=requirements.words(requirements.trainings(lacks)),
        unskilled=requirements.words(requirements.skills(lacks)),
        line=_line_of(standing, now),
        clash=clash_of(date, others, who.born_on) if has_limits else None,
        team=label(date.team_name, date.team_name_en) if date.members_only or date.has_positions else "",
    )


def _lacks(standing: Standing, day: dt.date) -> list[requirements.Requirement]:
    """What the person lacks on the day; asked only of dates and positions that require something."""
    date, post = standing.date, standing.post
    if not (date.has_requirements or (post is not None and post.has_requirements)):
        return []
    positions = [post.id] if post is not None and post.has_requirements else []
    wanted = (date.series_id, day)
    found = requirements.missing(person_id=standing.who.id, dates=[wanted], position_ids=positions)
    return found[wanted]


def _minutes_of(standing: Standing) -> int:
    """Of service so far, where that is asked (R022)."""
    date, post = standing.date, standing.post
    if not (date.minimum_minutes or (post is not None and post.minimum_minutes)):
        return 0
    return service_minutes(standing.who.id)


def service_minutes(person_id: int) -> int:
    """What the hours' ledger holds for the person today."""
    account_id = db.session.scalar(
        sa.select(Account.id).where(
            Account.book == HOURS,
            Account.owner_kind == ledger.PERSON,
            Account.owner_id == person_id,
            Account.purpose == ledger.MAIN,
            Account.continues_in_id.is_(None),
        )
    )
    return 0 if account_id is None else ledger.balance(account_id)


def _has_come(standing: Standing, now: dt.datetime) -> bool:
    """Asked while the first hours are for newcomers."""
    until = standing.date.newcomers_until
    if until is None or until <= now:
        return False
    values = {"person_id": standing.who.id, "series_id": standing.date.series_id, "now": now}
    return bool(db.session.scalar(standing_rows.HAS_COME, values))


def _line_of(standing: Standing, now: dt.datetime) -> rules.Line | None:
    """An offer that has run out is none: the next minute it goes to the next one."""
    who = standing.who
    if who.waiting_id is None or (who.line_state == OFFERED and who.offer_until <= now):
        return None
    if who.line_state == OFFERED:
        return rules.Line(offer_until=who.offer_until)
    return rules.Line(ahead=line.ahead(standing.date.id, who.waiting_id, who.line_position_id))
