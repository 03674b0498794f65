"""What a person takes part in, waits for and took part in; the number of statements never depends on the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import (
    AGREED,
    OFFERED,
    PUBLISHED,
    SIGNED_UP,
    WAITING,
    Occurrence,
    Series,
    SignUp,
    Waiting,
)
from volunteer.activities.paging import PAGE, Cursor, Page, page
from volunteer.activities.signing import chains
from volunteer.core.database import UTC, BigInt, constant, db

_A_YEAR = dt.timedelta(days=366)

_occurrence: Any = Occurrence.__table__
_series: Any = Series.__table__
_waiting: Any = Waiting.__table__
_sign_up: Any = SignUp.__table__
_person_id = sa.bindparam("person_id", type_=BigInt)
_OF_TAKEN = (
    _occurrence.c.id,
    _occurrence.c.starts_at,
    _occurrence.c.ends_at,
    _occurrence.c.is_flexible,
    _series.c.rest_minutes,
    _series.c.title,
    _series.c.title_en,
)


def _places(*whose: Any, is_shared: bool) -> Any:
    """Live places of dates that take place."""
    return (
        sa.select(
            *_OF_TAKEN,
            sa.null().cast(BigInt).label("line_id"),
            sa.null().cast(UTC()).label("offer_until"),
            sa.literal(0).label("ahead"),
            (sa.true() if is_shared else sa.false()).label("is_shared"),
        )
        .select_from(
            _sign_up.join(_occurrence, _occurrence.c.id == _sign_up.c.occurrence_id).join(
                _series, _series.c.id == _occurrence.c.series_id
            )
        )
        .where(
            *whose,
            _sign_up.c.state == constant(SIGNED_UP),
            _occurrence.c.state == constant(PUBLISHED),
            _occurrence.c.ends_at > sa.bindparam("first", type_=UTC()),
            _occurrence.c.starts_at < sa.bindparam("last", type_=UTC()),
        )
    )


_TAKEN = _places(_sign_up.c.person_id == _person_id, is_shared=False)
_SHARED = _places(
    _sign_up.c.partner_id == _person_id, _sign_up.c.partner_state == constant(AGREED), is_shared=True
)
_before = _waiting.alias("before_mine")
_ahead = (
    sa.select(sa.func.count())
    .select_from(_before)
    .where(
        _before.c.occurrence_id == _waiting.c.occurrence_id,
        _before.c.state == constant(WAITING),
        _before.c.id < _waiting.c.id,
        _before.c.position_id.is_not_distinct_from(_waiting.c.position_id),
    )
    .scalar_subquery()
)
_WAITED_FOR = (
    sa.select(
        *_OF_TAKEN,
        _waiting.c.id.label("line_id"),
        sa.case((_waiting.c.state == constant(OFFERED), _waiting.c.offer_until)).label("offer_until"),
        sa.case((_waiting.c.state == constant(WAITING), _ahead), else_=0).label("ahead"),
        sa.false().label("is_shared"),
    )
    .select_from(
        _waiting.join(_occurrence, _occurrence.c.id == _waiting.c.occurrence_id).join(
            _series, _series.c.id == _occurrence.c.series_id
        )
    )
    .where(
        _waiting.c.person_id == _person_id,
        _waiting.c.state.in_((constant(WAITING), constant(OFFERED))),
        _occurrence.c.state == constant(PUBLISHED),
        _occurrence.c.ends_at > sa.bindparam("first", type_=UTC()),
        # An offer has its clock, however far away the date is.
        sa.or_(
            _waiting.c.state == constant(OFFERED),
            _occurrence.c.starts_at < sa.bindparam("last", type_=UTC()),
        ),
    )
)
_both = sa.union_all(_TAKEN, _SHARED, _WAITED_FOR).subquery("own")
_OWN = sa.select(_both).order_by(_both.c.starts_at, _both.c.id)


def own(*, person_id: int, first: dt.datetime, last: dt.datetime) -> list[Any]:
    """What the person is signed up for, shares (`is_shared`) or waits for (with `line_id`) that ends after `first` and
    begins before `last`, and every place that is offered, in one statement."""
    values = {"person_id": person_id, "first": first, "last": last}
    return list(db.session.execute(_OWN, values))


def come_to(*, person_id: int, series_ids: Collection[int], now: dt.datetime) -> frozenset[int]:
    """Of these series those to an earlier date of which, or of a part it was split from, the person was signed up."""
    parts = chains.parts(Series.id.in_(series_ids))
    statement = (
        sa.select(parts.c.asked)
        .join(Occurrence, Occurrence.series_id == parts.c.id)
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .where(
            SignUp.person_id == person_id,
            SignUp.state == constant(SIGNED_UP),
            Occurrence.ends_at <= now,
            Occurrence.state == PUBLISHED,
        )
        .distinct()
    )
    return frozenset(db.session.scalars(statement))


def lines(*, person_id: int, now: dt.datetime) -> list[Any]:
    """Coming dates for which the person waits or is offered a place, offers first."""
    rows = [
        row
        for row in own(person_id=person_id, first=now, last=now + _A_YEAR)
        if row.line_id is not None and (row.offer_until is None or now < row.offer_until)
    ]
    return sorted(rows, key=lambda row: (row.offer_until is None, row.starts_at, row.id))


def coming(*, person_id: int, now: dt.datetime) -> list[Any]:
    """Coming occurrences the person is signed up for, cancelled ones too, soonest first."""
    statement = (
        _of_person(person_id).where(Occurrence.ends_at > now).order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.execute(statement.limit(200)))


def past(*, person_id: int, now: dt.datetime, before: Cursor | None = None) -> Page:
    """What the person was signed up for and is over, latest first."""
    statement = _of_person(person_id).where(Occurrence.ends_at <= now)
    if before is not None:
        place = sa.tuple_(Occurrence.starts_at, Occurrence.id)
        statement = statement.where(place < sa.tuple_(before.starts_at, before.occurrence_id))
    statement = statement.order_by(Occurrence.starts_at.desc(), Occurrence.id.desc()).limit(PAGE + 1)
    return page(db.session.execute(statement).all())


def _of_person(person_id: int) -> Any:
    return (
        sa.select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.place,
            Occurrence.is_flexible,
            Occurrence.state,
            Occurrence.cancelled_reason,
            Occurrence.issue_number,
            Series.title,
            Series.title_en,
            Series.is_repeating.label("is_repeating"),
            Occurrence.series_id,
        )
        .join(SignUp, SignUp.occurrence_id == Occurrence.id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(SignUp.person_id == person_id, SignUp.state == constant(SIGNED_UP))
    )
