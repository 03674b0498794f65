"""What the pages of acting show, and the questions its policy asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.acting import rules
from volunteer.acting.models import Card, Delegation, Receipt
from volunteer.areas.models import Area
from volunteer.core import crypto, formats
from volunteer.core.database import db
from volunteer.outbox import kinds
from volunteer.people.models import ACTIVE, STAFF_ROLES, Grant, Person

PAGE = 20
LATEST = 10
_COLUMN: dict[str, Any] = {
    rules.SIGN_UP: Delegation.may_sign_up,
    rules.WISH: Delegation.may_wish,
    rules.REDEEM: Delegation.may_redeem,
}
_helper = aliased(Person)
_recorder = aliased(Person)


@dataclass(frozen=True)
class Pair:
    """Somebody else in a delegation: for the helper the ward, for the person the helper. Masked."""

    id: int
    person_id: int
    number: str
    masked_name: str
    area_path: str
    relation: str
    rights: tuple[str, ...]
    elder_mode: bool
    given_at: dt.datetime
    recorded_by: str | None = None

    def may(self, right: str) -> bool:
        return right in self.rights


@dataclass(frozen=True)
class Line:
    """A receipt in the reader's words."""

    id: int
    sentence: str
    acted_at: dt.datetime
    by_pin: bool
    object_kind: str
    object_id: int | None


@dataclass(frozen=True)
class Holder:
    """Whose card it is, as the card's page needs it."""

    person_id: int
    masked_name: str
    language: str


def has_right(*, helper_id: int, person_id: int, right: str) -> bool:
    statement = (
        sa.select(Delegation.id)
        .join(Person, Person.id == Delegation.person_id)
        .where(
            Delegation.person_id == person_id,
            Delegation.helper_id == helper_id,
            Delegation.ended_at.is_(None),
            _COLUMN[right].is_(True),
            Person.status == ACTIVE,
        )
    )
    return db.session.scalar(statement) is not None


def is_helper(helper_id: int, person_id: int) -> bool:
    """Whether the person lets the helper do anything at all in the own name."""
    statement = sa.select(Delegation.id).where(
        Delegation.person_id == person_id, Delegation.helper_id == helper_id, Delegation.ended_at.is_(None)
    )
    return db.session.scalar(statement.limit(1)) is not None


def wards(helper_id: int, right: str | None = None) -> list[Pair]:
    """Those for whom the person may act, with one right or any; in the order in which they asked."""
    statement = (
        sa.select(Delegation, Person, Area.path)
        .join(Person, Person.id == Delegation.person_id)
        .join(Area, Area.id == Person.area_id)
        .where(Delegation.helper_id == helper_id, Delegation.ended_at.is_(None), Person.status == ACTIVE)
        .order_by(Delegation.given_at, Delegation.id)
    )
    if right is not None:
        statement = statement.where(_COLUMN[right].is_(True))
    return [_pair(row.Delegation, row.Person, row.path) for row in db.session.execute(statement)]


def helpers_of(person_id: int) -> list[Pair]:
    """Who may act for the person, with who recorded it at the counter."""
    statement = (
        sa.select(Delegation, _helper, Area.path, _recorder.name.label("recorder"))
        .join(_helper, _helper.id == Delegation.helper_id)
        .join(Area, Area.id == _helper.area_id)
        .outerjoin(_recorder, _recorder.id == Delegation.recorded_by_id)
        .where(Delegation.person_id == person_id, Delegation.ended_at.is_(None))
        .order_by(Delegation.given_at, Delegation.id)
    )
    return [_pair(row[0], row[1], row.path, recorder=row.recorder) for row in db.session.execute(statement)]


def _pair(given: Delegation, other: Person, path: str, *, recorder: str | None = None) -> Pair:
    return Pair(
        id=given.id,
        person_id=other.id,
        number=other.number,
        masked_name=formats.masked_name(other.name),
        area_path=path,
        relation=given.relation,
        rights=tuple(right for right, column in _COLUMN.items() if getattr(given, column.key)),
        elder_mode=other.elder_mode,
        given_at=given.given_at,
        recorded_by=formats.masked_name(recorder) if recorder else None,
    )


