"""What the form of a sign-up says: the position, and who comes along."""

from __future__ import annotations

from flask import request

from volunteer.activities.signing.companions import LONGEST_NAME, MOST, Guest
from volunteer.core import inputs
from volunteer.core.errors import NotFound

_MOST_DIGITS = 18


def companions() -> list[Guest]:
    """Those who were written down; a line without a name and tick is nobody."""
    names = request.form.getlist("companion_name")[:MOST]
    children = set(request.form.getlist("companion_child"))
    found = []
    for number, typed in enumerate(names):
        name, is_child = inputs.clean(typed, longest=LONGEST_NAME), str(number) in children
        if name or is_child:
            found.append(Guest(name, is_child))
    return found


def position_id() -> int | None:
    """The position that was chosen; what is no number is nobody's."""
    typed = request.form.get("position_id", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
        raise NotFound
    return int(typed)
