"""Questions about who may do what with people's records."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
)

Visitor = Actor | Anonymous
_REGISTRARS = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)
_READERS = (*_REGISTRARS, AUDITOR)
# Who may hand out a role over an area; a system administrator may hand out every one.
_GRANTERS = {
    COUNTER_CLERK: (COMMUNITY_STAFF, SUBDISTRICT_STAFF),
    COMMUNITY_STAFF: (SUBDISTRICT_STAFF,),
    SUBDISTRICT_STAFF: (),
    AUDITOR: (),
    SYSTEM_ADMIN: (),
}


def registrar_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees in which the person may register others at the counter (R018)."""
    return actor.scope_paths(*_REGISTRARS)


def may_register_others(actor: Visitor) -> bool:
    return bool(registrar_paths(actor))


def may_register_in(actor: Visitor, area_path: str) -> bool:
    return actor.has_role_over(area_path, *_REGISTRARS)


def directory_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose residents the person may look up."""
    return actor.scope_paths(*_READERS)


def may_see_directory(actor: Visitor) -> bool:
    return bool(directory_paths(actor))


def may_print_slip(actor: Visitor, area_path: str) -> bool:
    return may_register_in(actor, area_path)


def may_disable(actor: Visitor, person_id: int, area_path: str, *, is_staff: bool) -> bool:
    """Staff of the area may, but not for themselves; a colleague only by a system administrator."""
    roles = (SYSTEM_ADMIN,) if is_staff else _REGISTRARS
    return actor.id != person_id and actor.has_role_over(area_path, *roles)


def may_grant(actor: Visitor, role: str, area_path: str, person_id: int) -> bool:
    """Nobody gives a role to oneself (R150)."""
    return role in _GRANTERS and actor.id != person_id and actor.has_role_over(area_path, *_GRANTERS[role])
