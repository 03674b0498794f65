"""Who may take part in a live series, changed; who holds a place already keeps it (R022)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from volunteer.activities import differences, managed
from volunteer.activities.planning import fitting, plans, requirements
from volunteer.activities.planning.fitting import LIMITS, Limits, Misfit
from volunteer.activities.service.planning.sex_reasons import say_why
from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.people.identity import Actor
from volunteer.people.rules import ADULT_FROM


def change_limits(
    *,
    actor: Actor,
    series_id: int,
    limits: Limits,
    wanted: Sequence[requirements.Requirement],
    sex_reason: str = "",
) -> list[Misfit]:
    """Set age, sex, team, hours and what is required; gives who no longer fits. Nobody is dropped for it.

    Who asks for women or men from now on says why; it is written into the content. What is dangerous from
    now on takes nobody along.
    """
    series = managed.locked_live_series(actor, series_id)
    requirements.check(wanted)
    if limits.is_dangerous and 0 < limits.minimum_age < ADULT_FROM:
        raise plans.DangerousForMinors
    if limits.sex_needed and limits.sex_needed != series.sex_needed:
        say_why(series, limits.sex_needed, sex_reason)
    before = {name: getattr(series, name) for name in (*LIMITS, "most_companions")}
    after = asdict(limits)
    after["most_companions"] = 0 if limits.is_dangerous else series.most_companions
    for name, value in after.items():
        setattr(series, name, value)
    series.has_requirements = bool(wanted)
    db.session.flush()
    requirements.replace(series_id, wanted)
    misfits = fitting.who_no_longer_fits(series_id)
    audit.record(
        actor_id=actor.id,
        act="limits_changed",
        kind="series",
        id=series_id,
        **differences.split(differences.between(before, after)),
        asks=len(wanted),
        no_longer_fit=len(misfits),
    )
    return misfits
