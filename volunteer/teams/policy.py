"""Questions about teams."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import ACCEPT, AUDITOR, COMMUNITY_STAFF, DEPUTY, LEADER, SUBDISTRICT_STAFF

Visitor = Actor | Anonymous
_STAFF = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_found(actor: Visitor, area_path: str) -> bool:
    return actor.has_role_over(area_path, *_STAFF)


def may_manage(actor: Visitor, team_path: str, area_path: str) -> bool:
    """Leader, deputy, or staff of the area: they see the members' list and the requests."""
    return actor.leads(team_path) or actor.has_role_over(area_path, *_STAFF)


def may_see_requests(actor: Visitor, team_path: str, area_path: str) -> bool:
    return may_manage(actor, team_path, area_path) or actor.has_role_over(area_path, AUDITOR)


def may_decide(actor: Visitor, team_path: str, area_path: str, person_id: int) -> bool:
    """Who may accept members; nobody decides the own request (R150)."""
    may_accept = actor.leads(team_path, ACCEPT) or actor.has_role_over(area_path, *_STAFF)
    return actor.id != person_id and may_accept


def may_appoint(actor: Visitor, team_id: int, area_path: str, role: str, person_id: int) -> bool:
    """Staff appoint leaders and deputies; a leader may appoint deputies. Nobody appoints oneself."""
    if actor.id == person_id:
        return False
    if actor.has_role_over(area_path, *_STAFF):
        return True
    return role == DEPUTY and any(
        held.name == LEADER and held.scope_kind == "team" and held.scope_id == team_id for held in actor.roles
    )
