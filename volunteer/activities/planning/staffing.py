"""Too few people for a date: who is warned, once each time, and when (`minimum_people`, `warn_hours`).

Nothing is remembered between runs: what is due and has no message yet is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l

from volunteer.activities import in_charge, messages
from volunteer.activities.models import PUBLISHED, Occurrence, Series, StaffingReceiver
from volunteer.activities.planning import turnout
from volunteer.activities.planning.plans import MOST_WARN_HOURS
from volunteer.core import clock, formats, i18n
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.outbox import service as outbox
from volunteer.outbox.kinds import register
from volunteer.people.models import ACTIVE, PUBLISH, Grant, Person
from volunteer.teams import todos
from volunteer.teams.todos import Todo

MOST_SHOWN = 100


def lacking(date: Any, now: dt.datetime) -> int:
    """How many people a coming date still needs; 0 when it has enough, has begun or is cancelled."""
    if date.state != PUBLISHED or date.starts_at <= now:
        return 0
    if not date.minimum_people:
        return 0
    here = db.session.scalar(sa.select(turnout.people(date.id)))
    return max(int(date.minimum_people - here), 0)


def write_due(now: dt.datetime) -> int:
    """Warn of each date that is short and near; returns how many messages are new, none the second time."""
    dates = [row for row in _short(now) if row.starts_at - dt.timedelta(hours=row.warn_hours) <= now]
    receivers = _receivers({row.series_id: row.team_id for row in dates})
    falls = turnout.falls({row.id: row.minimum_people for row in dates})
    notes = [_note(row, id, falls.get(row.id)) for row in dates for id in receivers[row.series_id]]
    return outbox.tell_new(notes)


def _note(row: Any, person_id: int, fall: int | None) -> outbox.Note:
    """A date that is moved is another date to be staffed, and so is one that had enough: both are in the key."""
    again = "" if fall is None else f":{fall}"
    return outbox.Note(
        key=f"short:{row.id}:{row.starts_at.isoformat()}{again}:{person_id}",
        kind="activity_short",
        person_id=person_id,
        payload=messages.told(
            row,
            taken=row.people,
            lacking=row.minimum_people - row.people,
        ),
        by_email=True,
        useful_until=row.starts_at,
    )


def _short(now: dt.datetime, *conditions: Any) -> Sequence[Any]:
    """Coming dates within the longest warning time that have fewer people than they need."""
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.series_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            turnout.people().label("people"),
            Series.team_id,
            Series.title,
            Series.title_en,
            Series.minimum_people,
            Series.warn_hours,
        )
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.starts_at > now,
            Occurrence.starts_at <= now + dt.timedelta(hours=MOST_WARN_HOURS),
            Occurrence.state == PUBLISHED,
            Series.minimum_people > 0,
            turnout.people() < Series.minimum_people,
            *conditions,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return db.session.execute(statement).all()


def _receivers(teams: Mapping[int, int]) -> dict[int, list[int]]:
    """Of each series whom to tell: the chosen ones who still lead, else who may publish for its team."""
    chosen = _people(
        sa.select(StaffingReceiver.series_id, StaffingReceiver.person_id)
        .join(Person, Person.id == StaffingReceiver.person_id)
        .join(Series, Series.id == StaffingReceiver.series_id)
        .where(
            StaffingReceiver.series_id.in_(teams),
            Person.status == ACTIVE,
            in_charge.leads(Series.team_id),
        )
        .order_by(StaffingReceiver.id)
    )
    leading = publishers(set(teams.values()))
    return {series: chosen.get(series) or leading.get(team, []) for series, team in teams.items()}


def publishers(team_ids: set[int]) -> dict[int, list[int]]:
    """Of each team those who may publish for it; closed accounts left out."""
    return _people(
        sa.select(Grant.scope_id, Grant.person_id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.scope_kind == "team",
            Grant.scope_id.in_(team_ids),
            (" " + Grant.rights + " ").contains(f" {PUBLISH} "),
            Person.status == ACTIVE,
        )
        .order_by(Grant.id)
    )


def _people(statement: Any) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for owner, person_id in db.session.execute(statement):
        if person_id not in found.setdefault(owner, []):
            found[owner].append(person_id)
    return found


def short_dates(team_ids: Sequence[int]) -> Mapping[int, Sequence[Todo]]:
    """For the leader's page: dates within their warning time that are short of people."""
    now = clock.now()
    found: dict[int, list[Todo]] = {}
    for row in _short(now, Series.team_id.in_(team_ids))[:MOST_SHOWN]:
        if row.starts_at - dt.timedelta(hours=row.warn_hours) > now:
            continue
        found.setdefault(row.team_id, []).append(_todo(row))
    return found


def _todo(row: Any) -> Todo:
    lacking = row.minimum_people - row.people
    about = f"{i18n.label(row.title, row.title_en)} · {formats.when(row.starts_at, row.ends_at)}"
    href = url_for("activities.occurrence", occurrence_id=row.id)
    amount = _("还差 %(count)s 人", count=lacking)
    return Todo(_("报名的人还不够"), lacking, href, "soon", about=about, amount=amount)


def is_still_short(payload: dict[str, Any], person_id: int) -> bool:
    """Not cancelled, still at that time, and still with fewer people than it needs."""
    statement = (
        sa.select(Occurrence.id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.id == payload["occurrence_id"],
            Occurrence.state == PUBLISHED,
            messages.is_then(payload),
            turnout.people() < Series.minimum_people,
        )
    )
    return db.session.scalar(statement) is not None


register(
    "activity_short",
    subject=_l("还差 %(lacking)s 人：%(title)s"),
    body=_l(
        "“%(title)s”（%(starts_at)s）现在报了 %(taken)s 人，还差 %(lacking)s 人。"
        "请在队里招呼一声；实在凑不齐，早点改期或取消，免得大家白跑。"
    ),
    endpoint="activities.occurrence",
    link_values=("occurrence_id",),
    still_wanted=is_still_short,
)
todos.register(short_dates, right=PUBLISH)
