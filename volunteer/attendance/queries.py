"""Who came and who left: what pages, the roll call and the wall ask."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities.models import AGREED, PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.attendance import rules
from volunteer.attendance.models import REFUSED, CheckIn, Door, TaskReport
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.people.models import Person

LATEST = 8

_of_date = sa.and_(SignUp.occurrence_id == CheckIn.occurrence_id, SignUp.state == constant(SIGNED_UP))
_is_signed_up = sa.or_(
    sa.exists().where(_of_date, SignUp.person_id == CheckIn.person_id),
    sa.exists().where(_of_date, SignUp.partner_id == CheckIn.person_id, SignUp.partner_state == AGREED),
)


def window(date: Any) -> rules.Window:
    """When one can check in and out for this date (R029)."""
    settings = current_app.config
    return rules.window(
        date.starts_at,
        date.ends_at,
        before_minutes=settings["CHECK_IN_BEFORE_MINUTES"],
        after_minutes=settings["CHECK_IN_AFTER_MINUTES"],
    )


def door(occurrence_id: int) -> Door | None:
    """The date's codes, when somebody has opened the door."""
    return db.session.get(Door, occurrence_id)


def secrets_of(occurrence_ids: Collection[int]) -> dict[int, str]:
    """Of those of these dates whose door was opened, what their codes are made from."""
    if not occurrence_ids:
        return {}
    statement = sa.select(Door.occurrence_id, Door.secret).where(Door.occurrence_id.in_(occurrence_ids))
    return {row.occurrence_id: row.secret for row in db.session.execute(statement)}


def pairs(occurrence_id: int) -> dict[int, list[rules.Pair]]:
    """Person → comings and leavings in order, without those taken back; who came without a sign-up is in it too."""
    found: dict[int, list[rules.Pair]] = defaultdict(list)
    for row in db.session.execute(_marks().where(CheckIn.occurrence_id == occurrence_id)):
        found[row.person_id].append((row.came_at, row.left_at))
    return dict(found)


def pairs_of(occurrence_id: int, person_id: int) -> list[rules.Pair]:
    """The same of one person."""
    statement = _marks().where(CheckIn.occurrence_id == occurrence_id, CheckIn.person_id == person_id)
    return [(row.came_at, row.left_at) for row in db.session.execute(statement)]


def _marks() -> Any:
    return (
        sa.select(CheckIn.person_id, CheckIn.came_at, CheckIn.left_at)
        .where(CheckIn.void_at.is_(None))
        .order_by(CheckIn.came_at, CheckIn.id)
    )


def counts(occurrence_id: int) -> tuple[int, int]:
    """(How many are here now, how many came at all)."""
    row = db.session.execute(
        sa.select(
            sa.func.count(sa.distinct(sa.case((CheckIn.left_at.is_(None), CheckIn.person_id)))),
            sa.func.count(sa.distinct(CheckIn.person_id)),
        ).where(CheckIn.occurrence_id == occurrence_id, CheckIn.void_at.is_(None))
    ).one()
    return row[0], row[1]


def dates_with_arrivals(occurrence_ids: Collection[int]) -> frozenset[int]:
    """Those of these dates to which somebody came, or of which a report waits or was confirmed."""
    came = sa.select(CheckIn.occurrence_id).where(
        CheckIn.occurrence_id.in_(occurrence_ids), CheckIn.void_at.is_(None)
    )
    reported = sa.select(TaskReport.occurrence_id).where(
        TaskReport.occurrence_id.in_(occurrence_ids), TaskReport.state != constant(REFUSED)
    )
    return frozenset(db.session.scalars(sa.union(came, reported)))


def walk_ins(occurrence_id: int) -> int:
    """How many came without having signed up, nor sharing a place."""
    statement = sa.select(sa.func.count(sa.distinct(CheckIn.person_id))).where(
        CheckIn.occurrence_id == occurrence_id, CheckIn.void_at.is_(None), ~_is_signed_up
    )
    return db.session.scalar(statement) or 0


