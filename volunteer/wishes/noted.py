"""The private note of a wish: it may tell of health or hardship, and is shown only while both may be used (R144)."""

from __future__ import annotations

import datetime as dt

from volunteer.privacy.service import consents

KINDS = ("health", "hardship")


def is_agreed(wisher_id: int | None, note_way: str | None, agreed_at: dt.datetime) -> bool:
    """Whether the note may be read: agreed to with the wish and not withdrawn since, or both switches stand."""
    if wisher_id is None:
        return note_way is not None
    if note_way is not None and not consents.has_withdrawn_since(wisher_id, KINDS, agreed_at):
        return True
    return switches_stand(wisher_id)


def switches_stand(person_id: int) -> bool:
    """Whether the person has agreed to both kinds for all that they write."""
    return all(consents.has_consented(person_id, kind) for kind in KINDS)
