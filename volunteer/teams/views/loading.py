"""Loading a team with its area, for who may see the page."""

from __future__ import annotations

from collections.abc import Callable

from flask_login import current_user

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.teams import policy, service
from volunteer.teams.models import Team

May = Callable[[policy.Visitor, str, str], bool]


def load(team_id: int) -> tuple[Team, Area]:
    team = db.session.get(Team, team_id)
    if team is None:
        raise service.NoSuchTeam
    return team, db.session.get_one(Area, team.area_id)


def load_for(may: May, team_id: int) -> tuple[Team, Area]:
    """The team, for whom that question of the policy lets in; for everybody else it has no such page."""
    team, area = load(team_id)
    if not may(current_user, team.path, area.path):
        raise NotFound
    return team, area


def load_for_requests(team_id: int) -> tuple[Team, Area]:
    return load_for(policy.may_see_requests, team_id)


def load_to_run(team_id: int) -> tuple[Team, Area]:
    """The team, still open, for staff who found, change and close the teams of its area."""
    team, area = load(team_id)
    if not policy.may_found(current_user, area.path):
        raise NotFound
    if team.closed_at is not None:
        raise service.ClosedForGood
    return team, area
