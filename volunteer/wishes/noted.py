"""The private note of a wish: it may tell of health or hardship, and is shown only while both may be used (R144)."""

from __future__ import annotations

from volunteer.privacy.service import consents

KINDS = ("health", "hardship")


def is_agreed(wisher_id: int | None, note_way: str | None) -> bool:
    """Whether the note may be read: by the wisher's switches; of who is not registered, by what stands on the wish."""
    if wisher_id is None:
        return note_way is not None
    return all(consents.has_consented(wisher_id, kind) for kind in KINDS)
