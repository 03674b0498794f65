"""Questions about teams. Who leads a team leads those below it; staff of the area may everything."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import (
    ACCEPT,
    AUDITOR,
    COMMUNITY_STAFF,
    DEPUTY,
    LEADER,
    MESSAGE,
    PUBLISH,
    RECORD,
    REGISTER,
    RIGHTS,
    SUBDISTRICT_STAFF,
)

Visitor = Actor | Anonymous
_STAFF = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def founding_paths(actor: Visitor) -> tuple[str, ...]:
    """The areas in which the person founds, changes and closes teams."""
    return actor.scope_paths(*_STAFF)


def may_found(actor: Visitor, area_path: str) -> bool:
    """Found a team in the area, change it, move it in the tree, close it."""
    return actor.has_role_over(area_path, *_STAFF)


def may_manage(actor: Visitor, team_path: str, area_path: str) -> bool:
    """Leader, deputy, or staff of the area: they see the list of members."""
    return actor.leads(team_path) or actor.has_role_over(area_path, *_STAFF)


def may_see_people(actor: Visitor, team_path: str, area_path: str) -> bool:
    """Auditors see the members masked."""
    return may_manage(actor, team_path, area_path) or actor.has_role_over(area_path, AUDITOR)


def may_accept(actor: Visitor, team_path: str, area_path: str) -> bool:
    """Answer requests, let people in by a code, open an intake and answer its applications."""
    return actor.leads(team_path, ACCEPT) or actor.has_role_over(area_path, *_STAFF)


def may_publish(actor: Visitor, team_path: str, area_path: str) -> bool:
    return actor.leads(team_path, PUBLISH) or actor.has_role_over(area_path, *_STAFF)


def may_record(actor: Visitor, team_path: str, area_path: str) -> bool:
    return actor.leads(team_path, RECORD) or actor.has_role_over(area_path, *_STAFF)


def may_message(actor: Visitor, team_path: str, area_path: str) -> bool:
    """Write to all members in the team's name."""
    return actor.leads(team_path, MESSAGE) or actor.has_role_over(area_path, *_STAFF)


def may_register(actor: Visitor, team_path: str, area_path: str) -> bool:
    """Register residents of the team's area at a counter; a leader only when given the right expressly."""
    return actor.leads(team_path, REGISTER) or actor.has_role_over(area_path, *_STAFF)


def may_see_requests(actor: Visitor, team_path: str, area_path: str) -> bool:
    return may_accept(actor, team_path, area_path) or actor.has_role_over(area_path, AUDITOR)


def may_decide(actor: Visitor, team_path: str, area_path: str, person_id: int) -> bool:
    """Who may accept members; nobody decides the own request (R150)."""
    return actor.id != person_id and may_accept(actor, team_path, area_path)


def may_appoint(actor: Visitor, team_path: str, area_path: str, role: str, person_id: int) -> bool:
    """Staff appoint leaders and deputies; a leader may appoint deputies. Nobody appoints oneself."""
    if actor.id == person_id:
        return False
    if actor.has_role_over(area_path, *_STAFF):
        return True
    return role == DEPUTY and _is_leader(actor, team_path)


def appointable_roles(actor: Visitor, team_path: str, area_path: str, person_id: int) -> list[str]:
    """The roles that the person may give to that other one."""
    return [role for role in (LEADER, DEPUTY) if may_appoint(actor, team_path, area_path, role, person_id)]


def grantable_rights(actor: Visitor, team_path: str, area_path: str) -> tuple[str, ...]:
    """Staff give every right; a leader only those held as leader."""
    if actor.has_role_over(area_path, *_STAFF):
        return RIGHTS
    return tuple(right for right in RIGHTS if _is_leader(actor, team_path, right))


def _is_leader(actor: Visitor, team_path: str, right: str = "") -> bool:
    return any(
        held.name == LEADER
        and held.scope_kind == "team"
        and f"/{held.scope_id}/" in team_path
        and (not right or right in held.rights)
        for held in actor.roles
    )
