"""Questions about who may do what with other people's ways to sign in."""

from __future__ import annotations

from collections.abc import Sequence

from volunteer.people import policy as people
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF
from volunteer.people.policy import Visitor


def may_restore(
    actor: Visitor, person_id: int, area_path: str, staff_roles: Sequence[tuple[str, str]]
) -> bool:
    """Staff of the area may help somebody in again (a code on a slip, a lost phone), but not themselves.

    `staff_roles` are the other person's roles with the paths of their areas: a
    colleague is helped only by somebody who may give each of these roles (R150).
    """
    if actor.id == person_id:
        return False
    if staff_roles:
        return all(people.may_grant(actor, role, path, person_id) for role, path in staff_roles)
    return actor.has_role_over(area_path, COMMUNITY_STAFF, SUBDISTRICT_STAFF)
