"""Who may order, see, hand over and keep stock. `area_path` is that of the item or the order."""

from __future__ import annotations

from typing import Any

from volunteer.acting import policy as acting
from volunteer.acting.rules import REDEEM
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK, SUBDISTRICT_STAFF

COUNTER = (COUNTER_CLERK, COMMUNITY_STAFF, SUBDISTRICT_STAFF)
KEEPERS = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_work_counter(actor: Any, area_path: str) -> bool:
    """Whether the actor may look up and hand over orders of this area."""
    return bool(actor.has_role_over(area_path, *COUNTER))


def may_work_some_counter(actor: Any) -> bool:
    return bool(actor.scope_paths(*COUNTER))


def may_keep_stock(actor: Any, area_path: str) -> bool:
    """Whether the actor may add items, take goods in and withdraw items of this area."""
    return bool(actor.has_role_over(area_path, *KEEPERS))


def may_keep_some_stock(actor: Any) -> bool:
    return bool(actor.scope_paths(*KEEPERS))


def may_order_for(actor: Any, *, person_id: int, person_area_path: str) -> bool:
    """Everybody for themselves; staff at the counter for people of their area (R018); whom the person asked."""
    return (
        actor.id == person_id
        or may_work_counter(actor, person_area_path)
        or acting.may_act_for(actor, person_id, REDEEM)
    )


def may_see_code(actor: Any, *, person_id: int, placed_by_id: int, area_path: str) -> bool:
    """The pick-up code is for the person, and for who placed the order while they may still act for the person."""
    return actor.id is not None and (
        actor.id == person_id
        or (
            actor.id == placed_by_id and may_order_for(actor, person_id=person_id, person_area_path=area_path)
        )
    )
