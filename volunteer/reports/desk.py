"""What is to be done today within the actor's areas. Every number opens its rows.

All numbers come in one statement (tasks.py); the sums of the month, tomorrow's
activities and the names of the areas in one each.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from volunteer.acting import policy as acting
from volunteer.activities import policy as activities
from volunteer.activities.models import PUBLISHED, Occurrence, Series
from volunteer.areas.models import Area
from volunteer.areas.queries import ids_within
from volunteer.attendance import policy as attendance
from volunteer.core import clock, i18n
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed
from volunteer.credentials import policy as credentials
from volunteer.hours import policy as hours
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, POINTS, Account, Transfer
from volunteer.people import policy as people
from volunteer.people.models import AUDITOR, SUBDISTRICT_STAFF, Person
from volunteer.points import policy as points
from volunteer.privacy import policy as privacy
from volunteer.reports import policy, rules, tasks
from volunteer.reports.tasks import Task

MOST_TOMORROW = 30


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
    find_at: str
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
        find_at=_find_at(actor),
        tasks=tasks.of(actor),
        month=_month(reading) if reading else None,
        tomorrow=_tomorrow(policy.desk_paths(actor)),
        doors=_doors(actor),
    )


def _find_at(actor: Any) -> str:
    """Where a resident is looked up: the list, or the counter's search for whoever serves more than may read it."""
    may_read = people.directory_paths(actor)
    serves_more = any(not path.startswith(may_read) for path in acting.serving_paths(actor))
    return url_for("acting.find_served" if serves_more else "people.directory")


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
        (hours.may_see_rates(actor), _l("积分规则"), "hours.earning", "gift"),
        (points.may_keep_some_stock(actor), _l("货架和库存"), "points.items", "gift"),
        (True, _lp("list", "志愿服务队"), "teams.list_teams", "star"),
        (bool(privacy.request_paths(actor)), _l("居民问自己的信息"), "privacy.requests_waiting", "look"),
        (privacy.may_see_duplicates(actor), _l("可能重复的登记"), "privacy.duplicates", "people"),
        (bool(actor.scope_paths(AUDITOR)), _l("审计日志"), "oversight.log", "search"),
        (bool(actor.scope_paths(SUBDISTRICT_STAFF)), _l("信息泄露通知名单"), "oversight.breach", "fault"),
    )
    return [Door(text, url_for(endpoint), icon) for may, text, endpoint, icon in doors if may]


def _places(paths: tuple[str, ...]) -> list[str]:
    statement = sa.select(Area).where(Area.path.in_(paths)).order_by(Area.path, Area.id).limit(20)
    return [area.label for area in db.session.scalars(statement)]


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
            Occurrence.ends_at,
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
