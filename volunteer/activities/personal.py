"""What is held about people in the tables of activities; places are given back when an account is closed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import in_charge, personal_tables  # noqa: F401 - who succeeds, the tables beside sign-ups
from volunteer.activities.models import (
    LEFT,
    OFFERED,
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
from volunteer.activities.personal_places import sign_off_all  # noqa: F401 - what is given back
from volunteer.activities.together import personal as personal_together  # noqa: F401 - the tables beside sign-ups
from volunteer.activities.together.personal import lock_dates_of
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.personal import (
    Moving,
    concerns,
    declare,
    doer,
    goes,
    nothing_personal,
    other,
    owner,
    stays,
)


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
