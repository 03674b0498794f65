"""The team that something is done with, held as it is until we are done."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.teams.models import Team


class NoSuchTeam(NotFound):
    sentence = _l("没有找到这支志愿服务队。")


class TeamClosed(Refused):
    sentence = _l("这支队伍已经停止招人，请看看别的志愿服务队。")


class ClosedForGood(Refused):
    sentence = _l("这支队伍已经关闭，不能再改。")


def locked(team_id: int) -> tuple[Team, str]:
    """The team, which nobody else changes meanwhile, and the path of its area."""
    return _team(sa.select(Team).where(Team.id == team_id).with_for_update(key_share=True))


def open_team(team_id: int) -> Team:
    """A team that takes people in, and does not close meanwhile; many may do so at once."""
    team, _area_path = _team(sa.select(Team).where(Team.id == team_id).with_for_update(read=True))
    if team.closed_at is not None:
        raise TeamClosed
    return team


def _team(statement: Any) -> tuple[Team, str]:
    team: Team | None = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if team is None:
        raise NoSuchTeam
    return team, db.session.get_one(Area, team.area_id).path
