"""What is held about people in the tables of acting."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.acting import messages
from volunteer.acting.models import Card, Delegation, Receipt
from volunteer.acting.queries import card_of
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.outbox import service as outbox
from volunteer.people.models import Person
from volunteer.people.personal import (
    DELETE,
    STAY,
    Moving,
    declare,
    doer,
    goes,
    look_before_merging,
    other,
    owner,
    secret,
    stays,
)
from volunteer.people.personal_tables import LOOK_UP, PROOF_OF_IDENTITY


def settle_delegations(moving: Moving) -> None:
    """One live permission for each pair, and none to oneself: what is too much is ended."""
    rows = db.session.scalars(
        sa.select(Delegation)
        .where(_names(Delegation.person_id, moving) | _names(Delegation.helper_id, moving))
        .order_by(Delegation.id)
    ).all()
    live: dict[tuple[int, int], Delegation] = {}
    for row in sorted(rows, key=lambda row: moving.gone_id in (row.person_id, row.helper_id)):
        pair = tuple(moving.kept_id if id == moving.gone_id else id for id in (row.person_id, row.helper_id))
        is_own = pair[0] == pair[1]
        if is_own:
            moving.leave(Delegation, row.id)
        if row.ended_at is None and (is_own or pair in live):
            moving.change(Delegation, row.id, ended_at=clock.now(), ended_by_id=moving.by)
        elif row.ended_at is None:
            live[pair[0], pair[1]] = row


def settle_cards(moving: Moving) -> None:
    """A card opens with its record's PIN: it goes along where that PIN does, else a new one is printed."""
    live = card_of(moving.gone_id)
    if live is None:
        return
    if _takes_card_over(moving.kept_id):
        moving.change(Card, live.id, person_id=moving.kept_id)
    else:
        key = f"card-not-merged:{live.id}:{clock.now().isoformat()}"
        outbox.tell(outbox.Note(key, messages.CARD_NOT_MERGED, moving.kept_id))


@look_before_merging
def _card_ends(kept_id: int, gone_id: int) -> list[str]:
    if card_of(gone_id) is None or _takes_card_over(kept_id):
        return []
    return [_("要并掉的这份有一张邻里卡，合并以后旧卡不能用了。请给他换一张。")]


def _takes_card_over(kept_id: int) -> bool:
    has_pin = db.session.scalar(sa.select(Person.pin_hash).where(Person.id == kept_id)) is not None
    return not has_pin and card_of(kept_id) is None


def _names(column: Any, moving: Moving) -> Any:
    return column.in_((moving.kept_id, moving.gone_id))


declare(
    Delegation,
    _l("托付：谁可以替谁办事"),
    owner("person_id helper_id"),
    goes("id may_sign_up may_wish may_redeem relation way given_at ended_at"),
    doer("recorded_by_id ended_by_id"),
    erase=DELETE,
    settle=settle_delegations,
)
declare(
    Receipt,
    _l("别人代办过的事"),
    owner("person_id"),
    other("acted_by_id"),
    stays("id act object_kind object_id by_pin acted_at"),
    goes("details"),
)
declare(
    Card,
    _l("邻里卡"),
    owner("person_id"),
    goes("id issued_at ended_at"),
    doer("issued_by_id"),
    secret(PROOF_OF_IDENTITY, "token"),
    secret(LOOK_UP, "token_hash"),
    erase=DELETE,
    merge=STAY,
    settle=settle_cards,
)
