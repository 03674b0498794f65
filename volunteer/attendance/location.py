"""Where somebody checks in: off unless the person agreed (R030, R144) and the leader has placed the door.

The phone's position is turned into a distance and forgotten; only whole metres are kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from volunteer.attendance import queries, rules
from volunteer.privacy.service import consents

KIND = "location"


def is_asked(person_id: int, occurrence_id: int) -> bool:
    """Whether the page asks the phone at all."""
    return _door(occurrence_id) is not None and consents.has_consented(person_id, KIND)


def distance(person_id: int, occurrence_id: int, form: Mapping[str, str]) -> int | None:
    """How far the phone is from the door, in metres; None without consent, or when the phone did not say."""
    sent = rules.place(form.get("latitude", ""), form.get("longitude", ""))
    if sent is None or not consents.has_consented(person_id, KIND):
        return None
    at = _door(occurrence_id)
    return rules.distance_metres(at, sent) if at is not None else None


def allow(response: Response) -> Response:
    """Let this one page ask the browser for its position; every other page may not."""
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    return response


def _door(occurrence_id: int) -> tuple[float, float] | None:
    door = queries.door(occurrence_id)
    if door is None or door.latitude is None or door.longitude is None:
        return None
    return rules.place(door.latitude, door.longitude)
