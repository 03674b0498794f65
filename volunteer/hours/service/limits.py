"""What is not recorded without the approval of others: more than so many hours a day, and what comes late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.attendance import task_queries
from volunteer.core import clock, formats
from volunteer.core.errors import Refused
from volunteer.hours import rules
from volunteer.hours.models import BACK_FILLED, OVER_LIMIT
from volunteer.hours.planned import Planned
from volunteer.hours.service import day_totals
from volunteer.hours.service.credit import Credit
from volunteer.hours.service.walk_ins import called


class NeedsApproval(Refused):
    """Can be proposed instead (service/approving.py); `approvals` is how many must say yes."""

    kind = OVER_LIMIT

    def __init__(self, approvals: int, **values: Any) -> None:
        super().__init__(**values)
        self.approvals = approvals


class TooMuchInADay(NeedsApproval):
    """R036."""

    sentence = _l(
        "%(name)s在%(day)s已经有 %(already)s，加上这次的 %(more)s 就超过一天 %(limit)s 的上限了。"
        "请核对出勤和分钟数；确实是这样，就交上级批准。"
    )


class TooLate(NeedsApproval):
    """R038."""

    kind = BACK_FILLED
    sentence = _l("活动结束已经超过 %(days)s 天，现在登记算补录：要写理由、附证据，由别人批准。")


def refuse_without_approval(
    plan: Planned, rows: Sequence[Credit], people: Mapping[int, Any], *, approvals: int = 0
) -> None:
    """Late ones first; of too many hours in a day the person with most approvals to get is named.

    Nothing is refused for which `approvals` are enough: hours recorded since the proposal count as well.
    """
    days = _days(plan, [row for row in rows if row.minutes])
    already = day_totals.recorded(days, but=plan.id)
    most = max((rules.approvals_needed(already.get(key, 0) + days[key]) for key in days), default=0)
    limit = current_app.config["BACKFILL_DAYS"]
    if clock.now() > plan.ends_at + dt.timedelta(days=limit):
        if max(1, most) > approvals:
            raise TooLate(max(1, most), days=limit)
        return
    for key, minutes in days.items():
        before = already.get(key, 0)
        if most > approvals and rules.approvals_needed(before + minutes) == most:
            raise TooMuchInADay(
                most,
                name=called(people[key[0]]),
                day=formats.day(key[1]),
                already=formats.minutes(before),
                more=formats.minutes(minutes),
                limit=formats.minutes(rules.DAILY_LIMIT_MINUTES),
            )


def _days(plan: Planned, rows: Sequence[Credit]) -> dict[day_totals.PersonDay, int]:
    """(Person, day) → minutes: of a flexible task on the days that its reports name."""
    done = task_queries.confirmed(plan.id) if plan.is_flexible else {}
    found: dict[day_totals.PersonDay, int] = {}
    for row in rows:
        person_id = row.mark.person_id
        for day, minutes in done.get(person_id, {plan.day: row.minutes}).items():
            found[person_id, day] = minutes
    return found
