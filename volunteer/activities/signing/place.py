"""What the page of a date shows of the reader's own place: the state, the positions to choose from, the line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import OccurrencePosition, Position
from volunteer.activities.planning import requirements
from volunteer.activities.policy import Visitor
from volunteer.activities.signing import availability as rules
from volunteer.activities.signing import companions, line, standing, states
from volunteer.activities.signing.availability import Availability
from volunteer.activities.signing.companions import Guest
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import label


@dataclass(frozen=True, slots=True)
class Choice:
    """A position on this date, and what signing up for it would meet."""

    id: int
    label: str
    capacity: int
    places_left: int
    is_open: bool
    waiting: int
    found: Availability

    @property
    def can_be_chosen(self) -> bool:
        return self.found.is_free or self.found.can_wait


@dataclass(frozen=True, slots=True)
class Place:
    """How the reader stands to the date, in what the page needs."""

    found: Availability
    is_signed_in: bool
    is_member: bool = False  # of the date's team
    choices: Sequence[Choice] = ()
    most_companions: int = 0
    guests: Sequence[Guest] = ()
    position: str = ""
    waiting: int = 0  # people in line, of a date without positions
    ahead: int = 0
    offer_until: dt.datetime | None = None
    time_left: str = ""
    cannot_yet: Refused | None = field(default=None)  # why the turn passed by who waits

    @property
    def state(self) -> str:
        return self.found.state

    @property
    def can_sign_up(self) -> bool:
        return self.found.is_free and (not self.choices or any(one.found.is_free for one in self.choices))

    @property
    def can_wait(self) -> bool:
        if self.choices and (self.found.is_free or self.found.can_wait):
            return any(one.found.can_wait for one in self.choices)
        return self.found.can_wait

    @property
    def tag(self) -> tuple[str, str] | None:
        """Nothing while it is free: the places left say it."""
        from volunteer.activities.cards import tag

        return None if self.can_sign_up else tag(self.state, 0)


def of(row: Any, visitor: Visitor, now: dt.datetime) -> Place:
    """For whoever reads the page of a row of `details.occurrence`; few statements, however many positions."""
    if visitor.id is None:
        return _of_nobody(row, now)
    found = standing.of_row(row, visitor.id)
    who = standing.facts(found, now)
    date = standing.Date(found.date, found.who.has_line)
    answer = _ask(date, who, now)
    shows_line = row.has_positions or answer.can_wait
    counts = line.waiting_counts(row.id) if shows_line and row.is_waited_for else {}
    choices = _choices(found, who, now, counts) if found.date.has_positions else []
    until = who.line.offer_until if who.line else None
    waits = answer.state == states.WAITING
    return Place(
        found=answer,
        is_signed_in=True,
        is_member=found.who.is_member,
        choices=choices,
        most_companions=0 if found.date.is_dangerous else found.date.most_companions,
        guests=companions.of([found.who.sign_up_id])[found.who.sign_up_id]
        if answer.state == states.MINE
        else (),
        position=_name(choices, found.who.own_position_id or found.who.line_position_id),
        waiting=counts.get(None, 0),
        ahead=who.line.ahead if who.line else 0,
        offer_until=until,
        time_left=formats.minutes(max(int((until - now).total_seconds()) // 60, 1)) if until else "",
        cannot_yet=_ask(date, who, now, is_kept=True).refusal if waits else None,
    )


def _of_nobody(row: Any, now: dt.datetime) -> Place:
    counts = line.waiting_counts(row.id) if row.is_waited_for else {}
    answer = _ask(standing.Date(row, bool(counts)), rules.Who(is_member=True), now)
    return Place(found=answer, is_signed_in=False, waiting=sum(counts.values()))


def _ask(date: Any, who: rules.Who, now: dt.datetime, **how: Any) -> Availability:
    starts_on = clock.local(date.starts_at).date()
    return rules.availability(date, who, now=now, starts_on=starts_on, today=clock.local(now).date(), **how)


def _choices(
    found: standing.Standing, who: rules.Who, now: dt.datetime, counts: Mapping[int | None, int]
) -> list[Choice]:
    posts = of_date(found.date.id)
    day = clock.local(found.date.starts_at).date()
    asking = [post.id for post in posts if post.has_requirements]
    lacks = (
        requirements.missing_by_position(person_id=found.who.id, day=day, position_ids=asking)
        if asking
        else {}
    )
    if any(post.minimum_minutes for post in posts) and not who.minutes:
        who = who._replace(minutes=standing.service_minutes(found.who.id))
    date = standing.Date(found.date, found.who.has_line)
    who = who._replace(line=None)
    return [
        Choice(
            post.id,
            post.label,
            post.capacity,
            post.places_left,
            post.is_open,
            counts.get(post.id, 0),
            _ask(date, _lacking(who, lacks.get(post.id, [])), now, position=post),
        )
        for post in posts
    ]


def _lacking(who: rules.Who, lacks: Sequence[requirements.Requirement]) -> rules.Who:
    if not lacks:
        return who
    return who._replace(
        untrained=requirements.words(requirements.trainings(lacks)) or who.untrained,
        unskilled=requirements.words(requirements.skills(lacks)) or who.unskilled,
    )


@dataclass(frozen=True, slots=True)
class Post(standing.Post):
    """A position of a date with its places."""

    capacity: int
    taken: int
    held: int


def of_date(occurrence_id: int) -> list[Post]:
    """The positions of a date, in the order in which they were made, in one statement."""
    statement = (
        sa.select(
            Position.id,
            Position.name,
            Position.name_en,
            Position.minimum_age,
            Position.sex_needed,
            Position.minimum_minutes,
            Position.members_only,
            Position.has_requirements,
            OccurrencePosition.is_open,
            OccurrencePosition.capacity,
            OccurrencePosition.taken,
            OccurrencePosition.held,
        )
        .join(OccurrencePosition, OccurrencePosition.position_id == Position.id)
        .where(OccurrencePosition.occurrence_id == occurrence_id)
        .order_by(Position.id)
    )
    return [
        Post(
            id=row.id,
            label=label(row.name, row.name_en),
            minimum_age=row.minimum_age,
            sex_needed=row.sex_needed,
            minimum_minutes=row.minimum_minutes,
            members_only=row.members_only,
            has_requirements=row.has_requirements,
            is_open=row.is_open,
            places_left=row.capacity - row.taken - row.held,
            capacity=row.capacity,
            taken=row.taken,
            held=row.held,
        )
        for row in db.session.execute(statement)
    ]


def _name(choices: Sequence[Choice], position_id: int | None) -> str:
    return next((one.label for one in choices if one.id == position_id), "")
