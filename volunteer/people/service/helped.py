"""Staff who may act for a person do not also hand out that person's ways in (R150)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused
from volunteer.people import policy
from volunteer.people.identity import Actor


class HelpedByYou(Refused):
    """With the PIN, the card or a new password the helper could spend the points at once."""

    sentence = _l("您替这位居民办事，请让另一位同事来做这一步。")
    status = 403


def refuse_own_helper(actor: Actor, person_id: int) -> None:
    """Before every PIN, card and code: the person's row is locked, so nobody becomes helper meanwhile."""
    if policy.helps(actor, person_id):
        raise HelpedByYou
