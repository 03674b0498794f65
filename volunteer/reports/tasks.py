"""What waits for the actor on the desk: each kind of work with its number, all counted in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l

from volunteer.activities import policy as activities
from volunteer.areas.queries import ids_within
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.credentials import policy as credentials
from volunteer.credentials import queries as credential_lists
from volunteer.credentials.rules import EXPIRES_SOON
from volunteer.hours import blocked, rates, to_answer
from volunteer.hours import policy as hours
from volunteer.people import access_queries
from volunteer.people import policy as people
from volunteer.people import queries as people_queries
from volunteer.points import policy as points
from volunteer.points.models import HELD, Order
from volunteer.privacy import policy as privacy
from volunteer.privacy.service import requests
from volunteer.reports import policy, waiting
from volunteer.wishes import policy as wishes
from volunteer.wishes.models import CLAIM_ACTIVE, COLLECTED, Claim, FollowUp, Wish
from volunteer.workdays import queries as workdays

PLAN_FROM_MONTH = 11  # the plan of the next year is announced about now
Kind = tuple[Any, Any, str, bool]  # the words, the rows, where they are listed, whether that is overdue


@dataclass(frozen=True)
class Task:
    """One kind of work waiting: how many, where they are listed, whether it is overdue already."""

    text: Any
    count: int
    href: str
    is_urgent: bool = False


def of(actor: Any) -> list[Task]:
    """The most urgent first; kinds of work that the actor has nothing to do with are left out."""
    kinds: list[Kind] = []
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
    if reading := policy.reading_paths(actor):
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
        kinds += [(_l("居民问自己的信息"), waiting_requests, href, False)]
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
    return sorted([*tasks, *_missing_plan(actor), *_missing_rate(actor)], key=lambda task: not task.is_urgent)


def _of_hours(actor: Any) -> list[Kind]:
    """Objections and late hours to answer, and people whose sign-ups are stopped until somebody has asked them."""
    kinds: list[Kind] = []
    if answering := hours.answering_paths(actor):
        href = url_for("hours.objections")
        open_objections = to_answer.objections_waiting(answering, without=actor.id)
        kinds += [
            (_l("对时长的异议"), open_objections, href, False),
            (_l("等批准的时长"), to_answer.proposals_waiting(answering), url_for("hours.proposals"), False),
        ]
    if deciding := activities.block_paths(actor):
        href = url_for("hours.blocked_people")
        kinds += [(_l("报名暂停、等着问情况的人"), blocked.in_force(deciding), href, False)]
    return kinds


def _missing_rate(actor: Any) -> list[Task]:
    """Until somebody has said what an hour is worth, nobody earns a point (R100)."""
    if not hours.may_set_rates(actor) or rates.is_any():
        return []
    return [Task(_l("还没有定积分规则，时长照记但不得积分"), 1, url_for("hours.earning"), True)]


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
