"""Standing sign-ups: begin, pause, go on, stop. `regular_dates` gives them their places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.activities import rules
from volunteer.activities.models import (
    BY_REGULAR,
    LIVE,
    PAUSED,
    PUBLISHED,
    RUNNING,
    SIGNED_UP,
    STOPPED,
    Occurrence,
    Regular,
    Series,
    SignUp,
)
from volunteer.activities.planning import refusals
from volunteer.activities.service.signing.signing_off import sign_off
from volunteer.activities.service.together import held_places
from volunteer.activities.signing import chains, standing, states
from volunteer.activities.together import refusals as no
from volunteer.activities.together import regulars
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import constant, db
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor

LONGEST_PAUSE = dt.timedelta(days=365)


def begin_regular(
    *,
    actor: Actor,
    series_id: int,
    weekdays: Collection[str] = (),
    shift: int | None = None,
    position_id: int | None = None,
) -> int:
    """From now on the dates of the series are this person's, in the order of beginning; its id.

    The dates that are made already come with it: a job takes their places within a minute.
    """
    series = db.session.get(Series, series_id)
    if series is None:
        raise NotFound
    if series.state != LIVE:
        raise refusals.SeriesEnded
    if not series.regular_places or not rules.is_repeating(series):
        raise no.NoRegularPlaces
    chosen = _check(series, weekdays, shift, position_id)
    standing.lock_people([actor.id])
    if regulars.of_person_in(series_id, actor.id) is not None:
        raise no.AlreadyRegular
    _refuse_who_never_may(series_id, actor.id)
    regular = Regular(
        series_id=series_id, person_id=actor.id, begun_at=clock.now(), begun_by_id=actor.id, **chosen
    )
    db.session.add(regular)
    db.session.flush()
    audit.record(actor_id=actor.id, act="regular_begun", kind="series", id=series_id, regular=regular.id)
    offer_dates_again(series_id)
    return int(regular.id)


def pause_regular(
    *, actor: Actor, regular_id: int, until: dt.date | None = None, gives_back: bool = True
) -> tuple[int, int]:
    """No dates before `until`, or none until it is resumed.

    With `gives_back` the places of those dates are given back as well, until it goes on; late
    ones stay, they need a reason. Returns (given back, still held).
    """
    today = clock.today()
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise no.PauseUntilLater
    parts = _parts(own_regular(actor, regular_id))
    for regular in parts:
        regular.state, regular.paused_until, regular.asked_at = PAUSED, until, None
        audit.record(
            actor_id=actor.id,
            act="regular_paused",
            kind="series",
            id=regular.series_id,
            regular=regular.id,
            until=until.isoformat() if until else None,
        )
    db.session.flush()
    return _give_back(actor, parts, until) if gives_back else (0, 0)


def resume_regular(*, actor: Actor, regular_id: int) -> None:
    """Take dates again, with those made during the pause and those that it gave back."""
    regular = own_regular(actor, regular_id)
    lacking = sa.select(Regular.id).where(Regular.id == regular_id, regulars.lacks_position)
    if db.session.scalar(lacking) is not None:
        raise no.ChoosePosition
    parts = [part for part in _parts(regular) if part.state != RUNNING]
    for part in parts:
        part.state, part.paused_until, part.asked_at = RUNNING, None, None
        audit.record(
            actor_id=actor.id, act="regular_resumed", kind="series", id=part.series_id, regular=part.id
        )
    db.session.flush()
    offer_dates_again(*(part.series_id for part in parts))


def take_regular_day(*, actor: Actor, regular_id: int, day: str) -> None:
    """A day of the rule, instead of those that an edit has taken from it; the place in line stays.

    The days that are left are kept.
    """
    regular = own_regular(actor, regular_id)
    series = db.session.get_one(Series, regular.series_id)
    there, before = regulars.days_of(series), regulars.own_days(regular)
    if series.state != LIVE:
        raise refusals.SeriesEnded
    if day not in there:
        raise no.ChooseDays
    chosen = [one for one in there if one == day or one in before]
    regular.weekdays = "" if not before or len(chosen) == len(there) else ",".join(chosen)
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="regular_day_taken",
        kind="series",
        id=regular.series_id,
        regular=regular_id,
        before=",".join(before),
        after=regular.weekdays,
    )
    offer_dates_again(regular.series_id)


def stop_regular(*, actor: Actor, regular_id: int, gives_back: bool = True) -> tuple[int, int]:
    """End it for good; returns (given back, still held) as for a pause."""
    parts = _parts(own_regular(actor, regular_id))
    for regular in parts:
        end_regular(regular, by=actor.id)
    return _give_back(actor, parts, None) if gives_back else (0, 0)


def end_regular(regular: Regular, *, by: int | None) -> None:
    """Whoever may; also when the account closes."""
    regular.state, regular.stopped_at = STOPPED, clock.now()
    db.session.flush()
    audit.record(actor_id=by, act="regular_stopped", kind="series", id=regular.series_id, regular=regular.id)


def _check(
    series: Series, weekdays: Collection[str], shift: int | None, position_id: int | None
) -> dict[str, Any]:
    """What was chosen, as it is kept: all days of the rule are no choice."""
    offered = regulars.choices(series)
    if offered.weekdays and (not weekdays or not set(weekdays) <= set(offered.weekdays)):
        raise no.ChooseDays
    if offered.shifts and shift not in {number for number, _time in offered.shifts}:
        raise no.ChooseShift
    if offered.positions and position_id not in {row.id for row in offered.positions}:
        raise no.ChoosePosition
    chosen = [day for day in offered.weekdays if day in weekdays]
    return {
        "weekdays": "" if len(chosen) == len(offered.weekdays) else ",".join(chosen),
        "shift": shift if offered.shifts else None,
        "position_id": position_id if offered.positions else None,
    }


def _refuse_who_never_may(series_id: int, person_id: int) -> None:
    next_id = db.session.scalar(
        sa.select(Occurrence.id)
        .where(
            Occurrence.series_id == series_id,
            Occurrence.starts_at > clock.now(),
            Occurrence.state == PUBLISHED,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(1)
    )
    if next_id is None:
        return
    found = standing.load(occurrence_id=next_id, person_id=person_id)
    answer = standing.availability(found, clock.now(), is_standing=True)
    if answer.state in states.OF_THE_PERSON and answer.refusal is not None:
        raise answer.refusal


def own_regular(actor: Actor, regular_id: int) -> Regular:
    """The actor's own, with actor and row locked; what has stopped is refused."""
    standing.lock_people([actor.id])
    statement = sa.select(Regular).where(Regular.id == regular_id, Regular.person_id == actor.id)
    regular = db.session.scalars(
        statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).first()
    if regular is None:
        raise NotFound
    if regular.state == STOPPED:
        raise no.NotRegularNow
    return regular


