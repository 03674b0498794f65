"""What is to be done today within the actor's areas. Every number opens its rows.

All numbers come in one statement; the sums of the month, tomorrow's
activities and the names of the areas in one each.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.activities import policy as activities
from volunteer.activities.models import PUBLISHED, Occurrence, Series
from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.attendance import policy as attendance
from volunteer.core import clock, i18n
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed
from volunteer.core.i18n import gettext as _
from volunteer.credentials import policy as credentials
from volunteer.credentials import queries as credential_lists
from volunteer.credentials.rules import EXPIRES_SOON
from volunteer.hours import blocked, duties
from volunteer.hours import policy as hours
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, POINTS, Account, Transfer
from volunteer.people import access_queries
from volunteer.people import policy as people
from volunteer.people import queries as people_queries
from volunteer.people.models import AUDITOR, SUBDISTRICT_STAFF, Person
from volunteer.points import policy as points
from volunteer.points.models import HELD, Order
from volunteer.privacy import policy as privacy
from volunteer.privacy.service import requests
from volunteer.reports import policy, rules, waiting
from volunteer.wishes import policy as wishes
from volunteer.wishes.models import CLAIM_ACTIVE, COLLECTED, Claim, FollowUp, Wish
from volunteer.workdays import queries as workdays

MOST_TOMORROW = 30
PLAN_FROM_MONTH = 11  # the plan of the next year is announced about now


@dataclass(frozen=True)
class Task:
    """One kind of work waiting: how many, where they are listed, whether it is overdue already."""

    text: Any
    count: int
    href: str
    is_urgent: bool = False


@dataclass(frozen=True)
class Month:
    """What went through the books since the first of the month, and the hours of the month before."""

    minutes: int
    minutes_before: int
    points_out: int
    points_in: int


@dataclass(frozen=True)
class Door:
    """Where staff go when nothing is waiting."""

    text: Any
    href: str
    icon: str


@dataclass(frozen=True)
class Desk:
    places: list[str]
    tasks: list[Task]
    month: Month | None
    tomorrow: list[Any]
    doors: list[Door]


def for_actor(actor: Any) -> Desk:
    """The desk of somebody on the staff; refused to everybody else."""
    if not policy.may_see_desk(actor):
        raise NotAllowed
    reading = policy.reading_paths(actor)
    return Desk(
        places=_places(policy.desk_paths(actor)),
        tasks=_tasks(actor, reading),
        month=_month(reading) if reading else None,
        tomorrow=_tomorrow(policy.desk_paths(actor)),
        doors=_doors(actor),
    )


def _doors(actor: Any) -> list[Door]:
    doors = (
        (people.may_register_others(actor), _l("登记新居民"), "people.staff_register", "plus"),
        (people.may_see_directory(actor), _l("居民名单"), "people.directory", "people"),
        (bool(people.staff_paths(actor)), _l("工作人员与权限"), "people.staff_list", "person"),
        (bool(people.tree_paths(actor)), _l("社区和网格"), "people.areas", "place"),
        (bool(credentials.desk_paths(actor)), _l("培训和资格"), "credentials.desk", "star"),
        (bool(policy.reading_paths(actor)), _l("需要核对的记录"), "oversight.suspicions", "search"),
        (activities.may_see_calendar(actor), _l("节假日和调休"), "activities.calendar", "calendar"),
        (activities.may_cancel_days(actor), _l("当日全部取消"), "activities.storm", "calendar"),
        (bool(activities.health_paths(actor)), _l("活动排期检查"), "activities.health", "check"),
        (bool(attendance.screen_paths(actor)), _l("现场看板"), "attendance.screens", "desk"),
        (points.may_keep_some_stock(actor), _l("货架和库存"), "points.items", "gift"),
        (True, _lp("list", "志愿服务队"), "teams.list_teams", "star"),
        (bool(privacy.request_paths(actor)), _l("信息权利申请"), "privacy.requests_waiting", "look"),
        (privacy.may_see_duplicates(actor), _l("可能重复的登记"), "privacy.duplicates", "people"),
        (bool(actor.scope_paths(AUDITOR)), _l("审计日志"), "oversight.log", "search"),
        (bool(actor.scope_paths(SUBDISTRICT_STAFF)), _l("信息泄露通知名单"), "oversight.breach", "fault"),
    )
    return [Door(text, url_for(endpoint), icon) for may, text, endpoint, icon in doors if may]


def _places(paths: tuple[str, ...]) -> list[str]:
    statement = sa.select(Area).where(Area.path.in_(paths)).order_by(Area.path, Area.id).limit(20)
    return [area.label for area in db.session.scalars(statement)]


def _tasks(actor: Any, reading: tuple[str, ...]) -> list[Task]:
    """The most urgent first; kinds of work that the actor has nothing to do with are left out."""
    kinds: list[tuple[Any, Any, str, bool]] = []
    if wish_paths := wishes.desk_paths(actor):
        kinds += [
            (
                _l("心愿超期未联系"),
                _overdue_claims(wish_paths),
                url_for("wishes.desk", tab="claimed", overdue=1),
                True,
            ),
            (_l("到期要做的回访"), _follow_ups(wish_paths), url_for("wishes.follow_ups"), False),
            (_l("待核实的心愿"), _collected(wish_paths), url_for("wishes.desk", tab="collected"), False),
        ]
    terms = waiting.terms()
    if reading:
        kinds += [
            (kind.text, kind.query(reading, terms), _href(kind), kind.is_urgent) for kind in waiting.KINDS
        ]
    if paths := people.directory_paths(actor):
        href = url_for("people.registrations")
        waiting_ids = partial(people_queries.waiting_ids, since=terms.answer)
        kinds += [
            (_l("孩子的登记，超期没有确认"), waiting_ids(paths, is_overdue=True), href, True),
            (_l("等监护人确认的登记"), waiting_ids(paths, is_overdue=False), href, False),
        ]
    if people.working_paths(actor):
        href = url_for("people.access_requests")
        kinds += [(_l("查看未成年人档案的申请"), access_queries.to_decide(actor), href, False)]
    if rights := privacy.request_paths(actor):
        href = url_for("privacy.requests_waiting")
        waiting_requests = requests.to_answer(rights, without=actor.id)
        kinds += [(_l("信息权利申请"), waiting_requests, href, False)]
    if credential_paths := credentials.desk_paths(actor):
        href = url_for("credentials.desk")
        kinds += [
            (_l("等确认的证书"), credential_lists.waiting_of(credential_paths), href, False),
            (
                _l("60 天内到期的资格"),
                credential_lists.expiring_of(credential_paths, EXPIRES_SOON),
                url_for("credentials.desk", tab="expiring"),
                False,
            ),
        ]
    kinds += _of_hours(actor)
    if counters := actor.scope_paths(*points.COUNTER):
        href = url_for("points.counter", _anchor="waiting")
        kinds += [(_l("等人来取的兑换"), _orders(counters), href, False)]
    if not kinds:
        return []
    columns = [
        sa.select(sa.func.count()).select_from(query.subquery()).scalar_subquery() for _, query, _, _ in kinds
    ]
    counts = db.session.execute(sa.select(*columns)).one()
    tasks = [
        Task(text, int(count), href, is_urgent)
        for (text, _query, href, is_urgent), count in zip(kinds, counts, strict=True)
    ]
    return sorted([*tasks, *_missing_plan(actor)], key=lambda task: not task.is_urgent)


def _of_hours(actor: Any) -> list[tuple[Any, Any, str, bool]]:
    """Objections and late hours to answer, and people whose sign-ups are stopped until somebody has asked them."""
    kinds: list[tuple[Any, Any, str, bool]] = []
    if answering := hours.answering_paths(actor):
        href = url_for("hours.objections")
        open_objections = duties.objections_waiting(answering, without=actor.id)
        kinds += [
            (_l("对时长的异议"), open_objections, href, False),
            (_l("等批准的时长"), duties.proposals_waiting(answering), url_for("hours.proposals"), False),
        ]
    if deciding := activities.block_paths(actor):
        href = url_for("hours.blocked_people")
        kinds += [(_l("报名暂停、等着问情况的人"), blocked.count(deciding), href, False)]
    return kinds


def _missing_plan(actor: Any) -> list[Task]:
    """This year's plan or, from November on, that of the next, while nobody has entered it (R054)."""
    today = clock.today()
    if not activities.may_keep_calendar(actor):
        return []
    years = range(today.year, today.year + (2 if today.month >= PLAN_FROM_MONTH else 1))
    return [
        Task(
            _("%(year)s 年的放假和调休安排还没有录入", year=year.year),
            1,
            url_for("activities.calendar", year=year.year),
            True,
        )
        for year in workdays.years(years)
        if not year.is_final
    ]


