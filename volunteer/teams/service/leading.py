"""Who leads a team, and with which rights, each given by itself."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import DEPUTY, LEADER, RIGHTS, USUAL_RIGHTS
from volunteer.teams import policy, queries
from volunteer.teams.models import MEMBER, Membership, Team
from volunteer.teams.service.loading import NoSuchTeam, TeamClosed
from volunteer.teams.service.membership import NotAMember


class NotOfThisTeam(NotAMember):
    sentence = _l("队长和副队长要从本队队员里选，请先让这位居民入队。")


class UnknownRole(Refused):
    sentence = _l("请选一个角色。")
    status = 422
    field = "role"


class NotYourRight(Refused):
    sentence = _l("您只能给别人您自己有的权限。别的权限请由社区工作人员给。")
    status = 403


def appoint(
    *,
    actor: Actor | None,
    team_id: int,
    person_id: int,
    role: str = LEADER,
    rights: Collection[str] | None = None,
) -> None:
    """Make a member leader or deputy with the rights given; who has the role already gets those rights.

    Without `rights` a new one gets the usual ones, as far as the giver may give
    them, and one who has the role keeps theirs. A right that the giver may not
    give stays as it is. No actor means a command.
    """
    assert role in (LEADER, DEPUTY), "a role over a team"
    team, area_path = _guard(actor, team_id, person_id, role)
    if team.closed_at is not None:
        raise TeamClosed
    _lock_membership(team_id, person_id)
    if queries.state_of(person_id, team_id) != MEMBER:
        raise NotOfThisTeam
    givable = set(policy.grantable_rights(actor, team.path, area_path)) if actor else set(RIGHTS)
    held = queries.rights_of(person_id, team_id, role)
    wanted = _wanted(rights, givable, held)
    if held is not None:
        _give(actor, team_id, person_id, role, wanted)
        return
    people.write_grant(
        actor_id=actor.id if actor else None,
        person_id=person_id,
        role=role,
        scope_kind="team",
        scope_id=team_id,
        rights=tuple(right for right in RIGHTS if right in wanted),
    )


def dismiss(*, actor: Actor | None, team_id: int, person_id: int, role: str = LEADER) -> None:
    """Take the role back; the person stays a member."""
    _guard(actor, team_id, person_id, role)
    people.revoke_team_roles(
        actor_id=actor.id if actor else None, person_id=person_id, team_id=team_id, roles=(role,)
    )


def _wanted(rights: Collection[str] | None, givable: set[str], held: set[str] | None) -> set[str]:
    """What the person shall have. Asking for more than one may give is refused, not cut down in silence."""
    if rights is None:
        return held if held is not None else set(USUAL_RIGHTS) & givable
    kept = (held or set()) - givable
    if set(rights) - givable - kept:
        raise NotYourRight
    return (set(rights) & givable) | kept


def _give(actor: Actor | None, team_id: int, person_id: int, role: str, wanted: set[str]) -> None:
    people.set_team_rights(
        actor_id=actor.id if actor else None,
        person_id=person_id,
        team_id=team_id,
        role=role,
        rights=tuple(wanted),
    )


def _guard(actor: Actor | None, team_id: int, person_id: int, role: str) -> tuple[Team, str]:
    team = db.session.get(Team, team_id)
    if team is None:
        raise NoSuchTeam
    area_path = db.session.get_one(Area, team.area_id).path
    if actor is not None and not policy.may_appoint(actor, team.path, area_path, role, person_id):
        raise NotAllowed
    return team, area_path


def _lock_membership(team_id: int, person_id: int) -> None:
    """Nobody leaves while being appointed."""
    db.session.execute(
        sa.select(Membership.id)
        .where(Membership.team_id == team_id, Membership.person_id == person_id, Membership.state == MEMBER)
        .with_for_update()
    ).all()
