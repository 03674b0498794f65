"""Finding intakes and the teams they are for."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.teams.models import Intake, Team


class NoSuchIntake(NotFound):
    sentence = _l("没有找到这次招募。请再扫一次海报上的二维码，或者问问现场的队长。")


def of_intake(intake: Intake) -> tuple[Team, str]:
    """The team, and the path of its area."""
    team = db.session.get_one(Team, intake.team_id)
    return team, db.session.get_one(Area, team.area_id).path


def locked_intake(intake_id: int) -> Intake:
    statement = sa.select(Intake).where(Intake.id == intake_id).with_for_update()
    intake = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if intake is None:
        raise NoSuchIntake
    return intake
