"""The printed list: rows with codes that stay with their people, whoever signs up or off later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import planned, policy, queries
from volunteer.hours.models import Roster, RosterRow
from volunteer.people.identity import Actor


class NothingToPrint(Refused):
    sentence = _l("这场活动取消了，不用打印签到表。")


class NotOnPaper(Refused):
    sentence = _l("这项任务没有固定的时间，不用打印签到表：每个人做完自己写完成情况，您来确认。")


class RecordedAlready(Refused):
    sentence = _l("这场活动已经记录过时长，不用再打印签到表。")


def print_roster(*, actor: Actor, occurrence_id: int) -> Roster:
    """The list as it is now. People keep their rows; new ones get the next; unchanged, it is the same sheet."""
    plan = planned.load(occurrence_id, lock=True)
    if plan is None:
        raise NotFound
    if not policy.may_record(actor, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    if plan.is_cancelled:
        raise NothingToPrint
    if plan.recorded_at is not None:
        raise RecordedAlready
    if plan.is_flexible:
        raise NotOnPaper
    people = [person.id for person in queries.on_the_list(occurrence_id)]
    rows = codes(occurrence_id, people)
    last = latest(occurrence_id)
    if last is not None and rows_of(last.id) == rows:
        return last
    return _write(actor, occurrence_id, rows)


def codes(occurrence_id: int, person_ids: Sequence[int]) -> dict[int, int]:
    """Row → person for these people: as printed before, the others behind the last row ever given."""
    statement = (
        sa.select(RosterRow.person_id, sa.func.min(RosterRow.row))
        .join(Roster, Roster.id == RosterRow.roster_id)
        .where(Roster.occurrence_id == occurrence_id)
        .group_by(RosterRow.person_id)
    )
    given = {row[0]: row[1] for row in db.session.execute(statement)}
    following = max(given.values(), default=0) + 1
    rows = {given[person_id]: person_id for person_id in person_ids if person_id in given}
    for row, person_id in enumerate((id_ for id_ in person_ids if id_ not in given), following):
        rows[row] = person_id
    return dict(sorted(rows.items()))


def latest(occurrence_id: int) -> Roster | None:
    statement = sa.select(Roster).where(Roster.occurrence_id == occurrence_id)
    return db.session.scalars(statement.order_by(Roster.id.desc()).limit(1)).first()


def rows_of(roster_id: int) -> dict[int, int]:
    """Row → person, as printed."""
    statement = sa.select(RosterRow.row, RosterRow.person_id).where(RosterRow.roster_id == roster_id)
    return {found.row: found.person_id for found in db.session.execute(statement.order_by(RosterRow.row))}


def _write(actor: Actor, occurrence_id: int, rows: Mapping[int, int]) -> Roster:
    roster = Roster(occurrence_id=occurrence_id, printed_at=clock.now(), printed_by_id=actor.id)
    db.session.add(roster)
    db.session.flush()
    if rows:
        db.session.execute(
            sa.insert(RosterRow),
            [{"roster_id": roster.id, "row": row, "person_id": person_id} for row, person_id in rows.items()],
        )
    audit.record(
        actor_id=actor.id, act="roster_printed", kind="occurrence", id=occurrence_id, roster=roster.id,
        rows=len(rows),
    )  # fmt: skip
    return roster
