"""Deletes or empties what is older than its kind may grow, and writes down how much (R154)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.people.retention import POLICIES, Policy, register
from volunteer.privacy.models import RetentionRun, RightsRequest

CHUNK = 1000

register(
    Policy(
        "rights_requests",
        "KEEP_RIGHTS_DAYS",
        _l("已办结的信息权利申请"),
        RightsRequest.__table__,
        lambda before: RightsRequest.decided_at < before,
    )
)


def cutoff(policy: Policy, now: dt.datetime) -> dt.datetime:
    """Older than this is too old, by the kind's setting."""
    return now - dt.timedelta(days=current_app.config[policy.setting])


def due(now: dt.datetime) -> dict[str, int]:
    """The dry run: how many rows of each kind a run at that moment would change."""
    return {kind: _count(policy, cutoff(policy, now)) for kind, policy in sorted(POLICIES.items())}


def run(kind: str, now: dt.datetime) -> int:
    """Change what is too old of one kind and leave a row that says how much; the second time it is nothing."""
    policy = POLICIES[kind]
    before = cutoff(policy, now)
    key = policy.table.primary_key.columns.values()[0]
    emptied = policy.emptied(now) if policy.emptied else None
    count = 0
    while ids := list(db.session.scalars(sa.select(key).where(policy.too_old(before)).limit(CHUNK))):
        change: Any = sa.update(policy.table).values(**emptied) if emptied else sa.delete(policy.table)
        db.session.execute(change.where(key.in_(ids)))
        count += len(ids)
    db.session.add(RetentionRun(kind=kind, before_at=before, ran_at=now, row_count=count))
    db.session.flush()
    return count


def not_run_since(day: dt.datetime) -> list[str]:
    """The kinds without a run since that moment: what the nightly job has to do, after a pause as well."""
    ran = set(db.session.scalars(sa.select(RetentionRun.kind).where(RetentionRun.ran_at >= day)))
    return [kind for kind in sorted(POLICIES) if kind not in ran]


def _count(policy: Policy, before: dt.datetime) -> int:
    statement = sa.select(sa.func.count()).select_from(policy.table).where(policy.too_old(before))
    return int(db.session.scalar(statement) or 0)
