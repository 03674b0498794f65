"""Who may do what with activities. Everybody may read them; places are taken by whoever is signed in."""

from __future__ import annotations

from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    PUBLISH,
    RECORD,
    SUBDISTRICT_STAFF,
)

Visitor = Actor | Anonymous


def may_manage(actor: Visitor, *, team_path: str, area_path: str) -> bool:
    """Publish, renew, change and cancel: who leads the team with that right, or staff of the area."""
    return actor.leads(team_path, PUBLISH) or actor.has_role_over(
        area_path, COMMUNITY_STAFF, SUBDISTRICT_STAFF
    )


def may_cancel_days(actor: Visitor) -> bool:
    """Whether the page on which a whole day is cancelled means anything; each date is asked about by itself."""
    return bool(actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF)) or any(
        role.scope_kind == "team" and PUBLISH in role.rights for role in actor.roles
    )


def may_create_series(actor: Visitor, *, team_path: str, area_path: str) -> bool:
    return may_manage(actor, team_path=team_path, area_path=area_path)


def may_archive_template(actor: Visitor, *, made_by_id: int, area_path: str) -> bool:
    """Whoever kept it, or staff of its area."""
    return actor.id == made_by_id or actor.has_role_over(area_path, COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_call_roll(actor: Visitor, *, team_path: str, area_path: str) -> bool:
    """Whether the page leads to the roll call; `hours.policy` guards it."""
    return actor.leads(team_path, RECORD) or actor.has_role_over(
        area_path, COMMUNITY_STAFF, SUBDISTRICT_STAFF
    )


def may_see_participants(actor: Visitor, *, team_path: str, area_path: str) -> bool:
    """Names of those signed up: who manages the activity or calls the roll, and auditors of the area."""
    return (
        may_manage(actor, team_path=team_path, area_path=area_path)
        or may_call_roll(actor, team_path=team_path, area_path=area_path)
        or actor.has_role_over(area_path, AUDITOR)
    )


def may_decide_block(actor: Visitor, *, person_id: int, area_path: str) -> bool:
    """Stop somebody's sign-ups or allow them again (R027): staff of the person's area, never for oneself."""
    return actor.id != person_id and actor.has_role_over(area_path, COMMUNITY_STAFF, SUBDISTRICT_STAFF)


def may_decide_blocks_somewhere(actor: Visitor) -> bool:
    return bool(actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF))


def block_paths(actor: Visitor) -> tuple[str, ...]:
    """The subtrees whose blocked people the person may list."""
    return actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF, AUDITOR)


def may_act_for_another(actor: Visitor, *, team_path: str, area_path: str, person_area_path: str) -> bool:
    """Sign another up or off (R018): who manages the activity, or staff at the counter of the person's area."""
    return may_manage(actor, team_path=team_path, area_path=area_path) or actor.has_role_over(
        person_area_path, COUNTER_CLERK, COMMUNITY_STAFF, SUBDISTRICT_STAFF
    )


def may_offer_to_sign_up_others(actor: Visitor, *, team_path: str, area_path: str) -> bool:
    """Whether the page shows the form; whom it may be is asked when the person is known."""
    return may_manage(actor, team_path=team_path, area_path=area_path) or bool(
        actor.scope_paths(COUNTER_CLERK, COMMUNITY_STAFF, SUBDISTRICT_STAFF)
    )


def may_see_calendar(actor: Visitor) -> bool:
    """The table of holidays and make-up workdays: staff of the desk read it."""
    return bool(actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF, AUDITOR))


def may_keep_calendar(actor: Visitor) -> bool:
    """Enter and correct it: one table for the whole installation, so sub-district staff and administrators."""
    return bool(actor.scope_paths(SUBDISTRICT_STAFF))


def health_paths(actor: Visitor) -> tuple[str, ...]:
    """The areas whose series the actor looks after."""
    return actor.scope_paths(COMMUNITY_STAFF, SUBDISTRICT_STAFF, AUDITOR)
