"""The photo of the signed sheet, put to a roll call that was recorded before."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import files
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import planned, policy
from volunteer.hours.models import Batch
from volunteer.people.identity import Actor


class NoPhoto(Refused):
    sentence = _l("请先选一张照片。")
    status = 422
    field = "file"


class HasPhoto(Refused):
    sentence = _l("这份记录已经有照片了。照片是凭据，不能再换。")


def add_photo(*, actor: Actor, batch_id: int, photo: files.Prepared | None) -> None:
    """Once for each batch, by whoever may call its roll; where it was taken is not kept."""
    batch = db.session.get(Batch, batch_id)
    plan = planned.load(batch.occurrence_id, lock=True) if batch else None
    if batch is None or plan is None:
        raise NotFound
    if not policy.may_record(actor, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    db.session.refresh(batch)  # read after the lock
    if batch.photo_id is not None or batch.reversed_at is not None:
        raise HasPhoto
    if photo is None:
        raise NoPhoto
    batch.photo_id = files.keep(photo, by_id=actor.id).id
    db.session.flush()
    audit.record(actor_id=actor.id, act="sheet_photo_added", kind="batch", id=batch.id)
