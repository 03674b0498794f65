"""What was settled when a series was published, changed later: who answers for it, sign-up, staffing, its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import differences, managed, rules
from volunteer.activities.changing import editing
from volunteer.activities.changing.settings_messages import IN_CHARGE, NOT_IN_CHARGE
from volunteer.activities.models import Occurrence, Series, StaffingReceiver
from volunteer.activities.planning import plans, refusals
from volunteer.activities.service.changing import laying
from volunteer.activities.service.planning.series import may_be_in_charge, refuse_receivers
from volunteer.activities.service.repeating import date_rows
from volunteer.activities.service.together.regulars import offer_dates_again
from volunteer.activities.signing import chains
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import Person
from volunteer.teams.models import Team

OPENING = ("opens_days", "opens_time", "newcomers_hours", "closes_hours")
ENDING = ("ends_on", "most_dates")


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them by the names of their columns; `receivers` stand in a table of their own."""

    category: str
    person_in_charge_id: int
    opens_days: int | None
    opens_time: dt.time | None
    newcomers_hours: int
    closes_hours: int
    minimum_people: int
    warn_hours: int
    receivers: tuple[int, ...]
    regular_places: int
    most_companions: int
    takes_pairs: bool
    hours_kind: str
    counts_travel: bool
    rest_minutes: int
    ends_on: dt.date | None
    most_dates: int | None


class EndsBeforeToday(Refused):
    sentence = _l("这一天已经过去了，请选今天或以后的日期。")
    status = 422
    field = "ends_on"


class GoesOnElsewhere(Refused):
    """It was split (R060), once or more: dates after that day belong to the part that begins next."""

    sentence = _l("从 %(day)s 起，它在另一个系列里接着办。请选在那之前的一天，或者到那个系列里去改。")
    status = 422
    field = "ends_on"


class PeopleAfterTheEnd(Refused):
    """Nobody is dropped: a date with people is cancelled on the page that says so."""

    sentence = _l(
        "在那以后有人报了名或在排队（共 %(dates)s 场）。要早些结束，请用“结束这个系列”，大家会收到通知。"
    )
    status = 422

    def __init__(self, field: str, dates: int) -> None:
        super().__init__(dates=dates)
        self.field = field


def settings_of(series: Series) -> Settings:
    """As they are."""
    values = {one.name: getattr(series, one.name) for one in fields(Settings) if one.name != "receivers"}
    return Settings(**values, receivers=_receivers(series.id))


def change_settings(*, actor: Actor, series_id: int, settings: Settings) -> bool:
    """Change them for all that is to come; returns whether anything was another.

    Sign-up that is open stays open; dates whose sign-up has not opened yet get their new times.
    Dates after an earlier end go while nobody is on them. Nothing that was recorded changes.
    """
    series = managed.locked_live_series(actor, series_id)
    if not rules.is_repeating(series):
        settings = replace(settings, ends_on=series.ends_on, most_dates=series.most_dates)
    before = settings_of(series)
    changed = differences.between(asdict(before), asdict(settings))
    if not changed:
        return False
    _refuse_senseless(actor, series, before, settings)
    _store(series, settings, changed)
    if not changed.keys().isdisjoint(OPENING):
        _set_opening(series)
    if not changed.keys().isdisjoint(ENDING):
        _lay_to_the_end(series, changed)
    if settings.regular_places > before.regular_places:
        offer_dates_again(series_id)
    if "person_in_charge_id" in changed:
        _tell(actor, series, before.person_in_charge_id)
    audit.record(
        actor_id=actor.id,
        act="series_settings_changed",
        kind="series",
        id=series_id,
        **differences.split(changed),
    )
    return True


def _refuse_senseless(actor: Actor, series: Series, before: Settings, settings: Settings) -> None:
    """What publishing refuses; who was in charge or told before may stay so."""
    for refusal in (
        *plans.about_places(settings, places=series.capacity),
        *plans.about_company(settings.most_companions, is_dangerous=series.is_dangerous),
        *plans.about_opening(settings, starts=series.start_time),
    ):
        raise refusal
    if settings.ends_on != before.ends_on:
        _refuse_end(series, settings.ends_on)
    team = db.session.get_one(Team, series.team_id)
    in_charge = settings.person_in_charge_id
    if in_charge != before.person_in_charge_id and not may_be_in_charge(in_charge, team, actor):
        raise refusals.NotOfTheTeam
    refuse_receivers(settings.receivers, team_id=team.id, but={actor.id, *before.receivers})


