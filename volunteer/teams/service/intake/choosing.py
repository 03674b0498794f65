"""The applications that somebody ticked, locked until the decision is written."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.teams.models import Application

MOST = 1000


class NobodyChosen(Refused):
    sentence = _l("请先在名单里打勾，选出要答复的人。")
    status = 422
    field = "chosen"


def chosen(intake_id: int, application_ids: Sequence[int]) -> list[Application]:
    """In the order in which they came; ids of other intakes are left out."""
    statement = (
        sa.select(Application)
        .where(Application.intake_id == intake_id, Application.id.in_(sorted(set(application_ids))[:MOST]))
        .order_by(Application.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = list(db.session.scalars(statement))
    if not found:
        raise NobodyChosen
    return found
