"""What everybody may read of a date or a series before signing up: facts, positions, theme, what is still lacking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from volunteer.activities import rules
from volunteer.activities.models import CANCELLED, OccurrencePosition, Position, SeriesTheme
from volunteer.activities.planning import plan_words, requirements, staffing
from volunteer.activities.policy import Visitor
from volunteer.activities.repeating import recurrence
from volunteer.activities.service.repeating import generating
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.core.i18n import label

Fact = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """A position on one date: what it asks, and how many places are left of how many."""

    label: str
    asks: str
    capacity: int
    places_left: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class About:
    facts: Sequence[Fact]
    positions: Sequence[Post]
    theme: str
    lacking: int  # so many people are still needed


def of_date(row: Any, visitor: Visitor, now: dt.datetime) -> About:
    """Of a row of `details.occurrence`; a fixed number of statements."""
    return About(
        facts=_facts(row, visitor, now),
        positions=_positions(row.id) if row.has_positions else (),
        theme=theme(row.series_id, clock.local(row.starts_at).date()) if row.has_themes else "",
        lacking=staffing.lacking(row, now),
    )


def _facts(row: Any, visitor: Visitor, now: dt.datetime) -> list[Fact]:
    """R019, with what there is beyond it; empty ones are left out by the page."""
    needs = requirements.words(requirements.of_series(row.series_id)) if row.has_requirements else ""
    return [
        (_("时间"), _when(row)),
        (_("地点"), row.place),
        (_("类别"), rules.CATEGORIES.get(row.category, row.category)),
        (_("组织"), label(row.team_name, row.team_name_en)),
        (_("社区"), label(row.area_name, row.area_name_en)),
        (_("负责人"), in_charge(row, visitor)),
        (_("谁能参加"), plan_words.people(row)),
        (_("先要有"), needs),
        (_("危险"), _("有危险，满 18 周岁才能参加，参加前登记保险") if row.is_dangerous else ""),
        (_("报名"), "" if row.state == CANCELLED else plan_words.opening_of_date(row, now)),
        (_("名额"), _places(row)),
        (_("同伴"), plan_words.together(row)),
        (_("固定名额"), plan_words.regulars(row)),
        (_("时长怎么算"), plan_words.hours(row)),
        (_("风险说明"), row.risk_statement),
    ]


def _places(row: Any) -> str:
    """With those that are kept while somebody in the line is asked, or it would not add up."""
    if row.held:
        return _(
            "已报 %(taken)s 人，共 %(capacity)s 人，%(held)s 个正在问排队的人",
            taken=row.taken,
            capacity=row.capacity,
            held=row.held,
        )
    return _("已报 %(taken)s 人，共 %(capacity)s 人", taken=row.taken, capacity=row.capacity)


def _when(row: Any) -> str:
    return plan_words.window(row) if row.is_flexible else formats.span(row.starts_at, row.ends_at)


def in_charge(row: Any, visitor: Visitor) -> str:
    """The name for who is signed in, its first sign for everybody else."""
    return str(row.charge_name if visitor.is_authenticated else formats.masked_name(row.charge_name))


def theme(series_id: int, day: dt.date) -> str:
    """The words of the month in which the day lies (R063); empty when none are set."""
    statement = sa.select(SeriesTheme.text, SeriesTheme.text_en).where(
        SeriesTheme.series_id == series_id, SeriesTheme.month == day.replace(day=1)
    )
    row = db.session.execute(statement).first()
    return label(row.text, row.text_en) if row else ""


def _positions(occurrence_id: int) -> list[Post]:
    """Those of the date in the order in which they were written down; closed ones that nobody holds are left out."""
    of_date = OccurrencePosition
    statement = (
        sa.select(Position, of_date.capacity, of_date.taken, of_date.held, of_date.is_open)
        .join(Position, Position.id == of_date.position_id)
        .where(of_date.occurrence_id == occurrence_id)
        .order_by(Position.id)
    )
    rows = db.session.execute(statement).all()
    wanted = requirements.of_positions([row.Position.id for row in rows if row.Position.has_requirements])
    return [
        Post(
            label=row.Position.label,
            asks=plan_words.post(row.Position, wanted.get(row.Position.id, ())),
            capacity=row.capacity,
            places_left=max(row.capacity - row.taken - row.held, 0),
            is_open=row.is_open,
        )
        for row in rows
        if row.is_open or row.taken
    ]


def repeats(row: Any, series_id: int, following: Any | None) -> str:
    """The rule of a row in words; where another part goes on with the activity, nobody reads that it ends."""
    rule = generating.whole_rule(row, series_id, has_shifts=row.has_shifts)
    return recurrence.words(replace(rule, ends_on=None) if following else rule)


def facts_of_series(row: Any, visitor: Visitor, needs: str) -> list[Fact]:
    """Of a row of `details.series`."""
    return [
        (_("类别"), rules.CATEGORIES.get(row.category, row.category)),
        (_("组织"), label(row.team_name, row.team_name_en)),
        (_("地点"), row.place),
        (_("一次多久"), formats.minutes(row.duration_minutes)),
        (_("每场名额"), formats.number(row.capacity)),
        (_("负责人"), in_charge(row, visitor)),
        (_("谁能参加"), plan_words.people(row)),
        (_("先要有"), needs),
        (_("危险"), _("有危险，满 18 周岁才能参加，参加前登记保险") if row.is_dangerous else ""),
        (_("报名"), plan_words.opening(row)),
        (_("同伴"), plan_words.together(row)),
        (_("固定名额"), plan_words.regulars(row)),
        (_("时长怎么算"), plan_words.hours(row)),
        (_("风险说明"), row.risk_statement),
    ]
