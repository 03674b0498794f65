"""What the new and the old person in charge of a series are told."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import LIVE, Series
from volunteer.core.database import db
from volunteer.outbox.kinds import register

IN_CHARGE, NOT_IN_CHARGE = "series_in_charge", "series_not_in_charge"


def is_in_charge(payload: dict[str, Any], person_id: int) -> bool:
    """Still the one who answers for it."""
    statement = sa.select(Series.id).where(
        Series.id == payload["series_id"], Series.state == LIVE, Series.person_in_charge_id == person_id
    )
    return db.session.scalar(statement) is not None


def is_not_in_charge(payload: dict[str, Any], person_id: int) -> bool:
    """It has not come back to them meanwhile."""
    return not is_in_charge(payload, person_id)


register(
    IN_CHARGE,
    subject=_l("请您负责：%(title)s"),
    body=_l("“%(title)s”从现在起由您负责，活动页上写着您的名字。有不清楚的地方，点开看看，或者问问队长。"),
    endpoint="activities.series",
    link_values=("series_id",),
    still_wanted=is_in_charge,
)
register(
    NOT_IN_CHARGE,
    subject=_l("换了负责人：%(title)s"),
    body=_l("“%(title)s”以后由%(name)s负责，不用您再操心了。谢谢您一直以来的付出。"),
    endpoint="activities.series",
    link_values=("series_id",),
    still_wanted=is_not_in_charge,
)
