"""The columns of `details.occurrence` and `details.series`."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.activities.models import (
    OFFERED,
    WAITING,
    WITHDRAWN,
    Occurrence,
    Series,
    SeriesShift,
    SeriesTheme,
    SignUp,
    Waiting,
)
from volunteer.areas.models import Area
from volunteer.core.database import constant
from volunteer.people.models import Person
from volunteer.teams.models import Team

OF_SERIES = (
    Series.title,
    Series.title_en,
    Series.category,
    Series.content,
    Series.risk_statement,
    Series.recurrence,
    Series.lunar,
    Series.solar_term,
    Series.offset,
    Series.on_holiday,
    Series.on_makeup,
    Series.ends_on,
    Series.most_dates,
    Series.starts_on,
    Series.start_time,
    Series.duration_minutes,
    Series.window_days,
    Series.minimum_age,
    Series.members_only,
    Series.is_dangerous,
    Series.has_requirements,
    Series.has_positions,
    Series.sex_needed,
    Series.minimum_minutes,
    Series.hours_kind,
    Series.counts_travel,
    Series.minimum_people,
    Series.rest_minutes,
    Series.most_companions,
    Series.regular_places,
    Series.takes_pairs,
    Series.area_id,
    Series.person_in_charge_id,
    Series.renewed_until,
    Series.team_id,
    Team.path.label("team_path"),
    Team.name.label("team_name"),
    Team.name_en.label("team_name_en"),
    Area.path.label("area_path"),
    Area.name.label("area_name"),
    Area.name_en.label("area_name_en"),
    Person.name.label("charge_name"),
    # What few series have is looked up only for those.
    sa.exists().where(SeriesTheme.series_id == Series.id).label("has_themes"),
    sa.exists().where(SeriesShift.series_id == Series.id).label("has_shifts"),
)

OPENING = (
    Series.kind,
    Series.opens_days,
    Series.opens_time,
    Series.newcomers_hours,
    Series.closes_hours,
    Series.warn_hours,
    Series.made_until,
)
# Here too: what few dates have is looked up only for those.
SOMEBODY_WAITS = (
    sa.exists()
    .where(Waiting.occurrence_id == Occurrence.id, Waiting.state.in_((constant(WAITING), constant(OFFERED))))
    .label("is_waited_for")
)
SOMEBODY_LEFT = (
    sa.exists()
    .where(SignUp.occurrence_id == Occurrence.id, SignUp.state == constant(WITHDRAWN))
    .label("was_left")
)
