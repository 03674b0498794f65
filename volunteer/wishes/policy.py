"""Who may do and see what with a wish. Asked by pages and services alike."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, SUBDISTRICT_STAFF

Visitor = Actor | Anonymous
IN_CHARGE = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def is_in_charge(actor: Visitor, area_path: str) -> bool:
    """Staff over the wish's area: they verify, assign, confirm on behalf and follow up."""
    return actor.has_role_over(area_path, *IN_CHARGE)


def may_read_desk(actor: Visitor, area_path: str) -> bool:
    """Staff in charge, and auditors, who only read."""
    return actor.has_role_over(area_path, *IN_CHARGE, AUDITOR)


def charge_paths(actor: Visitor) -> tuple[str, ...]:
    """The areas whose wishes the actor works on."""
    return actor.scope_paths(*IN_CHARGE)


def desk_paths(actor: Visitor) -> tuple[str, ...]:
    """The areas whose wishes the actor may list at the desk."""
    return actor.scope_paths(*IN_CHARGE, AUDITOR)


def may_collect_for_others(actor: Visitor) -> bool:
    return bool(charge_paths(actor))


def may_see_contact(actor: Visitor, area_path: str, claimer_id: int | None) -> bool:
    """R120: the active claimer and the staff in charge, nobody else; each look is recorded."""
    return is_in_charge(actor, area_path) or (claimer_id is not None and claimer_id == actor.id)


def may_take_back_note(actor: Actor, area_path: str, wisher_id: int | None) -> bool:
    """Whose words they are, and the staff in charge for whoever asks them to."""
    return is_own(actor.id, wisher_id) or is_in_charge(actor, area_path)


def is_own(actor_id: int | None, *owner_ids: int | None) -> bool:
    """Nobody approves what they filed for themselves, or what they themselves fulfilled."""
    return actor_id is not None and actor_id in owner_ids