def between(delegation_id: int) -> tuple[int, int]:
    """(person, helper) of a delegation, ended or not; (0, 0) when there is none."""
    statement = sa.select(Delegation.person_id, Delegation.helper_id).where(Delegation.id == delegation_id)
    row = db.session.execute(statement).first()
    return (row.person_id, row.helper_id) if row else (0, 0)


def receipts_of(person_id: int, *, before: int | None = None) -> list[Line]:
    """What others did in the person's name, newest first, one more than a page holds."""
    statement = (
        sa.select(Receipt, Person.name, Person.number)
        .join(Person, Person.id == Receipt.acted_by_id)
        .where(Receipt.person_id == person_id)
        .order_by(Receipt.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Receipt.id < before)
    return [_line(row.Receipt, row.name, row.number) for row in db.session.execute(statement)]


def latest_orders_by(helper_id: int) -> list[Any]:
    """(order id, ward's masked name, moment) of what the helper redeemed for others lately, where it may still."""
    live = aliased(Delegation)
    statement = (
        sa.select(Receipt.object_id, Receipt.acted_at, Person.name)
        .join(Person, Person.id == Receipt.person_id)
        .join(
            live,
            sa.and_(
                live.person_id == Receipt.person_id,
                live.helper_id == helper_id,
                live.ended_at.is_(None),
                live.may_redeem.is_(True),
            ),
        )
        .where(Receipt.acted_by_id == helper_id, Receipt.object_kind == "order")
        .where(Receipt.act.startswith("ordered"))
        .order_by(Receipt.id.desc())
        .limit(LATEST)
    )
    return [
        (row.object_id, formats.masked_name(row.name), row.acted_at) for row in db.session.execute(statement)
    ]


def _line(receipt: Receipt, name: str, number: str) -> Line:
    values = {**receipt.details, "who": formats.masked_name(name), "who_number": number}
    _subject, sentence = kinds.render(f"receipt_{receipt.act}", values)
    return Line(
        receipt.id, sentence, receipt.acted_at, receipt.by_pin, receipt.object_kind, receipt.object_id
    )


def card_of(person_id: int) -> Card | None:
    """The card that is in force; there is at most one."""
    statement = sa.select(Card).where(Card.person_id == person_id, Card.ended_at.is_(None))
    return db.session.scalars(statement.order_by(Card.id.desc()).limit(1)).first()


def holder_of(token: str) -> Holder | None:
    """Whose card says this: nobody's when it was ended, the account is not open, or it is one of staff."""
    is_staff = sa.exists().where(Grant.person_id == Person.id, Grant.role.in_(STAFF_ROLES))
    statement = _OF_CARD.add_columns(Person.language).where(Card.token_hash == token_hash(token), ~is_staff)
    row = db.session.execute(statement).first()
    return Holder(row.id, formats.masked_name(row.name), row.language) if row else None


def person_by_card(text: str) -> int | None:
    """The id of the person whose card was scanned into a search field; None when it is no card in force."""
    row = _by_card(text)
    return int(row.id) if row else None


def number_by_card(text: str) -> str | None:
    """The volunteer number of the same person."""
    row = _by_card(text)
    return str(row.number) if row else None


def _by_card(text: str) -> Any:
    token = rules.card_token(text)
    if token is None:
        return None
    return db.session.execute(_OF_CARD.where(Card.token_hash == token_hash(token))).first()


_OF_CARD = (
    sa.select(Person.id, Person.name, Person.number)
    .join(Card, Card.person_id == Person.id)
    .where(Card.ended_at.is_(None), Person.status == ACTIVE)
)


def token_hash(token: str) -> str:
    return crypto.look_up_hash("card", token)
