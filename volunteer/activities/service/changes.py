"""Cancel or move one occurrence; everybody who is signed up hears of it (R065)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities import messages, policy, refusals, rules
from volunteer.activities.models import CANCELLED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.core.formats import full_day
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.teams.models import Team


def cancel_occurrence(*, actor: Actor, occurrence_id: int, reason: str) -> int:
    """Cancel it for good and tell who is signed up; returns how many were told. The number stays used (R061)."""
    occurrence, series = _managed(actor, occurrence_id)
    if occurrence.state == CANCELLED:
        raise refusals.Cancelled
    if occurrence.recorded_at is not None:
        raise refusals.AlreadyRecorded
    if not reason.strip():
        raise refusals.NotComplete("reason")
    occurrence.state = CANCELLED
    occurrence.cancelled_reason = reason.strip()[:300]
    db.session.flush()
    outbox.cancel(f"remind:{occurrence_id}:")
    told = _tell_all(
        occurrence,
        series,
        kind="activity_cancelled",
        key=f"cancelled:{occurrence_id}",
        useful_until=occurrence.ends_at,
        reason=occurrence.cancelled_reason,
    )
    audit.record(
        actor_id=actor.id, act="occurrence_cancelled", kind="occurrence", id=occurrence_id, told=told
    )
    return told


def change_place_or_time(
    *,
    actor: Actor,
    occurrence_id: int,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    place: str | None = None,
) -> int:
    """Move this one date; sign-ups follow it (R059). Returns how many were told, 0 when nothing changed."""
    occurrence, series = _managed(actor, occurrence_id)
    now = clock.now()
    if occurrence.state == CANCELLED:
        raise refusals.Cancelled
    if occurrence.recorded_at is not None:
        raise refusals.AlreadyRecorded
    if occurrence.ends_at <= now:
        raise refusals.OccurrenceOver
    before = (occurrence.starts_at, occurrence.ends_at, occurrence.place)
    after = (starts_at or before[0], ends_at or before[1], (place or "").strip() or before[2])
    if after == before:
        return 0
    _check_times(before, after, now)
    occurrence.starts_at, occurrence.ends_at, occurrence.place = after
    db.session.flush()
    outbox.cancel(f"remind:{occurrence_id}:")
    told = _tell_all(
        occurrence,
        series,
        kind="activity_changed",
        key=f"changed:{occurrence_id}:{now.timestamp():.6f}",
        useful_until=occurrence.ends_at,
    )
    audit.record(
        actor_id=actor.id,
        act="occurrence_changed",
        kind="occurrence",
        id=occurrence_id,
        told=told,
        before=[before[0].isoformat(), before[1].isoformat(), before[2]],
        after=[after[0].isoformat(), after[1].isoformat(), after[2]],
    )
    return told


def _check_times(before: tuple[Any, ...], after: tuple[Any, ...], now: dt.datetime) -> None:
    starts_at, ends_at = after[:2]
    if not starts_at < ends_at <= starts_at + rules.LONGEST_OCCURRENCE:
        raise refusals.BadTimes
    if (starts_at != before[0] and starts_at <= now) or ends_at <= now:
        raise refusals.BadTimes
    if starts_at > now + rules.LONGEST_AHEAD:
        raise refusals.TooFarAhead(until=full_day((clock.local(now) + rules.LONGEST_AHEAD).date()))


def _managed(actor: Actor, occurrence_id: int) -> tuple[Occurrence, Series]:
    """The occurrence, locked, with its series, for who may manage it."""
    statement = (
        sa.select(Occurrence, Series, Team.path, Area.path)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .join(Area, Area.id == Series.area_id)
        .where(Occurrence.id == occurrence_id)
        .with_for_update(of=Occurrence, key_share=True)
        .execution_options(populate_existing=True)
    )
    row = db.session.execute(statement).first()
    if row is None:
        raise NotFound
    occurrence, series, team_path, area_path = row
    if not policy.may_manage(actor, team_path=team_path, area_path=area_path):
        raise NotFound
    return occurrence, series


def _tell_all(
    occurrence: Occurrence, series: Series, *, kind: str, key: str, useful_until: dt.datetime, **more: Any
) -> int:
    """One note to everybody signed up, written in a few statements however many they are."""
    person_ids = db.session.scalars(
        sa.select(SignUp.person_id)
        .where(SignUp.occurrence_id == occurrence.id, SignUp.state == SIGNED_UP)
        .order_by(SignUp.id)
    ).all()
    payload = messages.told(
        occurrence_id=occurrence.id,
        title=series.title,
        title_en=series.title_en,
        starts_at=occurrence.starts_at,
        place=occurrence.place,
        **more,
    )
    outbox.tell(
        *(
            outbox.Note(
                key=f"{key}:{person_id}",
                kind=kind,
                person_id=person_id,
                payload=payload,
                by_email=True,
                useful_until=useful_until,
            )
            for person_id in person_ids
        )
    )
    return len(person_ids)
