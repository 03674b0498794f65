"""Who may do what with presence."""

from __future__ import annotations

from typing import Any

from volunteer.activities import policy as activities
from volunteer.activities.policy import Visitor
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF

_STAFF = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_take_attendance(actor: Visitor, date: Any) -> bool:
    """Open the door, scan cards, take marks back: who may call the roll of this date."""
    return activities.may_call_roll(actor, team_path=date.team_path, area_path=date.area_path)


def screen_paths(actor: Visitor) -> tuple[str, ...]:
    """The areas for whose places the visitor may put up screens."""
    return actor.scope_paths(*_STAFF)


def may_manage_screen(actor: Visitor, area_path: str) -> bool:
    return actor.has_role_over(area_path, *_STAFF)