def latest(occurrence_id: int) -> list[Any]:
    """The last marks, newest first, with the person; `is_last` says that it is the person's newest."""
    at = sa.func.coalesce(CheckIn.left_at, CheckIn.came_at)
    newest = sa.func.max(CheckIn.id).over(partition_by=CheckIn.person_id)
    marks = (
        sa.select(
            CheckIn.id,
            CheckIn.person_id,
            CheckIn.came_at,
            CheckIn.left_at,
            at.label("at"),
            (newest == CheckIn.id).label("is_last"),
            _is_signed_up.label("is_signed_up"),
        )
        .where(CheckIn.occurrence_id == occurrence_id, CheckIn.void_at.is_(None))
        .subquery()
    )
    statement = (
        sa.select(marks, Person.name, Person.number)
        .join(Person, Person.id == marks.c.person_id)
        .order_by(marks.c.at.desc(), marks.c.id.desc())
        .limit(LATEST)
    )
    return list(db.session.execute(statement))


def open_dates(person_id: int, now: dt.datetime) -> list[Any]:
    """Dates for which the person has a place and whose window is open now, soonest first."""
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Series.title,
            Series.title_en,
            _has_come(person_id).label("is_in"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.id.in_(_places_of(person_id)),
            Occurrence.is_flexible.is_(False),
            Occurrence.recorded_at.is_(None),
            _is_open(now),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.execute(statement))


def _is_open(now: dt.datetime) -> Any:
    """The window of `window`, asked of the table."""
    before = dt.timedelta(minutes=current_app.config["CHECK_IN_BEFORE_MINUTES"])
    after = dt.timedelta(minutes=current_app.config["CHECK_IN_AFTER_MINUTES"])
    return sa.and_(
        Occurrence.state == PUBLISHED,
        Occurrence.starts_at <= now + before,
        Occurrence.ends_at > now - after,
    )


def has_place(occurrence_id: int, person_id: int) -> bool:
    """Whether the person is expected at the date, with a place of their own or a shared one."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(Occurrence.id == occurrence_id, Occurrence.id.in_(_places_of(person_id)))
            )
        )
    )


def _places_of(person_id: int) -> Any:
    """The dates at which the person, or whoever shares the place as a pair, may come."""
    live = SignUp.state == constant(SIGNED_UP)
    own = sa.select(SignUp.occurrence_id).where(SignUp.person_id == person_id, live)
    shared = sa.select(SignUp.occurrence_id).where(
        SignUp.partner_id == person_id, SignUp.partner_state == AGREED, live
    )
    return own.union_all(shared)


def _has_come(person_id: int) -> Any:
    return sa.exists().where(
        CheckIn.occurrence_id == Occurrence.id,
        CheckIn.person_id == person_id,
        CheckIn.left_at.is_(None),
        CheckIn.void_at.is_(None),
    )


def doors_open(now: dt.datetime) -> list[Any]:
    """(occurrence_id, code) of every door whose window is open now."""
    statement = (
        sa.select(Door.occurrence_id, Door.code)
        .join(Occurrence, Occurrence.id == Door.occurrence_id)
        .where(_is_open(now))
        .order_by(Door.occurrence_id)
    )
    return list(db.session.execute(statement))


def comings_today(occurrence_id: int, person_id: int, now: dt.datetime) -> int:
    """How often the person came to this date on this day of the wall calendar (R031)."""
    today = clock.local(now).date()
    statement = sa.select(sa.func.count()).where(
        CheckIn.occurrence_id == occurrence_id,
        CheckIn.person_id == person_id,
        CheckIn.void_at.is_(None),
        CheckIn.came_at >= clock.start_of(today),
        CheckIn.came_at < clock.start_of(today + dt.timedelta(days=1)),
    )
    return db.session.scalar(statement) or 0
