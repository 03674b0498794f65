"""What is held about people in the tables of activities; places are given back when an account is closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import personal_tables  # noqa: F401 - the tables beside sign-ups
from volunteer.activities.models import (
    LEFT,
    LIVE,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    WAITING,
    WITHDRAWN,
    Occurrence,
    OccurrencePosition,
    Series,
    SeriesRequirement,
    SignUp,
    Waiting,
)
from volunteer.activities.service.signing import waiting
from volunteer.activities.service.signing.signing_off import withdraw
from volunteer.activities.service.together import held_places, pairing
from volunteer.activities.signing.availability import deadline
from volunteer.activities.together import personal as personal_together  # noqa: F401 - the tables beside sign-ups
from volunteer.activities.together.personal import end_pairs, lock_dates_of, stop_regulars
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import ngettext
from volunteer.people.models import DEPUTY, LEADER, Grant
from volunteer.people.personal import (
    Moving,
    before_closing,
    concerns,
    declare,
    doer,
    goes,
    nothing_personal,
    other,
    owner,
    release,
    stays,
    when_unagreed,
)


class StillInCharge(Refused):
    sentence = _l("活动“%(title)s”还写着由您负责，队里也没有别的队长。请先请社区给这支队伍安排一位队长。")


@before_closing
def refuse_without_successor(person_id: int) -> Iterable[Refused]:
    """R019: an activity has somebody in charge."""
    return [
        StillInCharge(title=series.label)
        for series in _in_charge_of(person_id)
        if _successor(series.team_id, person_id) is None
    ]


def _in_charge_of(person_id: int) -> list[Series]:
    mine = sa.select(Series).where(Series.person_in_charge_id == person_id, Series.state == LIVE)
    return list(db.session.scalars(mine.order_by(Series.id)))


def _successor(team_id: int, person_id: int) -> int | None:
    return db.session.scalar(
        sa.select(Grant.person_id)
        .where(
            Grant.scope_kind == "team",
            Grant.scope_id == team_id,
            Grant.role.in_((LEADER, DEPUTY)),
            Grant.person_id != person_id,
        )
        .order_by(Grant.role != LEADER, Grant.id)
        .limit(1)
    )


def hand_over(person_id: int, by: int | None) -> None:
    """Live activities of the person are in the charge of the team's leader from now on."""
    for series in _in_charge_of(person_id):
        successor = _successor(series.team_id, person_id)
        if successor is not None:
            series.person_in_charge_id = successor
            audit.record(
                actor_id=by,
                act="person_in_charge_changed",
                kind="series",
                id=series.id,
                before=person_id,
                after=successor,
            )
    db.session.flush()


def _in_charge_words(person_id: int) -> str | None:
    count = len(_in_charge_of(person_id))
    words = ngettext(
        "由您负责的 %(num)s 项活动，会改由队长负责。", "由您负责的 %(num)s 项活动，会改由队长负责。", count
    )
    return words % {"num": count} if count else None


def _open(person_id: int) -> Any:
    """Places whose hours are not recorded yet."""
    return (
        sa.select(
            SignUp.id.label("sign_up_id"),
            SignUp.occurrence_id,
            SignUp.person_id,
            SignUp.position_id,
            SignUp.places,
        )
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .where(
            SignUp.person_id == person_id,
            SignUp.state == SIGNED_UP,
            Occurrence.state == PUBLISHED,
            Occurrence.recorded_at.is_(None),
        )
        .order_by(SignUp.occurrence_id)
    )


def _open_words(person_id: int) -> str | None:
    count = len(db.session.execute(_open(person_id)).all())
    words = ngettext(
        "您报了名、还没有记时长的 %(num)s 场活动会退掉，名额让给别人。",
        "您报了名、还没有记时长的 %(num)s 场活动会退掉，名额让给别人。",
        count,
    )
    return words % {"num": count} if count else None


def sign_off_all(person_id: int, by: int | None, *which: Any) -> None:
    """Give back every place that has not become hours, and leave every line; `which` narrows the places."""
    lock_dates_of((person_id,))
    now = clock.now()
    for row in db.session.execute(_open(person_id).where(*which)).all():
        place = held_places.place_of(row.sign_up_id)
        withdraw(row)
        waiting.fill(row.occurrence_id)
        if place is not None and deadline(place) > now:
            pairing.tell_place_gone(place)
        audit.record(
            actor_id=by,
            act="signed_off",
            kind="occurrence",
            id=row.occurrence_id,
            person=person_id,
            sign_up=row.sign_up_id,
        )
    waiting.leave_all(person_id)
    db.session.expire_all()


