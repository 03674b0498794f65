"""What is held about people in the tables of teams; who leads hands over before the account is closed."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import ngettext
from volunteer.people.models import LEADER, Grant, Person
from volunteer.people.personal import (
    Moving,
    before_closing,
    declare,
    did,
    doer,
    goes,
    internal,
    nothing_personal,
    on_erasure,
    owner,
    release,
    secret,
    stays,
)
from volunteer.people.personal_tables import BOOKKEEPING, LOOK_UP, PROOF_OF_IDENTITY
from volunteer.teams.models import (
    LEFT,
    MEMBER,
    REFUSED,
    REQUESTED,
    Application,
    Intake,
    Invitation,
    Membership,
    Team,
)

_LIVE = (REQUESTED, MEMBER)


class LeaderHandsOver(Refused):
    sentence = _l("您还是%(team)s的队长。请先由社区换一位队长，再来注销。")


@before_closing
def refuse_leaders(person_id: int) -> Iterable[Refused]:
    rows = db.session.scalars(
        sa.select(Team)
        .join(Grant, sa.and_(Grant.scope_kind == "team", Grant.scope_id == Team.id))
        .where(Grant.person_id == person_id, Grant.role == LEADER, Team.closed_at.is_(None))
        .order_by(Team.id)
    )
    return [LeaderHandsOver(team=team.label) for team in rows]


def settle_memberships(moving: Moving) -> None:
    """One live place in each team: that of a member stands before that of an applicant."""
    rows = db.session.scalars(
        sa.select(Membership)
        .where(Membership.person_id.in_((moving.kept_id, moving.gone_id)), Membership.state.in_(_LIVE))
        .order_by(Membership.state != MEMBER, Membership.person_id != moving.kept_id, Membership.id)
    ).all()
    taken: set[int] = set()
    for row in rows:
        if row.team_id in taken:
            moving.change(Membership, row.id, state=LEFT, ended_at=clock.now())
        taken.add(row.team_id)


def _words(person_id: int) -> str | None:
    count = _teams_of(person_id)
    return (
        ngettext("您会退出 %(num)s 支队伍。", "您会退出 %(num)s 支队伍。", count) % {"num": count}
        if count
        else None
    )


def _teams_of(person_id: int) -> int:
    """Those one belongs to; a request that waits is withdrawn in silence."""
    statement = sa.select(sa.func.count()).select_from(Membership)
    mine = Membership.person_id == person_id, Membership.state == MEMBER
    return int(db.session.scalar(statement.where(*mine)) or 0)


def _live_of(person_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Membership.person_id == person_id, Membership.state.in_(_LIVE)


def leave_all(person_id: int, by: int | None) -> None:
    """Leave every team; what was done there stays (R014)."""
    left = db.session.scalars(
        sa.update(Membership)
        .where(*_live_of(person_id))
        .values(state=LEFT, ended_at=clock.now())
        .returning(Membership.team_id)
        .execution_options(synchronize_session=False)
    ).all()
    for team_id in sorted(left):
        audit.record(actor_id=by, act="team_left", kind="team", id=team_id, person=person_id)


release(_words, leave_all)

declare(
    Membership,
    _l("参加的队伍"),
    owner("person_id"),
    stays("id team_id state requested_at joined_at ended_at way"),
    goes("reason"),
    doer("decided_by_id"),
    settle=settle_memberships,
    beside=True,
)
declare(
    Application,
    _l("招募会上填的表"),
    owner("person_id"),
    stays(
        "id intake_id area_id language notice_version applied_at answer_by_on state decided_at is_new_person"
    ),
    goes("name phone sex born_on skills guardian reason"),
    secret(LOOK_UP, "phone_hash form_hash"),
    secret(PROOF_OF_IDENTITY, "receipt"),
    internal(BOOKKEEPING, "receipt_hash"),
    doer("applied_by_id decided_by_id"),
)
did(Invitation, "created_by_id")
did(Intake, "opened_by_id")
nothing_personal("teams", Team)


@on_erasure
def forget_applications(person: Person) -> None:
    """Forms that came with the same phone and were never tied to a person."""
    if person.phone_hash is None:
        return
    rows = sa.select(Application).where(
        Application.phone_hash == person.phone_hash, Application.person_id.is_(None)
    )
    for row in db.session.scalars(rows):
        row.name = row.receipt = row.skills = ""
        row.phone = row.phone_hash = row.form_hash = row.sex = row.born_on = row.guardian = row.reason = None
        row.state = REFUSED if row.state == "waiting" else row.state
    db.session.flush()
