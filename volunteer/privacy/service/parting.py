"""A merge is taken back within 30 days, exactly, or refused with what stands in the way."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.ledger import continuing
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, MERGED, Person
from volunteer.privacy import messages
from volunteer.privacy.models import Erasure, Merge
from volunteer.privacy.service import merging, moving, taking_over

UNDO_DAYS = 30


class UndoneAlready(Refused):
    sentence = _l("这次合并已经撤销过了。")


class UndoTooLate(Refused):
    sentence = _l("合并已经超过 %(days)s 天，不能再撤销。")


class KeptErased(Refused):
    sentence = _l("合并后的账户已经注销，不能再撤销。")


class MergedFurther(Refused):
    sentence = _l("这份登记后来又合并过。请先撤销后面的那一次。")


def undo(*, actor: Actor, merge_id: int) -> None:
    """Part them again as they were; what was done since the merge stays with the record that was kept."""
    row = load(merge_id)
    kept, gone = merging.pair(actor, row.kept_id, row.gone_id, lock=True)
    db.session.refresh(row, with_for_update=True)
    _refuse(row, kept)
    continuing.part(account_ids=row.moved["accounts"], operation=merging.operation(row), recorded_by=actor.id)
    taking_over.give_back(kept, gone, row.moved["person"])
    moving.put_back(row.moved, kept_id=row.kept_id, gone_id=row.gone_id)
    row.undone_at, row.undone_by_id = clock.now(), actor.id
    db.session.flush()
    db.session.expire_all()
    audit.record(
        actor_id=actor.id, act="people_parted", kind="person", id=row.kept_id, gone=row.gone_id, merge=row.id
    )
    outbox.tell(outbox.Note(f"un{merging.operation(row)}", messages.PARTED, row.kept_id, by_email=True))


def load(merge_id: int) -> Merge:
    row = db.session.get(Merge, merge_id)
    if row is None:
        raise NotFound
    return row


def undo_until(row: Merge) -> dt.datetime:
    return row.merged_at + dt.timedelta(days=UNDO_DAYS)


def is_open(row: Merge) -> bool:
    """Whether there is still time to undo it."""
    return row.undone_at is None and clock.now() <= undo_until(row)


def over_ids(now: dt.datetime) -> list[int]:
    """Records that went so long ago that nothing is undone any more; a job forgets each (`forget_merged`)."""
    statement = (
        sa.select(Merge.gone_id)
        .outerjoin(Erasure, Erasure.person_id == Merge.gone_id)
        .where(
            Merge.undone_at.is_(None),
            Merge.merged_at < now - dt.timedelta(days=UNDO_DAYS),
            Erasure.person_id.is_(None),
        )
        .order_by(Merge.id)
        .limit(500)
    )
    return list(db.session.scalars(statement))


def _refuse(row: Merge, kept: Person) -> None:
    if row.undone_at is not None:
        raise UndoneAlready
    if not is_open(row):
        raise UndoTooLate(days=UNDO_DAYS)
    if kept.status == CLOSED:
        raise KeptErased
    if kept.status == MERGED:
        raise MergedFurther
