"""Open a cancelled date again: a wrong tick on a stormy day is no fate.

Nobody is put back silently: whoever was signed up is offered the own place first, with
the clock of the waiting list, and hears of it. What the calendar or a new rule left out
comes back by these alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import managed, messages, rules
from volunteer.activities.changing.editing import CAPACITY, Look, differing, with_own
from volunteer.activities.changing.reopening_messages import ASKED_AGAIN, ON_AGAIN
from volunteer.activities.models import (
    AGREED,
    CANCELLED,
    LAPSED,
    LIVE,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    Occurrence,
    Series,
    SignUp,
    Waiting,
)
from volunteer.activities.planning.refusals import SeriesEnded
from volunteer.activities.service.changing import laying
from volunteer.activities.service.repeating import date_rows
from volunteer.activities.service.signing import signing_off, waiting
from volunteer.activities.signing import availability, standing
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.teams.models import Team

WITHIN = dt.timedelta(hours=24)
LONGEST_WORDS = 300


class NotToBeReopened(Refused):
    sentence = _l("只有 24 小时以内取消的、还没开始的活动，才能重新开放；自己安排时间的，结束以前都可以。")


def may_be_reopened(row: Any, now: dt.datetime) -> bool:
    """Cancelled by somebody, a short while ago, and one could still sign up; of a date or a row with its columns."""
    return (
        row.state == CANCELLED
        and row.cancelled_reason is not None
        and row.changed_at is not None
        and now - row.changed_at <= WITHIN
        and now < availability.deadline(row)
    )


def reopen_occurrence(*, actor: Actor, occurrence_id: int, words: str = "") -> int:
    """Let it take place after all; returns how many people are asked whether they still come."""
    managed.locked_series(
        actor, managed.date(actor, occurrence_id).series_id
    )  # it stays while it is compared
    occurrence, series = managed.locked_date(actor, occurrence_id)
    now = clock.now()
    if not may_be_reopened(occurrence, now):
        raise NotToBeReopened
    if series.state != LIVE:
        _let_go_on(actor, series)
    cancelled_at = occurrence.changed_at
    said = {"words": words.strip()[:LONGEST_WORDS]} if words.strip() else {}
    _publish(occurrence, series, now)
    rows = _signed_up(occurrence_id)
    others = {*_in_line_then(occurrence_id, cancelled_at), *(row.partner for row in rows if row.partner)}
    date = standing.date(occurrence_id)
    asked = _offer_again(actor, date, rows, said)
    _tell_others(date, occurrence.sequence, others - {row.person_id for row in rows}, said)
    audit.record(
        actor_id=actor.id, act="occurrence_reopened", kind="occurrence", id=occurrence_id, asked=asked
    )
    return asked


def _let_go_on(actor: Actor, series: Series) -> None:
    """It was ended with the date: it lives again for as long as this is to come, and its rule gives no more."""
    if db.session.get_one(Team, series.team_id).closed_at is not None:
        raise SeriesEnded
    series.state = LIVE
    audit.record(actor_id=actor.id, act="series_reopened", kind="series", id=series.id)


@dataclass(frozen=True, slots=True)
class Apart:
    """In what a cancelled date is not what its series says by now, and whether this has the day at all."""

    fields: list[str]
    has_day: bool = True


def apart(occurrence_id: int) -> Apart:
    """Without what was the date's own before, and without its places: these follow the series."""
    row = db.session.get_one(Occurrence, occurrence_id)
    series = db.session.get_one(Series, row.series_id)
    if not rules.is_repeating(series):
        return Apart([])
    home = laying.home_of(series, row)
    look = Look(row.starts_at, row.ends_at, row.place, row.capacity)
    found = differing(look, home, place=series.place, capacity=series.capacity)
    return Apart(sorted(found - {CAPACITY, *row.edited.split(",")}, reverse=True), home is not None)


def _publish(occurrence: Occurrence, series: Series, now: dt.datetime) -> None:
    """When and where people knew it, which is its own where the series says otherwise by now.

    A calendar that has read of the cancellation sees a new SEQUENCE (RFC 5545 3.8.7.4).
    """
    occurrence.state, occurrence.cancelled_reason, occurrence.asks = PUBLISHED, None, None
    occurrence.published_at = occurrence.published_at or now
    occurrence.sequence += 1
    occurrence.changed_at = now
    occurrence.edited = with_own(occurrence.edited, *apart(occurrence.id).fields)
    if CAPACITY not in occurrence.edited.split(","):
        occurrence.capacity = max(series.capacity, occurrence.taken + occurrence.held)
    db.session.flush()
    date_rows.match_positions([occurrence.id])


def _signed_up(occurrence_id: int) -> list[Any]:
    """In the order of signing up; `partner` is who shared the place."""
    statement = (
        sa.select(
            SignUp.id.label("sign_up_id"),
            SignUp.occurrence_id,
            SignUp.person_id,
            SignUp.position_id,
            SignUp.places,
            sa.case((SignUp.partner_state == AGREED, SignUp.partner_id)).label("partner"),
        )
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == SIGNED_UP)
        .order_by(SignUp.id)
    )
    return list(db.session.execute(statement))


def _in_line_then(occurrence_id: int, cancelled_at: dt.datetime | None) -> Iterable[int]:
    """Who waited when it was cancelled, and was told that the line had ended."""
    statement = sa.select(Waiting.person_id).where(
        Waiting.occurrence_id == occurrence_id, Waiting.state == LAPSED, Waiting.ended_at >= cancelled_at
    )
    return db.session.scalars(statement)


def _offer_again(actor: Actor, date: Any, rows: Collection[Any], said: dict[str, str]) -> int:
    """Each gives the place back and is offered it again; the line's own clock does the rest."""
    now = clock.now()
    until = waiting.offer_until(date, now)
    for row in rows:
        alone = {} if row.places == 1 else {"companions": row.places - 1}
        signing_off.withdraw(row, is_asked_again=True)
        line_id = _keep(actor, row, now, until)
        outbox.tell(
            outbox.Note(
                key=f"offer:{line_id}",
                kind=ASKED_AGAIN,
                person_id=row.person_id,
                payload=messages.told(date, until_at=until.isoformat(), **alone, **said),
                by_email=True,
                useful_until=until,
            )
        )
    return len(rows)


def _keep(actor: Actor, row: Any, now: dt.datetime, until: dt.datetime) -> int:
    values = {
        "occurrence_id": row.occurrence_id,
        "position_id": row.position_id,
        "person_id": row.person_id,
        "joined_at": now,
        "joined_by_id": actor.id,
        "state": OFFERED,
        "offered_at": now,
        "offer_until": until,
    }
    return int(db.session.execute(sa.insert(Waiting).returning(Waiting.id), values).scalar_one())


def _tell_others(date: Any, sequence: int, person_ids: Collection[int], said: dict[str, str]) -> None:
    """Who waited, and who shared another's place: to them nothing is kept."""
    outbox.tell(
        *(
            outbox.Note(
                key=f"reopened:{date.id}:{sequence}:{person_id}",
                kind=ON_AGAIN,
                person_id=person_id,
                payload=messages.told(date, **said),
                by_email=True,
                useful_until=availability.deadline(date),
            )
            for person_id in sorted(person_ids)
        )
    )
