"""Work waiting that has no list of its own elsewhere: its rows, as the desk's numbers open them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import CANCELLED, LIVE, PUBLISHED, Occurrence, Series
from volunteer.activities.rules import RENEW_BEFORE
from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.core import clock, formats, i18n
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import gettext as _
from volunteer.core.moments import minutes_between
from volunteer.hours import unfinished
from volunteer.people.models import ACTIVE, Person
from volunteer.reports.figures import Line, Query
from volunteer.teams import intake_queries
from volunteer.teams.models import REQUESTED, Membership, Team
from volunteer.workdays import queries as workdays

PAGE = 50
LOOK_BACK = dt.timedelta(days=366)
DECLARED_FROM, DECLARED_DAYS = 10, 3  # so many volunteers are declared so many days before (R028)


@dataclass(frozen=True)
class Terms:
    """What came before these moments is overdue: requests to be answered (R010), hours and ratings (R041)."""

    answer: dt.datetime
    record: dt.datetime


def terms() -> Terms:
    """The terms of today in working days of the state calendar; one statement."""
    settings, today = current_app.config, clock.today()
    counts = settings["CONFIRM_DAYS"], settings["HOURS_DUE_DAYS"]
    table = workdays.behind(max(counts))
    return Terms(*(clock.start_of(table.first_in_time(today, count)) for count in counts))


@dataclass(frozen=True)
class Kind:
    """A kind of work: the query of its rows (with a column `id`) within areas, and how one is shown."""

    key: str
    text: Any
    query: Callable[[tuple[str, ...], Terms], Query]
    show: Callable[[Any], Line]
    is_urgent: bool = False
    opens_work: bool = False  # on a date, which auditors only read


def by_key(key: str) -> Kind:
    for kind in KINDS:
        if kind.key == key:
            return kind
    raise NotFound


def lines(kind: Kind, paths: tuple[str, ...], *, after: int | None = None) -> tuple[list[Line], int | None]:
    """A page of rows, in the order in which they came, and the mark for the next page."""
    query = kind.query(paths, terms()).subquery()
    statement = sa.select(query).order_by(query.c.id).limit(PAGE + 1)
    if after is not None:
        statement = statement.where(query.c.id > after)
    found = [kind.show(row) for row in db.session.execute(statement)]
    shown = found[:PAGE]
    return shown, shown[-1].id if len(found) > PAGE else None


def _requests(paths: tuple[str, ...], *conditions: Any) -> Query:
    return (
        sa.select(
            Membership.id,
            Membership.requested_at,
            Person.name.label("person"),
            Team.id.label("team_id"),
            Team.name,
            Team.name_en,
        )
        .join(Team, Team.id == Membership.team_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.state == REQUESTED, Person.status == ACTIVE)
        .where(Team.area_id.in_(ids_within(paths)), *conditions)
    )


def _overdue_requests(paths: tuple[str, ...], terms: Terms) -> Query:
    """R010."""
    return _requests(paths, Membership.requested_at < terms.answer)


def _timely_requests(paths: tuple[str, ...], terms: Terms) -> Query:
    return _requests(paths, Membership.requested_at >= terms.answer)


def _overdue_applications(paths: tuple[str, ...], _terms: Terms) -> Query:
    """Each application keeps the day that its receipt names."""
    query: Query = intake_queries.overdue(paths)
    return query


def _show_request(row: Any) -> Line:
    return Line(
        row.id,
        _("%(person)s 想加入 %(team)s", person=formats.masked_name(row.person), team=_label(row)),
        formats.moment(row.requested_at),
        href=url_for("teams.requests", team_id=row.team_id),
    )


def _show_application(row: Any) -> Line:
    return Line(
        row.id,
        _("%(person)s 想加入 %(team)s", person=formats.masked_name(row.person), team=_label(row)),
        _("应在 %(day)s前答复", day=formats.day(row.answer_by_on)),
        href=url_for("teams.applications", team_id=row.team_id, intake_id=row.intake_id),
    )


def _unrecorded(paths: tuple[str, ...], *conditions: Any) -> Query:
    """Ended activities with people signed up and no hours recorded; a year back is far enough.

    Hours that wait for approval are listed as that.
    """
    query: Query = unfinished.unrecorded(
        Occurrence.starts_at >= clock.now() - LOOK_BACK,
        Team.area_id.in_(ids_within(paths)),
        ~unfinished.IS_PROPOSED,
        *conditions,
    )
    return query


def _late(paths: tuple[str, ...], terms: Terms) -> Query:
    """R041."""
    return _unrecorded(paths, Occurrence.ends_at < terms.record)


def _not_late(paths: tuple[str, ...], terms: Terms) -> Query:
    return _unrecorded(paths, Occurrence.ends_at >= terms.record)


def _show_unrecorded(row: Any) -> Line:
    return _show_date(row, "hours.roll_call", _("%(count)s 人报名", count=row.taken))


def _unrated(paths: tuple[str, ...], terms: Terms) -> Query:
    """R041, R048."""
    query: Query = unfinished.unrated(Occurrence.ends_at < terms.record, Team.area_id.in_(ids_within(paths)))
    return query


def _show_unrated(row: Any) -> Line:
    return _show_date(row, "hours.ratings")


def _show_date(row: Any, endpoint: str, amount: str = "") -> Line:
    return Line(
        row.id,
        i18n.label(row.title, row.title_en),
        f"{formats.span(row.starts_at, row.ends_at)} · {row.team}",
        amount=amount,
        href=url_for(endpoint, occurrence_id=row.id),
    )


def _ending(paths: tuple[str, ...], _terms: Terms) -> Query:
    """Recurring series whose dates run out soon unless they are renewed (R062)."""
    today = clock.today()
    return (
        sa.select(
            Series.id,
            Series.title.label("name"),
            Series.title_en.label("name_en"),
            Series.renewed_until,
            Area.name.label("place"),
        )
        .join(Area, Area.id == Series.area_id)
        .where(
            Series.state == LIVE,
            Series.is_repeating,
            Series.renewed_until <= today + RENEW_BEFORE,
            Series.area_id.in_(ids_within(paths)),
        )
    )


def _show_ending(row: Any) -> Line:
    until = _("排到 %(day)s", day=formats.day(row.renewed_until))
    return Line(
        row.id, _label(row), f"{row.place} · {until}", href=url_for("activities.series", series_id=row.id)
    )


def _declared_late(paths: tuple[str, ...], _terms: Terms) -> Query:
    """Coming dates for ten volunteers or more that were published too shortly before (R028)."""
    return (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.published_at,
            Occurrence.capacity,
            Series.title.label("name"),
            Series.title_en.label("name_en"),
            Team.name.label("team"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .where(
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at > clock.now(),
            Occurrence.capacity >= DECLARED_FROM,
            minutes_between(Occurrence.published_at, Occurrence.starts_at) < DECLARED_DAYS * 24 * 60,
            Series.area_id.in_(ids_within(paths)),
        )
    )


def _show_declared_late(row: Any) -> Line:
    published = _("%(when)s 才发布", when=formats.moment(row.published_at))
    return Line(
        row.id,
        _label(row),
        f"{formats.when(row.starts_at, row.ends_at)} · {row.team} · {published}",
        amount=_("%(count)s 人", count=row.capacity),
        href=url_for("activities.occurrence", occurrence_id=row.id),
    )


def _undecided(paths: tuple[str, ...], _terms: Terms) -> Query:
    """Coming dates on a holiday or make-up workday, with or without people, until somebody decides."""
    return (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.taken,
            Series.title,
            Series.title_en,
            Team.name.label("team"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .where(
            Occurrence.asks.is_not(None),
            Occurrence.state != CANCELLED,
            Occurrence.starts_at > clock.now(),
            Series.area_id.in_(ids_within(paths)),
        )
    )


def _show_undecided(row: Any) -> Line:
    return _show_date(row, "activities.decide", _("%(count)s 人报名", count=row.taken))


def _label(row: Any) -> str:
    return i18n.label(row.name, row.name_en)


KINDS = (
    Kind(
        "applications",
        _l("过了答复期限的招募报名"),
        _overdue_applications,
        _show_application,
        is_urgent=True,
    ),
    Kind("late", _l("超过期限没记时长的活动"), _late, _show_unrecorded, is_urgent=True, opens_work=True),
    Kind(
        "overdue_requests", _l("超过期限没答复的入队申请"), _overdue_requests, _show_request, is_urgent=True
    ),
    Kind("unrated", _l("过了期限没评价的活动"), _unrated, _show_unrated, is_urgent=True, opens_work=True),
    Kind("unrecorded", _l("办完了、等记时长的活动"), _not_late, _show_unrecorded, opens_work=True),
    Kind("requests", _l("入队申请"), _timely_requests, _show_request),
    Kind("undecided", _l("赶上放假或调休、等决定的场次"), _undecided, _show_undecided, opens_work=True),
    Kind("declared_late", _l("开始前三天内才发布的大活动"), _declared_late, _show_declared_late),
    Kind("series", _l("快排完的周期活动"), _ending, _show_ending),
)
