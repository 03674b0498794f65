"""Ways to set a password without the old one (links, slips) end when the way in changes; told by the slices above."""

from __future__ import annotations

from collections.abc import Callable

Ending = Callable[[int], None]
_ENDINGS: list[Ending] = []


def register(ending: Ending) -> Ending:
    """Make known what ends the person's outstanding links and slips; the second time changes nothing."""
    if ending not in _ENDINGS:
        _ENDINGS.append(ending)
    return ending


def end_all(person_id: int) -> None:
    """After a new password or e-mail address, a disabled account, an undone merge."""
    for ending in _ENDINGS:
        ending(person_id)
