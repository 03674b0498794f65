"""Founding a team, changing what is written about it, and its place in the tree (R013)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.people.identity import Actor
from volunteer.teams import policy, queries, rules, tree
from volunteer.teams.models import KINDS, Team
from volunteer.teams.service.loading import ClosedForGood, NoSuchTeam, locked


class CodeTaken(Refused):
    sentence = _l("这个代码已经有队伍在用，请换一个。")
    field = "code"


class UnknownKind(Refused):
    sentence = _l("请从列出的队伍类型里选。")
    status = 422
    field = "kind"


class NameNeeded(Refused):
    sentence = _l("请填队伍的名称，最多 80 个字。")
    status = 422
    field = "name"


class UnknownParent(Refused):
    """Not there, closed, or of an area that does not cover the team's own."""

    sentence = _l("上级队伍要还在活动，而且它的区域要包括这支队伍的区域。请另选一支。")
    status = 422
    field = "parent"


class OwnSubtree(Refused):
    sentence = _l("一支队伍不能放到自己或自己下面的队伍里。请另选一支。")
    status = 422
    field = "parent"


class TooDeep(Refused):
    sentence = _l("队伍最多分 %(most)s 层，放在这里就超过了。请选更上面的一支。")
    status = 422
    field = "parent"


def found(
    *,
    actor: Actor | None,
    code: str | None = None,
    area_id: int,
    kind: str,
    name: str,
    name_en: str | None = None,
    focus: str = "",
    parent_id: int | None = None,
    founded_at: dt.datetime | None = None,
) -> Team:
    """Found a team under an area, perhaps under another team; without a code one is made.

    No actor means a command or an import.
    """
    area = db.session.get(Area, area_id)
    if area is None:
        raise NotFound
    if actor is not None and not policy.may_found(actor, area.path):
        raise NotAllowed
    _check_words(kind, name)
    code = (code or "").strip() or f"t-{crypto.letters(8).lower()}"
    if queries.by_code(code) is not None:
        raise CodeTaken
    parent = _parent(parent_id, area.path) if parent_id is not None else None
    team = Team(
        code=code,
        area_id=area_id,
        kind=kind,
        name=name.strip(),
        name_en=(name_en or "").strip() or None,
        focus=focus.strip(),
        parent_id=parent_id,
        founded_at=founded_at or clock.now(),
    )
    db.session.add(team)
    db.session.flush()
    team.path = rules.path_below(parent.path if parent else "", team.id)
    _refuse_too_deep(team.path)
    db.session.flush()
    actor_id = actor.id if actor else None
    audit.record(actor_id=actor_id, act="team_founded", kind="team", id=team.id, code=code, parent=parent_id)
    return team


def edit(
    *, actor: Actor, team_id: int, kind: str, name: str, name_en: str | None = None, focus: str = ""
) -> bool:
    """Change what is written about a team; whether anything did. Records keep pointing at the same team."""
    team, area_path = locked(team_id)
    if not policy.may_found(actor, area_path):
        raise NotAllowed
    if team.closed_at is not None:
        raise ClosedForGood
    _check_words(kind, name)
    after = {
        "kind": kind,
        "name": name.strip(),
        "name_en": (name_en or "").strip() or None,
        "focus": focus.strip(),
    }
    before = {field: getattr(team, field) for field in after}
    changed = [field for field in after if before[field] != after[field]]
    if not changed:
        return False
    for field in changed:
        setattr(team, field, after[field])
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="team_changed",
        kind="team",
        id=team_id,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
    )
    return True


def move(*, actor: Actor, team_id: int, parent_id: int | None) -> bool:
    """Put a team, with all below it, under another one or at the top; whether its place is another now."""
    _lock_tree()
    team, area_path = locked(team_id)
    if not policy.may_found(actor, area_path):
        raise NotAllowed
    if team.closed_at is not None:
        raise ClosedForGood
    if parent_id == team.parent_id:
        return False
    parent = _parent(parent_id, area_path) if parent_id is not None else None
    if parent is not None and parent.path.startswith(team.path):
        raise OwnSubtree
    before, before_parent = team.path, team.parent_id
    after = rules.path_below(parent.path if parent else "", team_id)
    _refuse_too_deep(after, below=tree.levels_below(before))
    team.parent_id = parent_id
    db.session.flush()
    db.session.execute(
        sa.update(Team)
        .where(Team.path.startswith(before))
        .values(path=sa.literal(after) + sa.func.substr(Team.path, len(before) + 1))
        .execution_options(synchronize_session="fetch")
    )
    audit.record(
        actor_id=actor.id,
        act="team_moved",
        kind="team",
        id=team_id,
        before={"parent": before_parent},
        after={"parent": parent_id},
    )
    return True


def _lock_tree() -> None:
    """Teams are moved one after the other, or two moves could hang both in a ring; it happens rarely."""
    db.session.execute(sa.select(Team.id).order_by(Team.id).with_for_update(key_share=True)).all()


def _parent(parent_id: int, area_path: str) -> Team:
    """The team to stand under, for one of that area."""
    try:
        parent, parent_area = locked(parent_id)
    except NoSuchTeam as none:
        raise UnknownParent from none
    if parent.closed_at is not None or not area_path.startswith(parent_area):
        raise UnknownParent
    return parent


def _refuse_too_deep(path: str, below: int = 0) -> None:
    if rules.levels(path) + below > rules.MOST_LEVELS:
        raise TooDeep(most=rules.MOST_LEVELS)


def _check_words(kind: str, name: str) -> None:
    if kind not in KINDS:
        raise UnknownKind
    if not 1 <= len(name.strip()) <= rules.LONGEST_NAME:
        raise NameNeeded
