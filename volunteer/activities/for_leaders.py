"""What activities tell the pages of teams: what waits for a leader, and who comes to the next date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for

from volunteer.activities.models import (
    CANCELLED,
    LIVE,
    PUBLISHED,
    Occurrence,
    Series,
    SignUp,
)
from volunteer.activities.rules import RENEW_BEFORE
from volunteer.activities.signing import seats
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label
from volunteer.people.models import ACTIVE, PUBLISH, Person
from volunteer.teams import audiences, todos
from volunteer.teams.models import MEMBER, Membership
from volunteer.teams.todos import Todo

NEXT = "next"
LOOK_BACK = dt.timedelta(days=60)
DECIDE_WITHIN = dt.timedelta(days=7)
MOST_SHOWN = 100  # of all led teams together; who waits longest comes first


def ending_series(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """Recurring series that stop soon unless they are renewed (R062)."""
    today = clock.today()
    statement = (
        sa.select(Series.id, Series.team_id, Series.title, Series.title_en, Series.renewed_until)
        .where(
            Series.team_id.in_(team_ids),
            Series.state == LIVE,
            Series.is_repeating,
            Series.renewed_until <= today + RENEW_BEFORE,
            sa.or_(Series.ends_on.is_(None), Series.ends_on > Series.renewed_until),
            Series.renewed_until >= today - LOOK_BACK,
        )
        .order_by(Series.renewed_until, Series.id)
        .limit(MOST_SHOWN)
    )
    found: dict[int, list[Todo]] = {}
    for row in db.session.execute(statement):
        text = _("只排到 %(day)s，请续期", day=formats.day(row.renewed_until))
        href = url_for("activities.series", series_id=row.id)
        todo = Todo(text, 1, href, about=label(row.title, row.title_en))
        found.setdefault(row.team_id, []).append(todo)
    return found


def undecided(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """Coming dates on a holiday or make-up workday that somebody has to decide about, each day once."""
    now = clock.now()
    statement = (
        sa.select(
            Series.team_id,
            Series.title,
            Series.title_en,
            sa.func.min(Occurrence.id).label("id"),
            sa.func.min(Occurrence.starts_at).label("starts_at"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Series.team_id.in_(team_ids),
            Occurrence.asks.is_not(None),
            Occurrence.state != CANCELLED,
            Occurrence.starts_at > now,
        )
        .group_by(Series.id, Series.team_id, Series.title, Series.title_en, Occurrence.original_on)
        .order_by(sa.func.min(Occurrence.starts_at), sa.func.min(Occurrence.id))
        .limit(MOST_SHOWN)
    )
    found: dict[int, list[Todo]] = {}
    for row in db.session.execute(statement):
        about = f"{label(row.title, row.title_en)} · {formats.day(clock.local(row.starts_at).date())}"
        href = url_for("activities.decide", occurrence_id=row.id)
        kind = "soon" if row.starts_at <= now + DECIDE_WITHIN else ""
        todo = Todo(_("赶上放假或调休，请您决定"), 1, href, kind, about=about)
        found.setdefault(row.team_id, []).append(todo)
    return found


def next_date(team_id: int) -> Any | None:
    """The team's next date, named for the choice of whom to write to; None without one."""
    row = _next(team_id)
    if row is None:
        return None
    return _(
        "报名了下一场的队员：%(title)s，%(when)s",
        title=label(row.title, row.title_en),
        when=formats.when(row.starts_at, row.ends_at),
    )


def members_at_next_date(team_id: int) -> Sequence[int]:
    """Members of the team who come to its next date; guests are not the team's to write to."""
    row = _next(team_id)
    if row is None:
        return []
    coming = seats.people(SignUp.occurrence_id == row.id)
    statement = (
        sa.select(coming.c.person_id)
        .join(
            Membership,
            sa.and_(
                Membership.person_id == coming.c.person_id,
                Membership.team_id == team_id,
                Membership.state == MEMBER,
            ),
        )
        .join(Person, Person.id == coming.c.person_id)
        .where(Person.status == ACTIVE)
        .distinct()
        .order_by(coming.c.person_id)
    )
    return list(db.session.scalars(statement))


def _next(team_id: int) -> Any | None:
    statement = (
        sa.select(Occurrence.id, Occurrence.starts_at, Occurrence.ends_at, Series.title, Series.title_en)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Series.team_id == team_id,
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at > clock.now(),
            Occurrence.taken > 0,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(1)
    )
    return db.session.execute(statement).first()


todos.register(ending_series, right=PUBLISH)
todos.register(undecided, right=PUBLISH)
audiences.register(audiences.Audience(NEXT, next_date, members_at_next_date))
