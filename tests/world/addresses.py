"""Which thing of the world fills the path of which route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from volunteer.attendance import codes
from volunteer.core import crypto

if TYPE_CHECKING:
    from tests.world import World

_TASKS = (
    *("attendance.task", "attendance.report_task", "attendance.edit_task", "attendance.correct_task"),
    *("attendance.withdraw_task", "attendance.task_photo", "attendance.task_reports"),
    *("attendance.confirm_tasks", "attendance.confirm_task", "attendance.refuse_task"),
)
_STATE_OF_WISH = {
    "wishes.claim": "published", "wishes.wish": "published", "wishes.matches": "published",
    "wishes.assign": "published", "wishes.take_down": "published", "wishes.verify": "collected",
    "wishes.confirm": "fulfilled",
}  # fmt: skip


def values(world: World, endpoint: str, arguments: set[str]) -> dict[str, Any]:
    """The thing in the state in which the route means something."""
    found = {name: world.ids[name] for name in arguments if name in world.ids}
    if "occurrence_id" in arguments:
        found["occurrence_id"] = (world.begun if endpoint.startswith("hours.") else world.coming).id
    if "wish_id" in arguments:
        found["wish_id"] = world.wishes[_STATE_OF_WISH.get(endpoint, "claimed")].id
    special = _special(world).get(endpoint, {})
    return found | {name: value for name, value in special.items() if name in arguments}


def _special(world: World) -> dict[str, dict[str, Any]]:
    """Values that mean something to one route only."""
    return {
        "safety.reset": {"token": crypto.token()},
        "teams.invitation": {"token": world.invitation_token},
        "teams.accept_invitation": {"token": world.invitation_token},
        "teams.apply": {"token": world.intake_token},
        "teams.receipt": {"token": world.receipt},
        "teams.first_password": {"token": world.receipt},
        "hours.photo": {"batch_id": world.own.id},
        "hours.decide_block": {"person_id": world.blocked.id},
        "acting.open_card": {"token": world.card_token},
        "attendance.arrive": {"mark": codes.printed(world.door.secret, world.door.occurrence_id)},
        "attendance.wall_screen": {"token": world.screen_token},
        **dict.fromkeys(_TASKS, {"occurrence_id": world.task.id, "report_id": world.task_report.id}),
        "acting.enter": {"token": world.card_token},
        "activities.archive_template": {"item_id": world.template},
        "activities.decide": {"occurrence_id": world.asked.id},
        "activities.open_position": {"deed": "close", "occurrence_id": world.posted.id},
        "activities.own_feed": {"token": world.feed_token},
        "people.registration": {"token": world.registration_token},
        "activities.reset": {"occurrence_id": world.edited.id},
        "people.reject": {"person_id": world.waiting_child.id},
        "oversight.suspicion": {"key": "own", "subject_id": world.own.id, "mark_id": 0},
        "reports.waiting_list": {"key": "unrecorded"},
        "privacy.set_consent": {"kind": "location"},
    }