def _refuse_end(series: Series, ends_on: dt.date | None) -> None:
    if ends_on is not None and ends_on < series.starts_on:
        raise plans.EndsBeforeItBegins
    if ends_on is not None and ends_on < clock.today():
        raise EndsBeforeToday
    later = sa.select(sa.func.min(Series.starts_on)).where(
        Series.id.in_(chains.IDS), Series.starts_on > series.starts_on
    )
    following = db.session.scalar(later, {"series_id": series.id})
    if following is not None and (ends_on is None or ends_on >= following):
        raise GoesOnElsewhere(day=formats.full_day(following))


def _store(series: Series, settings: Settings, changed: Collection[str]) -> None:
    for name in changed:
        if name != "receivers":
            setattr(series, name, getattr(settings, name))
    if "receivers" in changed:
        db.session.execute(sa.delete(StaffingReceiver).where(StaffingReceiver.series_id == series.id))
        db.session.add_all(StaffingReceiver(series_id=series.id, person_id=id) for id in settings.receivers)
    db.session.flush()


def _receivers(series_id: int) -> tuple[int, ...]:
    statement = sa.select(StaffingReceiver.person_id).where(StaffingReceiver.series_id == series_id)
    return tuple(sorted(db.session.scalars(statement)))


def _set_opening(series: Series) -> None:
    """New moments for the dates to come."""
    now = clock.now()
    for row in laying.rows_of(series.id):
        if laying.is_open(row, now):
            _set_opening_of(row, series, now)
    db.session.flush()


def _set_opening_of(row: Occurrence, series: Series, now: dt.datetime) -> None:
    """What is open is not closed again to anybody; the hours of newcomers may end earlier there."""
    moments = date_rows.times(series, clock.local(row.starts_at).date(), None, now)
    if row.opens_at is not None and row.opens_at > now:
        row.opens_at, row.newcomers_until = moments["opens_at"], moments["newcomers_until"]
    elif row.newcomers_until is not None and row.newcomers_until > now:
        begun_at = max(filter(None, (row.opens_at, row.published_at)), default=now)
        until = begun_at + dt.timedelta(hours=series.newcomers_hours)
        row.newcomers_until = min(row.newcomers_until, until)
    hours = dt.timedelta(hours=series.closes_hours)
    row.closes_at = row.starts_at - hours if hours else None


def _lay_to_the_end(series: Series, changed: Collection[str]) -> None:
    """Dates that the rule no longer reaches go, those it reaches again come back, and new ones are made."""
    outcome = laying.lay(series, first=clock.today() - dt.timedelta(days=editing.FARTHEST))
    if outcome.lost:
        raise PeopleAfterTheEnd(next(name for name in ENDING if name in changed), len(outcome.lost))
    hit = tuple(
        change
        for change in outcome.changes
        if change.is_dropped or (change.date.is_gone and change.after is not None)
    )
    laying.write(replace(outcome, changes=hit), series, key=f"settings:{series.id}:{series.version}")


def _tell(actor: Actor, series: Series, before_id: int) -> None:
    """Who answers for it from now on, and who did; whoever does the deed knows."""
    now_id = series.person_in_charge_id
    said = {
        "series_id": series.id,
        "title": series.title,
        "title_en": series.title_en,
        "name": db.session.scalar(sa.select(Person.name).where(Person.id == now_id)),
    }
    key = f"charge:{series.id}:{series.version}"
    outbox.tell(
        *(
            outbox.Note(key=f"{key}:{person_id}", kind=kind, person_id=person_id, payload=said, by_email=True)
            for kind, person_id in ((IN_CHARGE, now_id), (NOT_IN_CHARGE, before_id))
            if person_id != actor.id
        )
    )
