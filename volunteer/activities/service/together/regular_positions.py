"""Standing sign-ups without a post that takes people: they stop, ask once, and take another with one answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import LIVE, PAUSED, RUNNING, Regular, Series
from volunteer.activities.planning import refusals
from volunteer.activities.service.together.regulars import offer_dates_again, own_regular
from volunteer.activities.together import refusals as no
from volunteer.activities.together import regulars
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor


def due(now: dt.datetime) -> list[int]:
    """Those that take dates and whose post has closed, or whose series takes people in posts since."""
    return list(db.session.scalars(_without(now).order_by(Regular.id)))


def _without(now: dt.datetime) -> sa.Select[Any]:
    runs = sa.or_(Regular.state == constant(RUNNING), Regular.paused_until <= clock.local(now).date())
    return (
        sa.select(Regular.id)
        .join(Series, Series.id == Regular.series_id)
        .where(
            Regular.state.in_(regulars.LIVE_STATES),
            runs,
            regulars.lacks_position,
            Series.state == LIVE,
            Series.regular_places > 0,
        )
    )


def ask(regular_id: int) -> bool:
    """Stop one that is due until its owner answers, and say so; False when it is due no more."""
    now = clock.now()
    statement = sa.select(Regular).where(Regular.id == regular_id).with_for_update(key_share=True)
    row = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if row is None or db.session.scalar(_without(now).where(Regular.id == regular_id)) is None:
        return False
    row.state, row.paused_until, row.asked_at = PAUSED, None, now
    db.session.flush()
    audit.record(actor_id=None, act="regular_paused", kind="series", id=row.series_id, regular=row.id)
    series = db.session.get_one(Series, row.series_id)
    outbox.tell(
        outbox.Note(
            key=f"regular-position:{row.id}:{now.isoformat()}",
            kind="regular_position_asked",
            person_id=row.person_id,
            payload={"series_id": series.id, "title": series.title, "title_en": series.title_en},
            by_email=True,
        )
    )
    return True


def take_regular_position(*, actor: Actor, regular_id: int, position_id: int | None) -> None:
    """The dates that are given out from now on are in that post; whoever was asked goes on with it."""
    regular = own_regular(actor, regular_id)
    series = db.session.get_one(Series, regular.series_id)
    if series.state != LIVE:
        raise refusals.SeriesEnded
    if position_id not in {row.id for row in regulars.choices(series).positions}:
        raise no.ChoosePosition
    before, regular.position_id = regular.position_id, position_id
    if regular.asked_at is not None:
        regular.state, regular.asked_at = RUNNING, None
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="regular_position_taken",
        kind="series",
        id=regular.series_id,
        regular=regular_id,
        before=before,
        after=position_id,
    )
    offer_dates_again(regular.series_id)
