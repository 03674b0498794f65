"""Joining a team and leaving it. Earlier rows stay, so that history can be told (R014)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import COUNT_ROWS, db, insert
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, DEPUTY, LEADER, Person
from volunteer.people.service.locking import lock
from volunteer.teams import messages, parting, policy, queries, rules
from volunteer.teams.models import LEFT, MEMBER, REFUSED, REQUESTED, Membership, Team
from volunteer.teams.service.loading import open_team

CHUNK = 500
LIVE = sa.text("state IN ('requested', 'member')")


class NoSuchRequest(NotFound):
    sentence = _l("没有找到这份入队申请。")


class AlreadyRequested(Refused):
    sentence = _l("您已经申请过了，正在等队长答复。")


class AlreadyInTeam(Refused):
    sentence = _l("您已经是这支队伍的队员了。")


class AlreadyDecided(Refused):
    sentence = _l("这份申请已经有人处理过了。")


class ReasonNeeded(Refused):
    """R011."""

    sentence = _l("请写明不同意的原因，申请人会看到。最多 300 字。")
    status = 422
    field = "reason"


class NotNow(Refused):
    """The account waits for a guardian, or is closed."""

    sentence = _l("这位居民的账户现在不能用，等能用了再同意。")


class NotAMember(Refused):
    sentence = _l("您不在这支队伍里。")


class LeaderStays(Refused):
    sentence = _l("您是队长，请先由社区换一位队长，再退出。")


def request_to_join(*, actor: Actor, team_id: int) -> Membership:
    """Ask to join; the leaders are told. One live request or membership per person and team."""
    team = open_team(team_id)
    now = clock.now()
    statement = insert(Membership).values(
        team_id=team_id, person_id=actor.id, state=REQUESTED, requested_at=now, way=rules.REQUESTED_WAY
    )
    statement = statement.on_conflict_do_nothing(
        index_elements=["team_id", "person_id"], index_where=LIVE
    ).returning(Membership.id)
    membership_id = db.session.scalar(statement)
    if membership_id is None:
        raise AlreadyInTeam if queries.state_of(actor.id, team_id) == MEMBER else AlreadyRequested
    audit.record(
        actor_id=actor.id, act="team_join_requested", kind="team", id=team_id, membership=membership_id
    )
    payload = {"team_id": team_id, "team": team.name, "team_en": team.name_en}
    outbox.tell(
        *(
            outbox.Note(f"team_request:{membership_id}:{person_id}", messages.REQUEST, person_id, payload)
            for person_id in queries.deciders(team)
            if person_id != actor.id
        )
    )
    return db.session.get_one(Membership, membership_id)


def decide(*, actor: Actor, membership_id: int, accept: bool, reason: str = "") -> Membership:
    """Accept a request, or refuse it with a reason (R011); the applicant is told."""
    membership, team, area_path = _locked(membership_id)
    if not policy.may_decide(actor, team.path, area_path, membership.person_id):
        raise NotAllowed
    if membership.state != REQUESTED:
        raise AlreadyDecided
    if accept and db.session.get_one(Person, membership.person_id).status != ACTIVE:
        raise NotNow
    reason = reason.strip()
    if not accept and not 1 <= len(reason) <= rules.LONGEST_REASON:
        raise ReasonNeeded
    now = clock.now()
    membership.state = MEMBER if accept else REFUSED
    membership.decided_by_id = actor.id
    membership.reason = None if accept else reason
    if accept:
        membership.joined_at = now
    else:
        membership.ended_at = now
    db.session.flush()
    act = "team_join_accepted" if accept else "team_join_refused"
    audit.record(
        actor_id=actor.id,
        act=act,
        kind="team",
        id=team.id,
        membership=membership.id,
        person=membership.person_id,
    )
    _tell_decision(membership, team)
    return membership


def leave(*, actor: Actor, team_id: int) -> None:
    """Leave a team, or take an open request back. A leader hands over first; hours and records stay."""
    lock(actor.id, key_share=True)  # before the team's row and the dates, as closing and merging do
    statement = sa.select(Membership).where(
        Membership.team_id == team_id,
        Membership.person_id == actor.id,
        Membership.state.in_((REQUESTED, MEMBER)),
    )
    membership = db.session.scalars(statement.with_for_update()).first()
    if membership is None:
        raise NotAMember
    if LEADER in queries.roles_of(actor.id, team_id):
        raise LeaderStays
    if membership.state == MEMBER:
        parting.settle(actor.id, team_id)
    membership.state = LEFT
    membership.ended_at = clock.now()
    db.session.flush()
    people.revoke_team_roles(actor_id=actor.id, person_id=actor.id, team_id=team_id, roles=(DEPUTY,))
    audit.record(actor_id=actor.id, act="team_left", kind="team", id=team_id, membership=membership.id)


def add_members(
    *,
    actor_id: int | None,
    team_id: int,
    person_ids: Sequence[int],
    way: str = rules.RECRUITMENT,
    joined_at: dt.datetime | None = None,
) -> int:
    """Take people in without a request each: a recruitment fair, an import. Returns how many are new.

    An open request of one of them is thereby accepted; members stay as they are.
    """
    team = open_team(team_id)
    moment = joined_at or clock.now()
    new = 0
    for start in range(0, len(person_ids), CHUNK):
        chunk = sorted(set(person_ids[start : start + CHUNK]))
        new += _accept_open(actor_id, team.id, chunk, moment)
        rows = [
            {
                "team_id": team.id,
                "person_id": person_id,
                "state": MEMBER,
                "requested_at": moment,
                "joined_at": moment,
                "decided_by_id": actor_id,
                "way": way,
            }
            for person_id in chunk
        ]
        statement = insert(Membership).values(rows)
        statement = statement.on_conflict_do_nothing(
            index_elements=["team_id", "person_id"], index_where=LIVE
        )
        result: Any = db.session.execute(statement, execution_options=COUNT_ROWS)
        new += max(int(result.rowcount), 0)
    audit.record(actor_id=actor_id, act="team_members_added", kind="team", id=team.id, count=new, way=way)
    return new


def _accept_open(actor_id: int | None, team_id: int, person_ids: list[int], moment: dt.datetime) -> int:
    result: Any = db.session.execute(
        sa.update(Membership)
        .where(
            Membership.team_id == team_id, Membership.person_id.in_(person_ids), Membership.state == REQUESTED
        )
        .values(state=MEMBER, joined_at=moment, decided_by_id=actor_id)
    )
    return int(result.rowcount)


def _locked(membership_id: int) -> tuple[Membership, Team, str]:
    statement = sa.select(Membership).where(Membership.id == membership_id).with_for_update()
    membership = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if membership is None:
        raise NoSuchRequest
    team = db.session.get_one(Team, membership.team_id)
    return membership, team, db.session.get_one(Area, team.area_id).path


def _tell_decision(membership: Membership, team: Team) -> None:
    payload = {"team_id": team.id, "team": team.name, "team_en": team.name_en}
    if membership.state == REFUSED:
        payload["reason"] = membership.reason
    outbox.tell(
        outbox.Note(
            f"team_decided:{membership.id}",
            messages.ACCEPTED if membership.state == MEMBER else messages.REFUSED,
            membership.person_id,
            payload,
            by_email=True,
        )
    )
