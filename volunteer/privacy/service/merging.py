"""Two records of one person become one, after a look at what moves (`parting.py` takes it back)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.ledger import continuing
from volunteer.outbox import service as outbox
from volunteer.people import personal, reasons, sessions, staff_queries
from volunteer.people import policy as people
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, MERGED, WAITING, Grant, Person
from volunteer.people.service import access
from volunteer.privacy import messages, policy
from volunteer.privacy.models import DistinctPair, Merge
from volunteer.privacy.service import moving, taking_over

LONGEST_REASON = 300


class SameRecord(NotFound):
    """A record is not merged with itself."""


class NotOpen(Refused):
    sentence = _l("其中一份登记已经注销或者合并过，不能再合并。")


class GoneHasRoles(Refused):
    sentence = _l("要并掉的那份登记担任着职务或队长。请先把职务交给另一份登记，再来合并。")


class KeptHoldsOffice(Refused):
    """Or whoever merges could lay an own e-mail address or password into a colleague's account."""

    sentence = _l("要保留的那份登记是同事的。请由能给他每一项职务的管理员来合并。")
    status = 403


class ChildAndAdult(Refused):
    """Or a child would stand behind an adult's birth date (R007 to R009)."""

    sentence = _l("一份登记是未成年人，另一份是成年人，不能合并。请先更正写错的出生日期。")


class StillWaiting(Refused):
    sentence = _l("其中一份登记还在等监护人确认。请先确认或者退回，再来合并。")


class OwnWard(Refused):
    """R150: what the other record holds would come within the reach of who merges."""

    sentence = _l("其中一位请您帮忙办事，请让另一位同事来合并。")
    status = 403


class OtherDocument(Refused):
    sentence = _l("两份登记的证件号码不一样，是两个人，不能合并。")


class OneIsDisabled(Refused):
    sentence = _l("其中一份已经停用，合并以后本人可能再也登录不了。请先恢复它，或者把另一份也停用。")


class SaidDistinct(Refused):
    sentence = _l("同事核对过，这是两个人，不能合并。")


class ReasonNeeded(Refused):
    sentence = _l("请写明怎样确认是同一个人，例如“本人带身份证来核对过”。不要写姓名和电话。")
    status = 422
    field = "reason"


@dataclass(frozen=True)
class Preview:
    """What a merge would do."""

    moves: list[tuple[Any, int]]
    balances: list[tuple[str, str, int, int]]
    takes_over: list[str]
    refusals: list[str]
    looks: list[str]  # what stands in no way and should be looked at


def preview(*, actor: Actor, kept_id: int, gone_id: int) -> Preview:
    """Kinds with counts, (book, purpose, kept's, gone's balance), and what stands in the way."""
    kept, gone = pair(actor, kept_id, gone_id)
    moves = [(kind.label, moving.how_many(kind, gone_id)) for kind in personal.owned()]
    mine, theirs = continuing.balances_of(kept_id), continuing.balances_of(gone_id)
    return Preview(
        moves=[(label, count) for label, count in moves if count],
        balances=[(*key, mine.get(key, 0), theirs[key]) for key in sorted(theirs) if theirs[key]],
        takes_over=taking_over.names(kept, gone),
        refusals=[refusal.message for refusal in _refusals(actor, kept, gone)],
        looks=personal.looks_before_merging(kept_id, gone_id),
    )


def merge(*, actor: Actor, kept_id: int, gone_id: int, reason: str) -> Merge:
    """Move everything of the one record to the other; the one that goes can no longer be used."""
    kept, gone = pair(actor, kept_id, gone_id, lock=True)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise ReasonNeeded
    reason = reasons.without_names(reason, (kept_id, gone_id))
    reasons.refuse_numbers(reason)
    for refusal in _refusals(actor, kept, gone):
        raise refusal
    row = Merge(kept_id=kept_id, gone_id=gone_id, merged_at=clock.now(), merged_by_id=actor.id, moved={})
    db.session.add(row)
    db.session.flush()
    mover = moving.Mover(kept_id, gone_id, actor.id)
    for kind in personal.kinds():
        mover.move(kind)
    mover.notes["accounts"] = continuing.continue_in(
        gone_id=gone_id, kept_id=kept_id, operation=operation(row), recorded_by=actor.id
    )
    row.moved = {**mover.notes, "person": taking_over.take_over(kept, gone)}
    sessions.end_all(gone_id)
    db.session.flush()
    db.session.expire_all()
    audit.record(
        actor_id=actor.id,
        act="people_merged",
        kind="person",
        id=kept_id,
        gone=gone_id,
        merge=row.id,
        reason=reason,
    )
    outbox.tell(outbox.Note(operation(row), messages.MERGED, kept_id, by_email=True))
    return row


def say_distinct(*, actor: Actor, one_id: int, other_id: int) -> None:
    """Two people who look alike: the pair is not shown again. The second time changes nothing."""
    pair(actor, one_id, other_id)
    first, second = sorted((one_id, other_id))
    if db.session.get(DistinctPair, (first, second)) is not None:
        return
    db.session.add(DistinctPair(first_id=first, second_id=second, said_at=clock.now(), said_by_id=actor.id))
    db.session.flush()
    audit.record(actor_id=actor.id, act="people_distinct", kind="person", id=first, other=second)


def operation(row: Merge) -> str:
    """The name of the merge in the books and in messages."""
    return f"merge:{row.id}"


def pair(actor: Actor, kept_id: int, gone_id: int, *, lock: bool = False) -> tuple[Person, Person]:
    """Both records, for staff of both areas; somebody else's do not exist."""
    if kept_id == gone_id:
        raise SameRecord
    statement = sa.select(Person).where(Person.id.in_((kept_id, gone_id))).order_by(Person.id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    people = {person.id: person for person in db.session.scalars(statement)}
    if len(people) != 2:
        raise NotFound
    kept, gone = people[kept_id], people[gone_id]
    paths = tuple(db.session.get_one(Area, person.area_id).path for person in (kept, gone))
    if not policy.may_merge(actor, (kept_id, gone_id), (paths[0], paths[1])):
        raise NotFound
    if not (access.may_open(actor, kept) and access.may_open(actor, gone)):
        raise access.ApprovalNeeded
    return kept, gone


def _refusals(actor: Actor, kept: Person, gone: Person) -> list[Refused]:
    if {kept.status, gone.status} & {CLOSED, MERGED}:
        return [NotOpen()]
    found: list[Refused] = []
    if db.session.get(DistinctPair, (min(kept.id, gone.id), max(kept.id, gone.id))) is not None:
        found.append(SaidDistinct())
    if any(people.helps(actor, person.id) for person in (kept, gone)):
        found.append(OwnWard())
    if not all(people.may_grant(actor, *role, kept.id) for role in staff_queries.roles_of(kept.id)):
        found.append(KeptHoldsOffice())
    if access.is_minor(kept) != access.is_minor(gone):
        found.append(ChildAndAdult())
    if WAITING in (kept.status, gone.status):
        found.append(StillWaiting())
    elif kept.status != gone.status:
        found.append(OneIsDisabled())
    roles = sa.select(Grant.id).where(Grant.person_id == gone.id).limit(1)
    if db.session.scalar(roles) is not None:
        found.append(GoneHasRoles())
    if kept.document_hash and gone.document_hash and kept.document_kind == gone.document_kind:
        found.append(OtherDocument())
    return found + personal.merging_refusals(kept.id, gone.id)
