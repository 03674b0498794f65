"""The page 'my time': totals from the books and the newest entries, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.models import Occurrence, Series
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.hours import earning, origins, rules
from volunteer.hours.models import Batch, EarningRule, ServiceRecord
from volunteer.hours.words import SOURCES, activity_label, attendance_why
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, POINTS, Account, Transfer
from volunteer.people import merged

PAGE = 15
_LEGS = 3 * PAGE + 1  # an operation moves at most three amounts of one person: hours, points, a debt
_NEWEST = 500  # nobody serves more often within a month


@dataclass(frozen=True)
class Entry:
    """One operation as the person sees it: what, when, how much, and why."""

    title: str
    happened_at: dt.datetime
    minutes: int
    points: int
    why: str = ""
    meta: str = ""
    occurrence_id: int | None = None
    href: str | None = None


@dataclass(frozen=True)
class MyTime:
    """All figures of the page."""

    minutes: int
    month_minutes: int
    stars: rules.Stars
    points: int
    held_points: int
    owed_points: int
    entries: Sequence[Entry]
    older_than: int | None  # the cursor of the next page


def my_time(person_id: int, *, before: int | None = None) -> MyTime:
    """Totals and a page of operations older than the transfer `before`."""
    accounts = _accounts(person_id)
    totals = ledger.balances(row.id for row in accounts) if accounts else {}
    have = {(row.book, row.purpose): totals[row.id] for row in accounts if row.continues_in_id is None}
    main = [row for row in accounts if row.purpose == ledger.MAIN]  # earlier ones too: history came with them
    hours = [row.id for row in main if row.book == HOURS]
    minutes = have.get((HOURS, ledger.MAIN), 0)
    entries, older_than = _entries([row.id for row in main], before)
    return MyTime(
        minutes=minutes,
        month_minutes=_this_month(hours) if hours else 0,
        stars=rules.stars(minutes),
        points=have.get((POINTS, ledger.MAIN), 0),
        held_points=have.get((POINTS, ledger.HELD), 0),
        owed_points=-have.get((POINTS, ledger.OWED), 0),
        entries=entries,
        older_than=older_than,
    )


def _accounts(person_id: int) -> Sequence[Any]:
    """The person's accounts, with those of records that were merged into this one."""
    return db.session.execute(
        sa.select(Account.book, Account.purpose, Account.id, Account.continues_in_id)
        .where(
            Account.book.in_((HOURS, POINTS)),
            Account.owner_kind == ledger.PERSON,
            Account.owner_id.in_(merged.ids(person_id)),
            Account.purpose.in_((ledger.MAIN, ledger.HELD, ledger.OWED)),
        )
        .order_by(Account.id)
    ).all()


