"""Who may record, reverse, certify, and see what was recorded."""

from __future__ import annotations

import datetime as dt

from volunteer.core import clock
from volunteer.people.identity import Actor
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK, RECORD, SUBDISTRICT_STAFF

LEADER_MAY_REVERSE_FOR = dt.timedelta(hours=24)
_STAFF = (COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_record(actor: Actor, *, team_path: str, area_path: str) -> bool:
    """The team's leader or deputy, or staff over the team's area."""
    return actor.leads(team_path, RECORD) or actor.has_role_over(area_path, *_STAFF)


def may_see_batch(actor: Actor, *, team_path: str, area_path: str) -> bool:
    return actor.leads(team_path, RECORD) or actor.has_role_over(area_path, *_STAFF, AUDITOR)


def may_reverse(actor: Actor, *, team_path: str, area_path: str, recorded_at: dt.datetime) -> bool:
    """Staff over the team's area at any time; the leader within a day, to mend a slip of the finger."""
    fresh = clock.now() < recorded_at + LEADER_MAY_REVERSE_FOR
    return actor.has_role_over(area_path, *_STAFF) or (fresh and actor.leads(team_path, RECORD))


def may_certify(actor: Actor, *, person_id: int, area_path: str) -> bool:
    """Oneself, or staff over the area where the person lives."""
    return actor.id == person_id or actor.has_role_over(area_path, *_STAFF)


def may_see_certificate(actor: Actor, *, person_id: int, area_path: str) -> bool:
    return actor.id == person_id or actor.has_role_over(area_path, *_STAFF, AUDITOR)


def may_revoke(actor: Actor, *, person_id: int, area_path: str) -> bool:
    """A certificate: staff over the area where its holder lives, and nobody an own one."""
    return actor.id != person_id and actor.has_role_over(area_path, *_STAFF)


def may_answer(actor: Actor, *, person_id: int, area_path: str) -> bool:
    """Objections (R045): staff over the team's area, and nobody an own one."""
    return actor.id != person_id and actor.has_role_over(area_path, *_STAFF)


def answering_paths(actor: Actor) -> tuple[str, ...]:
    """The areas over whose teams the actor answers objections."""
    return tuple(actor.scope_paths(*_STAFF))


def may_approve(actor: Actor, *, area_path: str, is_high: bool) -> bool:
    """Hours that need approval (R036, R038, R039): staff over the team's area; the higher yes is the sub-district's."""
    return actor.has_role_over(area_path, *((SUBDISTRICT_STAFF,) if is_high else _STAFF))


def may_see_rates(actor: Actor) -> bool:
    """How hours earn points: whoever answers for it at the desk or the counter."""
    return bool(actor.scope_paths(*_STAFF, COUNTER_CLERK, AUDITOR))


def may_set_rates(actor: Actor) -> bool:
    """One rule for the whole installation, as with the holidays: sub-district staff and administrators."""
    return bool(actor.scope_paths(SUBDISTRICT_STAFF))
