"""Standing sign-ups end with their series, or go on with the one that was split off from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.models import CANCELLED, ENDED, Occurrence, Regular, Series
from volunteer.activities.service.repeating.due import EVER
from volunteer.activities.service.together.regulars import end_regular
from volunteer.activities.signing import chains
from volunteer.activities.together import regulars
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.outbox import service as outbox

_Later, _Twin = aliased(Series), aliased(Regular)


def due(now: dt.datetime) -> list[int]:
    """Those of a series that has no date left, and those of which the follower has the only dates still to give."""
    return list(db.session.scalars(_over(now).order_by(Regular.id)))


def _over(now: dt.datetime, *which: Any) -> Any:
    """(id, goes_on) of those among `which` that are over."""
    which = (Regular.state.in_(regulars.LIVE_STATES), *which)
    goes_on = _goes_on(*which)
    of_series = Occurrence.series_id == Regular.series_id
    coming = sa.exists().where(of_series, Occurrence.ends_at > now, Occurrence.state != CANCELLED)
    to_give = sa.exists().where(
        of_series,
        Occurrence.starts_at > now,
        Occurrence.state != CANCELLED,
        Occurrence.regulars_at.is_(None),
    )
    gives_no_more = sa.or_(
        Series.state == ENDED, Series.ends_on < clock.local(now).date(), Series.made_until == EVER
    )
    return (
        sa.select(Regular.id, goes_on.label("goes_on"))
        .join(Series, Series.id == Regular.series_id)
        .where(*which, sa.or_(sa.and_(gives_no_more, ~coming), sa.and_(goes_on, ~to_give)))
    )


def _goes_on(*which: Any) -> sa.Exists:
    """The person has one in a later part of the activity: whatever has become of it, this is not the last word."""
    parts = chains.parts(Series.id.in_(sa.select(Regular.series_id).where(*which)))
    found = sa.exists().where(
        parts.c.asked == Regular.series_id,
        _Later.id == parts.c.id,
        _Later.starts_on > Series.starts_on,
        _Twin.series_id == _Later.id,
        _Twin.person_id == Regular.person_id,
    )
    return found.correlate(Regular, Series)


def end(regular_id: int) -> bool:
    """End one that is due; who does not go on with a later series gets a word. False when it is due no more."""
    statement = sa.select(Regular).where(Regular.id == regular_id).with_for_update(key_share=True)
    row = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    still = db.session.execute(_over(clock.now(), Regular.id == regular_id)).first()
    if row is None or still is None:
        return False
    if not still.goes_on:
        series = db.session.get_one(Series, row.series_id)
        outbox.tell(_note(series, row, series.ends_on or _last_day(series.id) or clock.today()))
    end_regular(row, by=None)
    return True


def concerned(ending: Collection[int], going_on: Collection[int]) -> list[Any]:
    """Whose standing sign-up is over when these series end and those go on: for each person the last one."""
    staying = {row.person_id for id_ in going_on for row in regulars.of_series(id_)}
    last = {row.person_id: row for id_ in ending for row in regulars.of_series(id_)}
    return [row for row in last.values() if row.person_id not in staying]


def tell_all(
    parts: Collection[Series], rows: Collection[Any], *, reason: str, but: Collection[int] = ()
) -> int:
    """These series end with the day `ends_on`: one message to each; returns how many beside `but` got one."""
    by_id = {part.id: part for part in parts}
    last_days = _last_days(by_id, [row.person_id for row in rows])
    for row in rows:
        outbox.tell(_note(by_id[row.series_id], row, last_days[row.person_id], reason=reason))
    return len({row.person_id for row in rows}.difference(but))


def _last_days(series_ids: Collection[int], person_ids: Collection[int]) -> dict[int, dt.date]:
    """For each person of an activity that ends with these: a part that comes before them may run for longer.

    What was stopped counts too: `end` does so as soon as all dates of its part are given out.
    """
    parts = chains.parts(Series.id.in_(series_ids))
    statement = (
        sa.select(Regular.person_id, sa.func.max(Series.ends_on).label("last_on"))
        .join(Series, Series.id == Regular.series_id)
        .where(Regular.series_id.in_(sa.select(parts.c.id)), Regular.person_id.in_(person_ids))
        .group_by(Regular.person_id)
    )
    return {row.person_id: row.last_on for row in db.session.execute(statement)}


def _note(series: Series, regular: Any, last: dt.date, **more: str) -> outbox.Note:
    payload = {"series_id": series.id, "title": series.title, "title_en": series.title_en, **more}
    return outbox.Note(
        key=f"regular-ended:{regular.id}",
        kind="regular_ended",
        person_id=regular.person_id,
        payload=payload | {"last_on": last.isoformat()},
        by_email=True,
    )


def _last_day(series_id: int) -> dt.date | None:
    last = sa.select(sa.func.max(Occurrence.original_on)).where(
        Occurrence.series_id == series_id, Occurrence.state != CANCELLED
    )
    return db.session.scalars(last).one()
