"""Who may see what of the reports."""

from __future__ import annotations

from typing import Any

from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, STAFF_ROLES, SUBDISTRICT_STAFF

READERS = (COMMUNITY_STAFF, SUBDISTRICT_STAFF, AUDITOR)


def may_see_desk(actor: Any) -> bool:
    return bool(actor.is_staff)


def may_see_people_behind(actor: Any) -> bool:
    """Whether a figure about people opens their masked names; everybody else sees communities and teams."""
    return bool(actor.is_staff)


def desk_paths(actor: Any) -> tuple[str, ...]:
    """All areas for which the actor works in any role."""
    return tuple(actor.scope_paths(*STAFF_ROLES))


def may_work(actor: Any) -> bool:
    """Whether the actor does the work that waits, and does not only read of it."""
    return bool(actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF))


def reading_paths(actor: Any) -> tuple[str, ...]:
    """The areas whose teams, activities and sums the actor looks after."""
    return tuple(actor.scope_paths(*READERS))
