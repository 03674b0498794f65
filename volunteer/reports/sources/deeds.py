"""Activities held, wishes, who gave blood: what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import aliased

from volunteer.activities.models import Occurrence, Series
from volunteer.areas.models import GRID, Area
from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.hours.models import LATE, LEFT_EARLY, PRESENT, Batch, ServiceRecord
from volunteer.reports.figures import Line, Rows
from volunteer.reports.sources.community import name, place
from volunteer.teams.models import Team
from volunteer.wishes.models import Wish
from volunteer.wishes.rules import PUBLIC_STATES
from volunteer.wishes.words import KINDS

BLOOD_DONATION, FESTIVAL, LEI_FENG = "无偿献血", "我们的节日", "学雷锋"
WERE_THERE = (PRESENT, LATE, LEFT_EARLY)
_parent = aliased(Area)

DONORS = (
    sa.select(ServiceRecord.person_id, sa.literal(1).label("amount"))
    .join(Batch, Batch.id == ServiceRecord.batch_id)
    .join(Occurrence, Occurrence.id == ServiceRecord.occurrence_id)
    .join(Series, Series.id == Occurrence.series_id)
    .where(
        Batch.reversed_at.is_(None),
        ServiceRecord.attendance.in_(WERE_THERE),
        Series.category == BLOOD_DONATION,
    )
    .distinct()
)


def held(category: str | None = None) -> Rows:
    """Occurrences whose hours were recorded and not taken back."""
    attended = (
        sa.select(sa.func.count())
        .where(ServiceRecord.batch_id == Batch.id, ServiceRecord.attendance.in_(WERE_THERE))
        .scalar_subquery()
    )
    query = (
        sa.select(
            Batch.id,
            Batch.occurrence_id,
            Series.title.label("name"),
            Series.title_en.label("name_en"),
            Team.name.label("place"),
            Team.name_en.label("place_en"),
            Occurrence.starts_at,
            Occurrence.ends_at,
            attended.label("attended"),
        )
        .join(Occurrence, Occurrence.id == Batch.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .where(Batch.reversed_at.is_(None))
    )

    def show(row: Any) -> Line:
        return Line(
            row.id,
            name(row),
            f"{formats.when(row.starts_at, row.ends_at)} · {place(row)}",
            amount=_("%(count)s 人参加", count=formats.number(row.attended)),
            href=url_for("activities.occurrence", occurrence_id=row.occurrence_id),
        )

    return Rows(
        query if category is None else query.where(Series.category == category), show, newest_first=True
    )


def wishes(condition: Any, day: Any) -> Rows:
    in_grid = Area.level == GRID
    query = (
        sa.select(
            Wish.id,
            Wish.number,
            Wish.kind,
            Wish.state,
            day.label("on"),
            sa.case((in_grid, _parent.name), else_=Area.name).label("place"),
            sa.case((in_grid, _parent.name_en), else_=Area.name_en).label("place_en"),
        )
        .join(Area, Area.id == Wish.area_id)
        .outerjoin(_parent, _parent.id == Area.parent_id)
        .where(condition)
    )

    def show(row: Any) -> Line:
        href = url_for("wishes.wish", wish_id=row.id) if row.state in PUBLIC_STATES else None
        when = formats.moment(row.on) if isinstance(row.on, dt.datetime) else formats.day(row.on)
        meta = f"{place(row)} · {KINDS[row.kind]} · {when}"
        return Line(row.id, _("心愿 %(number)s", number=row.number), meta, href=href)

    return Rows(query, show, newest_first=True)
