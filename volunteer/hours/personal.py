"""What is held about people in the tables of hours: records stay, they are what was really served (R146)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import Occurrence, Series
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import elsewhere
from volunteer.hours.models import (
    OPEN,
    UPHELD,
    Approval,
    Batch,
    Certificate,
    EarningRule,
    Objection,
    Proposal,
    Rating,
    Roster,
    RosterRow,
    ServiceRecord,
)
from volunteer.people.personal import (
    Moving,
    before_merging,
    declare,
    did,
    doer,
    goes,
    look_before_merging,
    nothing_personal,
    owner,
    stays,
)

MOST_LOOKS = 10


class CreditedTwice(Refused):
    sentence = _l(
        "两份登记在“%(title)s”的同一次点名里都记了时长，同一个人不能记两次。请先请队长更正那次点名，再来合并。"
    )


def _in_one_batch(kept_id: int, gone_id: int) -> list[tuple[Any, Any]]:
    """Pairs of records of one roll call: that of the kept record, that of the other."""
    rows = db.session.execute(
        sa.select(
            ServiceRecord.id,
            ServiceRecord.batch_id,
            ServiceRecord.person_id,
            ServiceRecord.hours_transfer_id,
            Batch.reversed_at,
            Series.title,
        )
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Occurrence, Occurrence.id == ServiceRecord.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(ServiceRecord.person_id.in_((kept_id, gone_id)))
        .order_by(ServiceRecord.id)
    )
    batches: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in rows:
        batches[row.batch_id][row.person_id] = row
    return [(pair[kept_id], pair[gone_id]) for pair in batches.values() if len(pair) == 2]


@before_merging
def refuse_credited_twice(kept_id: int, gone_id: int) -> Iterable[Refused]:
    return [
        CreditedTwice(title=kept.title)
        for kept, gone in _in_one_batch(kept_id, gone_id)
        if kept.reversed_at is None and kept.hours_transfer_id and gone.hours_transfer_id
    ]


@look_before_merging
def say_same_minutes(kept_id: int, gone_id: int) -> Iterable[str]:
    """Nobody serves at two places at once: are they one person, or was one of the two recorded wrongly?"""
    return [
        _(
            "%(day)s %(when)s，“%(one)s”和“%(other)s”都记了时长。",
            day=formats.day(clock.local(twice[0][0]).date()),
            when=elsewhere.said(twice),
            one=one,
            other=other,
        )
        for twice, one, other in elsewhere.at_once(kept_id, gone_id)[:MOST_LOOKS]
    ]


def settle_records(moving: Moving) -> None:
    """One record for each roll call: the one with hours; an absence beside it is dropped."""
    for kept, gone in _in_one_batch(moving.kept_id, moving.gone_id):
        if gone.hours_transfer_id and not kept.hours_transfer_id:
            moving.drop(ServiceRecord, kept.id)
        else:
            moving.leave(ServiceRecord, gone.id)


def settle_objections(moving: Moving) -> None:
    """Both object to one date: the objection of the record that goes is answered by that of the other."""
    rows = db.session.execute(
        sa.select(Objection.id, Objection.person_id, Objection.occurrence_id).where(
            Objection.person_id.in_((moving.kept_id, moving.gone_id)), Objection.state == OPEN
        )
    ).all()
    kept = {row.occurrence_id for row in rows if row.person_id == moving.kept_id}
    for row in rows:
        if row.person_id == moving.gone_id and row.occurrence_id in kept:
            moving.change(Objection, row.id, state=UPHELD)


def settle_ratings(moving: Moving) -> None:
    """One rating for each person and date: that of the kept record stands."""
    rows = db.session.execute(
        sa.select(Rating.id, Rating.person_id, Rating.occurrence_id).where(
            Rating.person_id.in_((moving.kept_id, moving.gone_id))
        )
    ).all()
    kept = {row.occurrence_id for row in rows if row.person_id == moving.kept_id}
    gone = [row for row in rows if row.person_id == moving.gone_id]
    moving.leave(Rating, *(row.id for row in gone if row.occurrence_id in kept))


declare(
    ServiceRecord,
    _l("服务记录"),
    owner("person_id"),
    stays("id batch_id occurrence_id sign_up_id attendance off_minutes source rule_id"),
    stays("hours_transfer_id points_transfer_id"),
    goes("reason"),
    settle=settle_records,
    beside=True,
)
declare(
    Certificate,
    _l("服务证明"),
    owner("person_id"),
    stays("id number check_code area_id from_on until_on certified_minutes record_count seal_digest"),
    stays("issued_at revoked_at"),
    goes("revoked_reason"),
)
declare(
    RosterRow,
    _l("打印的签到表"),
    owner("person_id"),
    stays("roster_id row"),
)
declare(
    Objection,
    _l("对时长记录的异议"),
    owner("person_id"),
    stays("id occurrence_id record_id kind raised_at state answered_at"),
    goes("text answer"),
    doer("answered_by_id"),
    settle=settle_objections,
)
declare(
    Rating,
    _l("评价"),
    owner("person_id"),
    stays("id occurrence_id stars rated_at"),
    goes("words"),
    doer("rated_by_id"),
    settle=settle_ratings,
)
did(Batch, "recorded_by_id reversed_by_id")
did(Roster, "printed_by_id")
did(Proposal, "proposed_by_id")  # its marks hold ids only; approved, they are records
did(Approval, "approved_by_id")
nothing_personal("how hours earn points", EarningRule)
