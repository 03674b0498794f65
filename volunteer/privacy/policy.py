"""Questions about the data of people: who may compare, merge and erase records."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF

Visitor = Actor | Anonymous
_STAFF = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def duplicate_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees in which the person compares records; a leader who registers people does not."""
    return actor.scope_paths(*_STAFF)


def may_see_duplicates(actor: Visitor) -> bool:
    return bool(duplicate_paths(actor))


def may_merge(actor: Visitor, people_ids: tuple[int, int], area_paths: tuple[str, str]) -> bool:
    """Staff of both areas, and never with a record of their own (R150)."""
    return actor.id not in people_ids and all(actor.has_role_over(path, *_STAFF) for path in area_paths)


def may_erase(actor: Visitor, person_id: int, area_path: str) -> bool:
    """Oneself, or staff of the area for somebody who asked for it."""
    return actor.id == person_id or actor.has_role_over(area_path, *_STAFF)


def request_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose people's requests the person answers."""
    return actor.scope_paths(*_STAFF)


def may_decide_requests(actor: Visitor, area_path: str, person_id: int) -> bool:
    """Staff of the area; nobody decides the own request (R150)."""
    return actor.id != person_id and actor.has_role_over(area_path, *_STAFF)


def may_record_consents(actor: Visitor, area_path: str, person_id: int) -> bool:
    """At the counter, for somebody else, with the way and the operator recorded (R006)."""
    return actor.id != person_id and actor.has_role_over(area_path, *_STAFF)
