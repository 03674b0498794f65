"""Who may see, record, confirm and withdraw trainings, qualifications and commendations."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, SUBDISTRICT_STAFF

Visitor = Actor | Anonymous
_STAFF = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_see(actor: Visitor, *, person_id: int, area_path: str) -> bool:
    """Oneself, staff and auditors of the area where the person lives."""
    return actor.id == person_id or actor.has_role_over(area_path, *_STAFF, AUDITOR)


def may_record(actor: Visitor, *, person_id: int, area_path: str) -> bool:
    """Staff of the person's area; nobody records, confirms or withdraws for oneself (R150)."""
    return actor.id != person_id and actor.has_role_over(area_path, *_STAFF)


def may_open_proof(actor: Visitor, *, person_id: int, area_path: str) -> bool:
    """The person, and those who have to judge it; not auditors."""
    return actor.id == person_id or actor.has_role_over(area_path, *_STAFF)


def desk_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose waiting and expiring entries the person may list."""
    return actor.scope_paths(*_STAFF, AUDITOR)
