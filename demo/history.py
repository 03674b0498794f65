"""The series from their publication to now: renewed, called off, signed up for, held and recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from demo.plan import FOUNDED
from demo.programme import CALLED_OFF, HELD, YOUNGEST, Date, Mark, PlannedSeries
from demo.settling import POINTS_PER_HOUR
from demo.timeline import Timeline
from demo.world import World
from volunteer.activities import service as activities
from volunteer.activities.planning.plans import Plan as SeriesPlan
from volunteer.core import clock
from volunteer.hours import rules
from volunteer.hours import service as hours

RENEW_AFTER = dt.timedelta(days=350)
EXTEND_EVERY = dt.timedelta(weeks=6)  # occurrences are made eight weeks ahead
RECORDED_AFTER = dt.timedelta(minutes=40)


def add(timeline: Timeline, world: World) -> None:
    for moment in _every(clock.at_local(FOUNDED, dt.time(3)), EXTEND_EVERY, world.now):
        timeline.add(moment, _extend)
    timeline.add(world.now - dt.timedelta(minutes=30), _extend)
    for series in world.programme:
        _add_series(timeline, world, series)


def _add_series(timeline: Timeline, world: World, series: PlannedSeries) -> None:
    timeline.add(series.published_at, _publish, series)
    if series.repeats and "COUNT" not in (series.rule.rrule or ""):
        for moment in _every(series.published_at + RENEW_AFTER, RENEW_AFTER, world.now):
            timeline.add(moment, _renew, series)
    for date in series.dates:
        _add_date(timeline, world, date)


def _add_date(timeline: Timeline, world: World, date: Date) -> None:
    if date.fate == CALLED_OFF:
        timeline.add(date.starts_at - dt.timedelta(hours=20), _call_off, date)
    for place, person in enumerate(date.sign_ups):
        timeline.add(_signed_up_at(world, date, place), _sign_up, date, person)
    if date.fate == HELD:
        timeline.add(date.ends_at + RECORDED_AFTER, _record, date)


def _every(first: dt.datetime, step: dt.timedelta, until: dt.datetime) -> Iterator[dt.datetime]:
    while first < until:
        yield first
        first += step


def _signed_up_at(world: World, date: Date, place: int) -> dt.datetime:
    """About two days before; for what is still to come within the last day."""
    latest = min(date.starts_at - dt.timedelta(days=1), world.now - dt.timedelta(hours=5))
    return latest - dt.timedelta(minutes=17 * place % 1000)


def _publish(world: World, series: PlannedSeries) -> None:
    fact, leader = series.fact, series.team.leader
    row = activities.create_series(
        actor=world.actor(leader),
        team_id=world.teams[series.team.fact.code],
        plan=SeriesPlan(
            title=fact.title,
            title_en=fact.title_en,
            category=fact.category,
            content=fact.content,
            place=fact.place,
            risk_statement=fact.risk,
            person_in_charge_id=world.people[leader],
            rule=series.rule,
            capacity=fact.capacity,
            minimum_age=YOUNGEST.get(fact.category, 0),
            most_companions=fact.most_companions,
            regular_places=fact.regular_places,
        ),
        code=fact.code,
    )
    world.series[fact.code] = row.id
    world.learn_occurrences(fact.code)


def _renew(world: World, series: PlannedSeries) -> None:
    activities.renew(actor=world.actor(series.team.leader), series_id=world.series[series.fact.code])
    world.learn_occurrences(series.fact.code)


def _extend(world: World) -> None:
    """What the scheduler does: make the occurrences of the coming weeks."""
    codes = {id_: code for code, id_ in world.series.items()}
    due = activities.series_to_extend(clock.now())
    activities.extend(due)
    world.learn_occurrences(*(codes[series_id] for series_id in due))


def _occurrence(world: World, date: Date) -> int:
    return world.occurrences[date.series.fact.code, date.original_on]


def _call_off(world: World, date: Date) -> None:
    activities.cancel_occurrence(
        actor=world.actor(date.series.team.leader), occurrence_id=_occurrence(world, date), reason=date.reason
    )


def _sign_up(world: World, date: Date, person: int) -> None:
    activities.sign_up(actor=world.actor(person), occurrence_id=_occurrence(world, date))


def _record(world: World, date: Date) -> None:
    hours.record(
        actor=world.actor(date.series.team.leader),
        occurrence_id=_occurrence(world, date),
        marks=[
            hours.Mark(world.people[mark.person], mark.attendance, mark.off_minutes) for mark in date.marks
        ],
    )
    for mark in date.marks:
        world.points[mark.person] += _points(date, mark)


def _points(date: Date, mark: Mark) -> int:
    """What the person can spend later; the books know it better, but need not be asked."""
    off = {"late_minutes" if mark.attendance == "late" else "early_minutes": mark.off_minutes}
    minutes = rules.credited_minutes(date.starts_at, date.ends_at, mark.attendance, **off)
    return minutes * POINTS_PER_HOUR // 60
