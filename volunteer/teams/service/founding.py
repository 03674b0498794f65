"""Founding a team and saying who leads it."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.people import service as people
from volunteer.people.identity import Actor
from volunteer.people.models import DEPUTY, LEADER, USUAL_RIGHTS
from volunteer.teams import policy, queries
from volunteer.teams.models import KINDS, MEMBER, Team
from volunteer.teams.service.membership import NoSuchTeam, NotAMember


class CodeTaken(Refused):
    sentence = _l("这个代码已经有队伍在用，请换一个。")
    field = "code"


class UnknownKind(Refused):
    sentence = _l("请从列出的队伍类型里选。")
    status = 422
    field = "kind"


class NotOfThisTeam(NotAMember):
    sentence = _l("队长和副队长要从本队队员里选，请先让这位居民入队。")


def found(
    *,
    actor: Actor | None,
    code: str,
    area_id: int,
    kind: str,
    name: str,
    name_en: str | None = None,
    focus: str = "",
    founded_at: dt.datetime | None = None,
) -> Team:
    """Found a team under an area; no actor means a command or an import."""
    area = db.session.get(Area, area_id)
    if area is None:
        raise NotFound
    if actor is not None and not policy.may_found(actor, area.path):
        raise NotAllowed
    if kind not in KINDS:
        raise UnknownKind
    if queries.by_code(code) is not None:
        raise CodeTaken
    team = Team(
        code=code,
        area_id=area_id,
        kind=kind,
        name=name,
        name_en=name_en,
        focus=focus,
        founded_at=founded_at or clock.now(),
    )
    db.session.add(team)
    db.session.flush()
    team.path = f"/{team.id}/"
    db.session.flush()
    audit.record(actor_id=actor.id if actor else None, act="team_founded", kind="team", id=team.id, code=code)
    return team


def appoint(*, actor: Actor | None, team_id: int, person_id: int, role: str = LEADER) -> None:
    """Make a member leader or deputy; the second time changes nothing. No actor means a command."""
    assert role in (LEADER, DEPUTY), "a role over a team"
    _guard(actor, team_id, person_id, role)
    if queries.state_of(person_id, team_id) != MEMBER:
        raise NotOfThisTeam
    people.write_grant(
        actor_id=actor.id if actor else None,
        person_id=person_id,
        role=role,
        scope_kind="team",
        scope_id=team_id,
        rights=USUAL_RIGHTS,
    )


def dismiss(*, actor: Actor | None, team_id: int, person_id: int, role: str = LEADER) -> None:
    """Take the role back; the person stays a member."""
    _guard(actor, team_id, person_id, role)
    people.revoke_team_roles(
        actor_id=actor.id if actor else None, person_id=person_id, team_id=team_id, roles=(role,)
    )


def _guard(actor: Actor | None, team_id: int, person_id: int, role: str) -> None:
    team = db.session.get(Team, team_id)
    if team is None:
        raise NoSuchTeam
    area_path = db.session.get_one(Area, team.area_id).path
    if actor is not None and not policy.may_appoint(actor, team_id, area_path, role, person_id):
        raise NotAllowed