def _parts(regular: Regular) -> list[Regular]:
    """It, and what the person has in other parts of a series that was split: for a while there are two."""
    ids = chains.parts(Series.id == regular.series_id)
    statement = sa.select(Regular).where(
        Regular.series_id.in_(sa.select(ids.c.id)),
        Regular.person_id == regular.person_id,
        Regular.state.in_(regulars.LIVE_STATES),
    )
    return list(db.session.scalars(statement.order_by(Regular.id).with_for_update(key_share=True)))


def offer_dates_again(*series_ids: int) -> None:
    """The dates that are made already are asked once more by the job: there is somebody new, or more places."""
    coming = (
        Occurrence.series_id.in_(series_ids),
        Occurrence.starts_at > clock.now(),
        Occurrence.regulars_at.is_not(None),
    )
    ids = db.session.scalars(sa.select(Occurrence.id).where(*coming)).all()
    if ids:
        held_places.lock_dates(ids)
        db.session.execute(sa.update(Occurrence).where(Occurrence.id.in_(ids)).values(regulars_at=None))


def _give_back(actor: Actor, parts: Sequence[Regular], until: dt.date | None) -> tuple[int, int]:
    """Sign off the dates that they have taken, one by one: each may go to somebody who waits.

    It is said of all of them at once, so it is no answer to any single date.
    """
    now, hours = clock.now(), current_app.config["LATE_SIGN_OFF_HOURS"]
    statement = (
        sa.select(Occurrence.id, Occurrence.starts_at, SignUp.id.label("sign_up_id"))
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            SignUp.person_id == parts[0].person_id,
            SignUp.state == constant(SIGNED_UP),
            SignUp.way == BY_REGULAR,
            Occurrence.series_id.in_([part.series_id for part in parts]),
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at > now,
        )
        .order_by(Occurrence.id)
    )
    rows = [
        row
        for row in db.session.execute(statement).all()
        if until is None or clock.local(row.starts_at).date() < until
    ]
    early = [row for row in rows if not rules.is_late(now, row.starts_at, hours)]
    for row in early:
        sign_off(actor=actor, occurrence_id=row.id)
    ids = [row.sign_up_id for row in early]
    db.session.execute(sa.update(SignUp).where(SignUp.id.in_(ids)).values(given_back=True))
    return len(early), len(rows) - len(early)
