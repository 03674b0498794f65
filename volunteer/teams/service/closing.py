"""Closing a team, with a successor where there is one (R015). Records keep the team that made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.outbox import service as outbox
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.teams import closing, messages, policy, rules
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
from volunteer.teams.service.loading import ClosedForGood, NoSuchTeam, locked
from volunteer.teams.service.membership import add_members


class ClosingReasonNeeded(Refused):
    sentence = _l("请写明关闭的原因，队员会看到。最多 300 字。")
    status = 422
    field = "reason"


class UnknownSuccessor(Refused):
    """Not there, closed, the team itself, or not within the areas of who closes."""

    sentence = _l("接手的队伍要在您负责的区域里，还在活动，而且不是这支队伍自己。请另选一支。")
    status = 422
    field = "successor"


class SuccessorNeeded(Refused):
    sentence = _l("要移交活动或队员，请先选一支接手的队伍。")
    status = 422
    field = "successor"


class StillHasTeamsBelow(Refused):
    sentence = _l("它下面还有 %(count)s 支队伍。请先给它们换一个上级，或者先关闭它们。")


class ApplicationsWaiting(Refused):
    sentence = _l("招募来的报名表还有 %(count)s 份没有答复。请先答复，再关闭队伍。")


class StillHasDates(Refused):
    sentence = _l("这支队伍后面还有 %(count)s 场活动。请选“移交给接手的队伍”，或者先把它们取消。")
    field = "hand_over"


@dataclass(frozen=True)
class Closed:
    """What closing did: people told, members who are in the successor now, things handed over."""

    told: int
    carried_over: int
    handed_over: int


def close(
    *,
    actor: Actor,
    team_id: int,
    reason: str,
    successor_id: int | None = None,
    hand_over: bool = False,
    carry_members: bool = False,
) -> Closed:
    """Close a team for good. Its coming dates go to the successor, or have been cancelled before.

    All memberships and roles over it end, its codes stop working, everybody is
    told; with `carry_members` the members belong to the successor from now on.
    """
    team, successor = _locked(actor, team_id, successor_id)
    reason = reason.strip()
    if not 1 <= len(reason) <= rules.LONGEST_REASON:
        raise ClosingReasonNeeded
    if successor is None and (hand_over or carry_members):
        raise SuccessorNeeded
    _refuse_unfinished(team, hand_over)
    handed_over = 0
    if hand_over and successor is not None:
        handed_over = closing.hand_over(actor_id=actor.id, team_id=team.id, successor_id=successor.id)
    closing.wind_up(actor_id=actor.id, team_id=team.id)
    members, applicants = _end_memberships(actor.id, team.id, reason)
    people.revoke_all_team_roles(actor_id=actor.id, team_id=team.id)
    _end_codes(team.id)
    team.closed_at, team.closed_reason = clock.now(), reason
    team.successor_id = successor.id if successor else None
    db.session.flush()
    carried = 0
    if carry_members and successor is not None and members:
        carried = add_members(
            actor_id=actor.id, team_id=successor.id, person_ids=members, way=rules.SUCCEEDED
        )
    told = _tell(team, successor, members, applicants, reason, is_carried=carry_members)
    audit.record(
        actor_id=actor.id,
        act="team_closed",
        kind="team",
        id=team.id,
        successor=team.successor_id,
        handed_over=handed_over,
        carried_over=carried,
        members=len(members),
    )
    return Closed(told, carried, handed_over)


def _locked(actor: Actor, team_id: int, successor_id: int | None) -> tuple[Team, Team | None]:
    """Both teams, locked in the order of their ids, for who may close the one in favour of the other."""
    found: dict[int, tuple[Team, str]] = {}
    for id in sorted({team_id, *((successor_id,) if successor_id is not None else ())}):
        try:
            found[id] = locked(id)
        except NoSuchTeam as none:
            if id == team_id:
                raise
            raise UnknownSuccessor from none
    team, area_path = found[team_id]
    if not policy.may_found(actor, area_path):
        raise NotAllowed
    if team.closed_at is not None:
        raise ClosedForGood
    if successor_id is None:
        return team, None
    successor, successor_area = found[successor_id]
    is_fit = successor.closed_at is None and not successor.path.startswith(team.path)
    if not is_fit or not policy.may_found(actor, successor_area):
        raise UnknownSuccessor
    return team, successor


def _refuse_unfinished(team: Team, hand_over: bool) -> None:
    below = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Team)
        .where(Team.parent_id == team.id, Team.closed_at.is_(None))
    )
    if below:
        raise StillHasTeamsBelow(count=below)
    waiting = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Application)
        .join(Intake, Intake.id == Application.intake_id)
        .where(Intake.team_id == team.id, Application.state == "waiting")
    )
    if waiting:
        raise ApplicationsWaiting(count=waiting)
    if not hand_over and (left := sum(item.count for item in closing.unfinished(team.id))):
        raise StillHasDates(count=left)


def _end_memberships(actor_id: int, team_id: int, reason: str) -> tuple[list[int], list[int]]:
    """Members leave, open requests are refused with the reason; returns the people of both kinds."""
    now = clock.now()
    ended: list[list[int]] = []
    for state, becomes in ((MEMBER, LEFT), (REQUESTED, REFUSED)):
        values: dict[str, Any] = {"state": becomes, "ended_at": now}
        if state == REQUESTED:
            values |= {"decided_by_id": actor_id, "reason": reason}
        gone = db.session.scalars(
            sa.update(Membership)
            .where(Membership.team_id == team_id, Membership.state == state)
            .values(**values)
            .returning(Membership.person_id)
        )
        ended.append(sorted(gone))
    return ended[0], ended[1]


def _end_codes(team_id: int) -> None:
    now = clock.now()
    db.session.execute(
        sa.update(Invitation)
        .where(Invitation.team_id == team_id, Invitation.ended_at.is_(None))
        .values(ended_at=now)
    )
    db.session.execute(
        sa.update(Intake).where(Intake.team_id == team_id, Intake.closes_at > now).values(closes_at=now)
    )


def _tell(
    team: Team,
    successor: Team | None,
    members: Sequence[int],
    applicants: Sequence[int],
    reason: str,
    *,
    is_carried: bool,
) -> int:
    payload: dict[str, Any] = {
        "team_id": (successor or team).id,
        "team": team.name,
        "team_en": team.name_en,
        "reason": reason,
    }
    kind = messages.CLOSED
    if successor is not None:
        payload |= {"to": successor.name, "to_en": successor.name_en}
        kind = messages.CARRIED_OVER if is_carried else messages.REPLACED
    refused = payload | {"team_id": team.id}
    notes = [outbox.Note(f"team_closed:{team.id}:{id}", kind, id, payload, by_email=True) for id in members]
    notes += [
        outbox.Note(f"team_closed:{team.id}:{id}", messages.REFUSED, id, refused, by_email=True)
        for id in applicants
    ]
    outbox.tell(*notes)
    return len(notes)