@when_unagreed
def give_coming_back(person_id: int, by: int) -> None:
    """What has begun stays: those hours were served while a guardian agreed."""
    coming = SignUp.occurrence_id.in_(sa.select(Occurrence.id).where(Occurrence.starts_at > clock.now()))
    stop_regulars(person_id, by)
    end_pairs(person_id, by, coming)
    sign_off_all(person_id, by, coming)


def settle_pairs(moving: Moving) -> None:
    """A place that the two shared is one person's: nobody is the own partner."""
    both = (moving.kept_id, moving.gone_id)
    shared = sa.select(SignUp.id).where(SignUp.person_id.in_(both), SignUp.partner_id.in_(both))
    for id_ in db.session.scalars(shared.order_by(SignUp.id)).all():
        moving.change(SignUp, id_, partner_id=None, partner_state=None)


def settle_sign_ups(moving: Moving) -> None:
    """Both hold a place on one date: one place is enough, the others are free again."""
    lock_dates_of((moving.kept_id, moving.gone_id))
    settle_pairs(moving)
    rows = db.session.execute(
        sa.select(SignUp.id, SignUp.occurrence_id, SignUp.person_id, SignUp.position_id, SignUp.places).where(
            SignUp.person_id.in_((moving.kept_id, moving.gone_id)), SignUp.state == SIGNED_UP
        )
    ).all()
    kept = {row.occurrence_id for row in rows if row.person_id == moving.kept_id}
    for row in rows:
        if row.person_id == moving.gone_id and row.occurrence_id in kept:
            moving.change(SignUp, row.id, state=WITHDRAWN, withdrawn_at=clock.now())
            _uncount(moving, row, "taken", row.places)


def settle_waiting(moving: Moving) -> None:
    """Of two places in one line the earlier record's ends; whoever has a place waits no longer."""
    rows = db.session.execute(
        sa.select(
            Waiting.id, Waiting.occurrence_id, Waiting.person_id, Waiting.position_id, Waiting.state
        ).where(
            Waiting.person_id.in_((moving.kept_id, moving.gone_id)), Waiting.state.in_((WAITING, OFFERED))
        )
    ).all()
    settled = {row.occurrence_id for row in rows if row.person_id == moving.kept_id}
    signed_up = set(
        db.session.scalars(
            sa.select(SignUp.occurrence_id).where(
                SignUp.person_id.in_((moving.kept_id, moving.gone_id)), SignUp.state == SIGNED_UP
            )
        )
    )
    for row in rows:
        is_second = row.person_id == moving.gone_id and row.occurrence_id in settled
        if is_second or row.occurrence_id in signed_up:
            moving.change(Waiting, row.id, state=LEFT, ended_at=clock.now())
            if row.state == OFFERED:
                _uncount(moving, row, "held", 1)


def _uncount(moving: Moving, row: Any, column: str, places: int) -> None:
    moving.count(Occurrence, row.occurrence_id, column, -places)
    if row.position_id is not None:
        moving.count(OccurrencePosition, (row.occurrence_id, row.position_id), column, -places)


release(_in_charge_words, hand_over)
release(_open_words, sign_off_all)

declare(
    SignUp,
    _l("报名的活动"),
    owner("person_id"),
    stays(
        "id occurrence_id position_id places way partner_state state"
        " signed_up_at withdrawn_at withdrawn_late given_back"
    ),
    goes("reason override_reason"),
    other("partner_id"),
    doer("signed_up_by_id"),
    settle=settle_sign_ups,
    beside=True,
)
declare(
    Waiting,
    _l("候补"),
    owner("person_id"),
    stays("id occurrence_id position_id joined_at state offered_at offer_until passed_at ended_at"),
    doer("joined_by_id"),
    settle=settle_waiting,
)
concerns(Series, "person_in_charge_id")
nothing_personal("dates of activities, and what they ask for", Occurrence, SeriesRequirement)
