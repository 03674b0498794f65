"""Where the teams are at work, for leaders who may register neighbours (`people.policy`)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.people import policy
from volunteer.teams.models import Team


def area_paths(team_ids: Sequence[int]) -> list[str]:
    """The areas of those of the teams that are not closed."""
    statement = (
        sa.select(Area.path)
        .join(Team, Team.area_id == Area.id)
        .where(Team.id.in_(team_ids), Team.closed_at.is_(None))
        .distinct()
        .order_by(Area.path)
    )
    return list(db.session.scalars(statement))


policy.know_area_paths_of_teams(area_paths)
