"""The teams of a person, for staff's page of that person (people/sheet.py)."""

from __future__ import annotations

import sqlalchemy as sa
from flask import url_for

from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import pgettext
from volunteer.people import sheet, words
from volunteer.people.models import Grant
from volunteer.teams import queries
from volunteer.teams.models import REQUESTED


def part(person_id: int) -> sheet.Part:
    """Where the person belongs, with the role there, and where the person has asked to join."""
    roles = _roles(person_id)
    lines = [
        sheet.Line(
            team.label,
            _("等队长答复") if state == REQUESTED else words.role(roles.get(team.id, "member")),
            url_for("teams.team", team_id=team.id),
        )
        for team, state in queries.of_person(person_id)
    ]
    return sheet.Part(pgettext("list", "志愿服务队"), lines, _("还没有参加队伍"))


def _roles(person_id: int) -> dict[int, str]:
    """Team and the person's role there; a leader counts before a deputy."""
    statement = (
        sa.select(Grant.scope_id, Grant.role)
        .where(Grant.person_id == person_id, Grant.scope_kind == "team")
        .order_by(Grant.role)
    )
    return {row.scope_id: row.role for row in db.session.execute(statement)}


sheet.add_part(part)
