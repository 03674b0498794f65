"""The rules by which hours earn points, as they follow one another (R100, R101)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours.models import EarningRule


@dataclass(frozen=True)
class Rate:
    """One rule with its last day; `until` is None where nothing follows."""

    points_per_hour: int
    most_minutes: int
    since: dt.date
    until: dt.date | None
    is_in_force: bool


def listed() -> list[Rate]:
    """The newest first; of several from one day only the one that counts."""
    newest = sa.select(sa.func.max(EarningRule.id)).group_by(EarningRule.valid_from)
    statement = (
        sa.select(EarningRule).where(EarningRule.id.in_(newest)).order_by(EarningRule.valid_from.desc())
    )
    today, follows = clock.today(), None
    rates: list[Rate] = []
    for rule in db.session.scalars(statement):
        last = follows - dt.timedelta(days=1) if follows else rule.valid_until
        in_force = rule.valid_from <= today and (last is None or today <= last)
        rates.append(
            Rate(rule.points_per_hour, rule.most_minutes_per_activity, rule.valid_from, last, in_force)
        )
        follows = rule.valid_from
    return rates


def is_any() -> bool:
    """Without a rule hours are written down and earn nothing."""
    return db.session.scalar(sa.select(EarningRule.id).limit(1)) is not None
