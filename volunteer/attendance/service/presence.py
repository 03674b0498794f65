"""Come, leave, and take a slip of the finger back.

A coming without a leaving stays open: it is worth neither all nor nothing before
the leader says so at the roll call (R033).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from volunteer.attendance import policy, queries, refusals, rules, standing
from volunteer.attendance.models import BY_LEADER, QR, CheckIn
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import COUNT_ROWS, db, insert_if_new
from volunteer.core.errors import NotFound
from volunteer.people.identity import Actor

_TABLE: Any = CheckIn.__table__


def check_in(
    *,
    actor: Actor,
    occurrence_id: int,
    person_id: int | None = None,
    way: str = QR,
    device: str | None = None,
    distance_metres: int | None = None,
) -> None:
    """The person is here from now on; oneself, or another by who calls the roll.

    Refused outside of the window (R029), the second time, for a dangerous date while
    insurance is missing (R021), more often than CHECK_IN_PAIRS a day (R031), and to who
    has no place and may not walk in.
    """
    person_id = person_id or actor.id
    now = clock.now()
    row = standing.lock(occurrence_id, person_id)
    _refuse_strangers(actor, row)
    if (refusal := standing.refusal(actor, row, now)) is not None:
        raise refusal
    values = {
        "occurrence_id": occurrence_id,
        "person_id": person_id,
        "came_at": now,
        "came_way": way,
        "came_by_id": actor.id,
        "device": device,
        "distance_metres": distance_metres,
    }
    written: Any = db.session.execute(insert_if_new(_TABLE), values, execution_options=COUNT_ROWS)
    if written.rowcount != 1:  # the index says no as well
        raise refusals.AlreadyIn
    _note(actor, "checked_in", occurrence_id, person_id, way, walk_in=not row.is_signed_up)


def check_out(*, actor: Actor, occurrence_id: int, person_id: int | None = None, way: str = QR) -> None:
    """The person leaves now. Refused without a coming, and outside of the window."""
    person_id = person_id or actor.id
    now = clock.now()
    row = standing.lock(occurrence_id, person_id)
    _refuse_strangers(actor, row)
    if (refusal := standing.refusal_of_date(row, now)) is not None:
        raise refusal
    left: Any = db.session.execute(
        sa.update(_TABLE)
        .where(_TABLE.c.id == row.open_id, _TABLE.c.left_at.is_(None), _TABLE.c.void_at.is_(None))
        .values(left_at=now, left_way=way, left_by_id=actor.id)
    )
    if left.rowcount != 1:
        raise refusals.NotIn
    _note(actor, "checked_out", occurrence_id, person_id, way)


def scan(*, actor: Actor, occurrence_id: int, person_id: int, way: str) -> bool:
    """One field for both at the leader's: in who is out, out who is in; whether the person is in now.

    A card that is held twice before the scanner is refused, or it would leave at once.
    """
    row = standing.lock(occurrence_id, person_id)
    _refuse_strangers(actor, row)
    pairs = queries.pairs_of(occurrence_id, person_id)
    if pairs and clock.now() - (pairs[-1][1] or pairs[-1][0]) < rules.JUST_NOW:
        raise refusals.JustNow(name=formats.masked_name(row.name))
    deed = check_in if row.open_id is None else check_out
    deed(actor=actor, occurrence_id=occurrence_id, person_id=person_id, way=way)
    return row.open_id is None


def take_back(*, actor: Actor, occurrence_id: int, check_in_id: int) -> None:
    """Undo the person's last mark: a leaving is forgotten, a coming is void. Only by who calls the roll."""
    mark = db.session.get(CheckIn, check_in_id)
    if mark is None or mark.occurrence_id != occurrence_id:
        raise NotFound
    row = standing.lock(occurrence_id, mark.person_id)
    if not policy.may_take_attendance(actor, row):
        raise NotFound
    if row.recorded_at is not None:
        raise refusals.AlreadyRecorded
    db.session.refresh(mark, with_for_update=True)
    if mark.void_at is not None:
        raise refusals.AlreadyTakenBack
    if _newest(occurrence_id, mark.person_id) != check_in_id:
        raise refusals.NotTheLatest
    if mark.left_at is not None:
        mark.left_at, mark.left_way, mark.left_by_id = None, None, None
    else:
        mark.void_at, mark.void_by_id = clock.now(), actor.id
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="check_in_taken_back",
        kind="occurrence",
        id=occurrence_id,
        person=mark.person_id,
        check_in=check_in_id,
    )


def _refuse_strangers(actor: Actor, row: Any) -> None:
    if actor.id != row.person_id and not policy.may_take_attendance(actor, row):
        raise NotFound


def _newest(occurrence_id: int, person_id: int) -> int | None:
    statement = sa.select(sa.func.max(CheckIn.id)).where(
        CheckIn.occurrence_id == occurrence_id, CheckIn.person_id == person_id, CheckIn.void_at.is_(None)
    )
    return db.session.scalar(statement)


def _note(actor: Actor, act: str, occurrence_id: int, person_id: int, way: str, **more: Any) -> None:
    own = actor.id == person_id and way == BY_LEADER
    details = {name: value for name, value in {**more, "own": own}.items() if value}
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="occurrence",
        id=occurrence_id,
        person=person_id,
        way=way,
        **details,
    )
