"""Who may act in another's name, and who may help with that at the counter."""

from __future__ import annotations

from volunteer.acting import queries
from volunteer.people import policy as people
from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK, SUBDISTRICT_STAFF
from volunteer.people.sessions import CARD

Visitor = Actor | Anonymous
_COUNTER = (COUNTER_CLERK, COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_act_for(actor: Visitor, person_id: int, right: str) -> bool:
    """Whether the person gave this right and it stands; who opened the pages by a card acts for nobody else."""
    return (
        actor.id is not None
        and actor.way != CARD
        and queries.has_right(helper_id=actor.id, person_id=person_id, right=right)
    )


def acts_for(actor: Visitor, right: str) -> list[queries.Pair]:
    """All those for whom the person may do this; nobody by a card."""
    if actor.id is None or actor.way == CARD:
        return []
    return queries.wards(actor.id, right)


people.know_who_helps(queries.is_helper)


def may_serve(actor: Visitor, *, person_id: int, area_path: str) -> bool:
    """Record helpers, print cards, make PINs, switch type sizes: staff of the area, never for themselves."""
    return actor.id != person_id and actor.has_role_over(area_path, *_COUNTER)


def serving_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose residents the person serves at the counter."""
    return actor.scope_paths(*_COUNTER)