def _href(kind: waiting.Kind) -> str:
    return url_for("reports.waiting_list", key=kind.key)


def _collected(paths: tuple[str, ...]) -> Any:
    return sa.select(Wish.id).where(Wish.state == COLLECTED, Wish.area_id.in_(ids_within(paths)))


def _overdue_claims(paths: tuple[str, ...]) -> Any:
    return (
        sa.select(Claim.id)
        .join(Wish, Wish.id == Claim.wish_id)
        .where(
            Claim.state == CLAIM_ACTIVE,
            Claim.contacted_at.is_(None),
            Claim.contact_by < clock.now(),
            Wish.area_id.in_(ids_within(paths)),
        )
    )


def _follow_ups(paths: tuple[str, ...]) -> Any:
    return (
        sa.select(FollowUp.id)
        .join(Wish, Wish.id == FollowUp.wish_id)
        .where(
            FollowUp.done_at.is_(None),
            FollowUp.due_on <= clock.today(),
            Wish.area_id.in_(ids_within(paths)),
        )
    )


def _orders(paths: tuple[str, ...]) -> Any:
    return sa.select(Order.id).where(Order.state == HELD, Order.area_id.in_(ids_within(paths)))


def _month(paths: tuple[str, ...]) -> Month:
    """What was recorded since the first of this month and of the one before, told apart by its accounts."""
    today = clock.today()
    first = clock.start_of(rules.first_of_month(today))
    before = clock.start_of(rules.first_of_month(today, 1))
    debit, credit = sa.orm.aliased(Account), sa.orm.aliased(Account)
    owner_id = sa.case((debit.owner_kind == ledger.PERSON, debit.owner_id), else_=credit.owner_id)
    is_new = sa.case((Transfer.recorded_at >= first, 1), else_=0).label("is_new")
    statement = (
        sa.select(Transfer.book, debit.purpose, credit.purpose, is_new, sa.func.sum(Transfer.amount))
        .join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .join(Person, Person.id == owner_id)
        .where(Transfer.recorded_at >= before, Person.area_id.in_(ids_within(paths)))
        .group_by(Transfer.book, debit.purpose, credit.purpose, is_new)
    )
    sums = {tuple(row[:4]): int(row[4]) for row in db.session.execute(statement)}

    def net(book: str, source: str, target: str, new: int = 1) -> int:
        return sums.get((book, source, target, new), 0) - sums.get((book, target, source, new), 0)

    return Month(
        minutes=net(HOURS, ledger.ISSUE, ledger.MAIN),
        minutes_before=net(HOURS, ledger.ISSUE, ledger.MAIN, new=0),
        points_out=net(POINTS, ledger.ISSUE, ledger.MAIN),
        points_in=net(POINTS, ledger.HELD, ledger.SPENT),
    )


def _tomorrow(paths: tuple[str, ...]) -> list[Any]:
    day = clock.today() + dt.timedelta(days=1)
    title = sa.func.coalesce(Series.title_en, Series.title) if i18n.current() == "en" else Series.title
    statement = (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.taken,
            Occurrence.capacity,
            title.label("title"),
        )
        .join(Series, Series.id == Occurrence.series_id)
        .where(
            Occurrence.state == PUBLISHED,
            Occurrence.starts_at >= clock.start_of(day),
            Occurrence.starts_at < clock.start_of(day + dt.timedelta(days=1)),
            Series.area_id.in_(ids_within(paths)),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(MOST_TOMORROW)
    )
    return list(db.session.execute(statement))
