"""Who leads a team, and with which rights, each given by itself."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.outbox import service as outbox
from volunteer.people import rules as people_rules
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import DEPUTY, LEADER, RIGHTS, USUAL_RIGHTS, Person
from volunteer.teams import messages, policy, queries
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


class TooYoungForRights(Refused):
    """Who answers for others, and for what is known of them, is of age (R006)."""

    sentence = _l("带队的权限只给满 18 周岁的人。不给权限，也可以请他做队长或副队长。")
    field = "rights"


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
    if wanted and people_rules.is_minor(db.session.get_one(Person, person_id).born_on, clock.today()):
        raise TooYoungForRights
    if held is not None:
        if _give(actor, team_id, person_id, role, wanted):
            _tell(actor, messages.RIGHTS_CHANGED, team, person_id, wanted)
        return
    is_new = people.write_grant(
        actor_id=actor.id if actor else None,
        person_id=person_id,
        role=role,
        scope_kind="team",
        scope_id=team_id,
        rights=tuple(right for right in RIGHTS if right in wanted),
    )
    if is_new:
        _tell(actor, messages.MADE[role], team, person_id, wanted)


def dismiss(*, actor: Actor | None, team_id: int, person_id: int, role: str = LEADER) -> None:
    """Take the role back; the person stays a member."""
    team, _area_path = _guard(actor, team_id, person_id, role)
    actor_id = actor.id if actor else None
    if people.revoke_team_roles(actor_id=actor_id, person_id=person_id, team_id=team_id, roles=(role,)):
        _tell(actor, messages.DISMISSED[role], team, person_id)


def _wanted(rights: Collection[str] | None, givable: set[str], held: set[str] | None) -> set[str]:
    """What the person shall have. Asking for more than one may give is refused, not cut down in silence."""
    if rights is None:
        return held if held is not None else set(USUAL_RIGHTS) & givable
    kept = (held or set()) - givable
    if set(rights) - givable - kept:
        raise NotYourRight
    return (set(rights) & givable) | kept


def _tell(actor: Actor | None, kind: str, team: Team, person_id: int, rights: Collection[str] = ()) -> None:
    """A command writes down who leads already, and tells nobody."""
    if actor is None:
        return
    payload = {"team_id": team.id, "team": team.name, "team_en": team.name_en}
    may = dict.fromkeys(rights, True) or {messages.NO_RIGHTS: True}
    key = f"team_role:{team.id}:{person_id}:{kind}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=kind, person_id=person_id, payload=payload | may, by_email=True))


def _give(actor: Actor | None, team_id: int, person_id: int, role: str, wanted: set[str]) -> bool:
    return people.set_team_rights(
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