def _this_month(hours_accounts: Sequence[int]) -> int:
    """Minutes served since the first of the month, what was reversed left out."""
    newest = (
        sa.select(Transfer.id, Transfer.amount, Transfer.happened_at)
        .where(Transfer.credit_account_id.in_(hours_accounts), Transfer.kind.not_in(ledger.BETWEEN_OWN))
        .order_by(Transfer.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    reversal = aliased(Transfer)
    first = clock.start_of(clock.today().replace(day=1))
    total = db.session.scalar(
        sa.select(sa.func.sum(newest.c.amount))
        .select_from(newest)
        .outerjoin(reversal, reversal.reverses_id == newest.c.id)
        .where(newest.c.happened_at >= first, reversal.id.is_(None))
    )
    return int(total or 0)


def _entries(account_ids: Sequence[int], before: int | None) -> tuple[list[Entry], int | None]:
    rows = _transfers(account_ids, before) if account_ids else []
    groups = [list(group) for _operation, group in groupby(rows, key=lambda row: row.operation)]
    if len(rows) == _LEGS and len(groups) > 1:
        groups.pop()  # the last one may be cut through
    more = len(groups) > PAGE or len(rows) == _LEGS
    groups = groups[:PAGE]
    records = _records(id_ for group in groups for row in group for id_ in (row.id, row.reverses_id) if id_)
    known = origins.of(group[0].operation for group in groups)
    entries = [_entry(group, records, known) for group in groups]
    return entries, groups[-1][-1].id if more and groups else None


def _transfers(account_ids: Sequence[int], before: int | None) -> Sequence[Any]:
    """The newest transfers over both legs of the accounts: each leg is read along its own index."""
    parts = []
    for account_id in account_ids:
        for leg, sign in ((Transfer.credit_account_id, 1), (Transfer.debit_account_id, -1)):
            part = (
                sa.select(
                    Transfer.id,
                    Transfer.book,
                    (Transfer.amount * sign).label("change"),
                    Transfer.kind,
                    Transfer.operation,
                    Transfer.reverses_id,
                    Transfer.happened_at,
                    Transfer.memo,
                )
                .where(leg == account_id, Transfer.kind.not_in(ledger.BETWEEN_OWN))
                .order_by(Transfer.id.desc())
                .limit(_LEGS)
            )
            if before is not None:
                part = part.where(Transfer.id < before)
            parts.append(sa.select(part.subquery()))
    together = sa.union_all(*parts).subquery()
    return db.session.execute(sa.select(together).order_by(together.c.id.desc()).limit(_LEGS)).all()


def _records(transfer_ids: Iterable[int]) -> dict[int, Any]:
    """Service records by the id of either of their transfers."""
    ids = sorted(set(transfer_ids))
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(
            ServiceRecord.hours_transfer_id,
            ServiceRecord.points_transfer_id,
            ServiceRecord.occurrence_id,
            ServiceRecord.attendance,
            ServiceRecord.off_minutes,
            ServiceRecord.source,
            ServiceRecord.reason,
            Batch.extra_minutes,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.is_flexible,
            Series.title,
            Series.title_en,
            EarningRule.points_per_hour,
        )
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Occurrence, Occurrence.id == ServiceRecord.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .outerjoin(EarningRule, EarningRule.id == ServiceRecord.rule_id)
        .where(sa.or_(ServiceRecord.hours_transfer_id.in_(ids), ServiceRecord.points_transfer_id.in_(ids)))
    )
    found = {}
    for row in rows:
        found[row.hours_transfer_id] = row
        if row.points_transfer_id is not None:
            found[row.points_transfer_id] = row
    return found


def _entry(group: Sequence[Any], records: Mapping[int, Any], known: Mapping[str, origins.Origin]) -> Entry:
    first = group[-1]  # the oldest transfer of the operation says what it is
    minutes = sum(row.change for row in group if row.book == HOURS)
    points = sum(row.change for row in group if row.book == POINTS)
    ids = [id_ for row in group for id_ in (row.id, row.reverses_id) if id_ in records]
    origin = known.get(first.operation)
    entry = partial(Entry, happened_at=first.happened_at, minutes=minutes, points=points)
    if ids:
        record = records[ids[0]]
        title, entry = activity_label(record), partial(entry, occurrence_id=record.occurrence_id)
        if any(row.reverses_id for row in group):
            return entry(_("更正：%(title)s", title=title), why=_reversed_why(group))
        return entry(title, why=_recorded_why(group, record), meta=str(SOURCES[record.source]))
    if origin is not None:
        return entry(origin.title, why=first.memo, meta=origin.meta, href=origin.href)
    return entry(_("更正") if first.reverses_id else _("其他变动"), why=first.memo)


def _recorded_why(group: Sequence[Any], record: Any) -> str:
    """'150 分钟 × 10 分/小时 = 25 分', before it what was taken off, after it what an old debt took."""
    minutes = sum(row.change for row in group if row.kind == "service")
    points = sum(row.change for row in group if row.kind == "earn")
    repaid = -sum(row.change for row in group if row.kind == "repay")
    parts = [attendance_why(record, minutes)]
    if record.points_per_hour:
        parts.append(earning.explain(minutes, record.points_per_hour, points))
    if repaid:
        parts.append(_("其中 %(points)s 分补上了以前欠的。", points=repaid))
    return " ".join(part for part in parts if part)


def _reversed_why(group: Sequence[Any]) -> str:
    lent = sum(row.change for row in group if row.kind == "owe" and row.book == POINTS)
    memo = next((row.memo for row in group if row.memo), "")
    owed = _("有 %(points)s 分已经花掉，先记着，以后挣到的先补上。", points=lent) if lent else ""
    return " ".join(part for part in (memo, owed) if part)
