"""What is held about people beside their sign-ups: waiting, standing sign-ups, stand-ins, insurance, feeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities.models import (
    PAUSED,
    RUNNING,
    STOPPED,
    ActivityPhoto,
    CalendarFeed,
    Companion,
    EndedPair,
    Insurance,
    MenuItem,
    OccurrencePosition,
    Position,
    PositionRequirement,
    Regular,
    SeriesShift,
    SeriesTheme,
    SignUp,
    SignUpBlock,
    StaffingReceiver,
    StandIn,
)
from volunteer.core.database import db
from volunteer.people.personal import (
    Moving,
    declare,
    did,
    doer,
    goes,
    internal,
    nothing_personal,
    other,
    owner,
    stays,
)


def _twice(model: Any, keys: Sequence[str], live: Any, moving: Moving) -> list[int]:
    """Rows of the record that goes for which the kept one has a live row of the same key."""
    table = model.__table__.c
    columns = [table[key] for key in keys]
    rows = db.session.execute(
        sa.select(table.id, table.person_id, *columns).where(
            table.person_id.in_((moving.kept_id, moving.gone_id)), live
        )
    ).all()
    kept = {tuple(row[2:]) for row in rows if row.person_id == moving.kept_id}
    return [row.id for row in rows if row.person_id == moving.gone_id and tuple(row[2:]) in kept]


def _ends(model: Any, keys: Sequence[str], live: Any, **values: Any) -> Callable[[Moving], None]:
    """Of two live rows of one key that of the record that goes ends first."""

    def settle(moving: Moving) -> None:
        for id_ in _twice(model, keys, live, moving):
            moving.change(model, id_, **values)

    return settle


def settle_insurance(moving: Moving) -> None:
    """Insured twice for one date: the entry of the kept record stands."""
    moving.leave(Insurance, *_twice(Insurance, ["occurrence_id"], sa.true(), moving))


def settle_blocks(moving: Moving) -> None:
    """Both are blocked: the kept record's block stands for both."""
    moving.leave(SignUpBlock, *_twice(SignUpBlock, [], SignUpBlock.lifted_at.is_(None), moving))


def settle_receivers(moving: Moving) -> None:
    """Told twice of the same series: once is enough."""
    for id_ in _twice(StaffingReceiver, ["series_id"], sa.true(), moving):
        moving.drop(StaffingReceiver, id_)


def _of_sign_ups(model: Any) -> Callable[[list[int]], Any]:
    """Rows that belong to whoever holds their sign-up."""
    return lambda ids: model.sign_up_id.in_(sa.select(SignUp.id).where(SignUp.person_id.in_(ids)))


declare(
    Companion,
    _l("一起来的人"),
    stays("id sign_up_id is_child"),
    goes("name"),
    belongs=_of_sign_ups(Companion),
)
declare(
    Regular,
    _l("固定报名"),
    owner("person_id"),
    stays("id series_id position_id weekdays shift state paused_until asked_at begun_at stopped_at"),
    doer("begun_by_id"),
    settle=_ends(Regular, ["series_id"], Regular.state.in_((RUNNING, PAUSED)), state=STOPPED),
)
declare(
    StandIn,
    _l("找人顶班"),
    stays("id sign_up_id kind their_sign_up_id state asked_at answered_at"),
    goes("note"),
    other("asked_person_id"),
    doer("answered_by_id"),
    belongs=_of_sign_ups(StandIn),
)
declare(
    SignUpBlock,
    _l("暂停报名"),
    owner("person_id"),
    stays("id cause blocked_at lifted_at"),
    goes("note lifted_reason"),
    doer("blocked_by_id lifted_by_id"),
    settle=settle_blocks,
)
declare(
    Insurance,
    _l("活动保险"),
    owner("person_id"),
    stays("id occurrence_id insurer recorded_at"),
    goes("policy_number"),
    doer("recorded_by_id"),
    settle=settle_insurance,
)
declare(
    CalendarFeed,
    _l("日历订阅"),
    owner("person_id"),
    stays("id created_at read_at revoked_at"),
    internal(_l("打开日历的钥匙"), "token_hash"),
)
declare(
    EndedPair,
    _l("结束了的搭档"),
    owner("person_id"),
    stays("id occurrence_id ended_at"),
)
declare(
    StaffingReceiver,
    _l("人手不够时通知我的活动"),
    owner("person_id"),
    stays("id series_id"),
    settle=settle_receivers,
)
did(MenuItem, "created_by_id")
did(ActivityPhoto, "added_by_id")
nothing_personal(
    "how an activity repeats and what its posts ask for",
    SeriesShift,
    SeriesTheme,
    Position,
    PositionRequirement,
    OccurrencePosition,
)
