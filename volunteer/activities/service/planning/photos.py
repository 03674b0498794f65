"""Pictures of an activity: kept without their metadata (R153), of one date or of the whole series."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.activities import managed
from volunteer.activities.models import ActivityPhoto
from volunteer.activities.signing import chains
from volunteer.audit import service as audit
from volunteer.core import clock, files
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor

MOST = 30
LONGEST_CAPTION = 120
_JPEG = "image/jpeg"


class NoPicture(Refused):
    sentence = _l("请选一张照片（JPG、PNG 或 WebP）。")
    status = 422
    field = "file"


class TooManyPhotos(Refused):
    sentence = _l("这个活动已经有 %(most)s 张照片了，请先删掉几张。")


def add_photo(
    *, actor: Actor, occurrence_id: int, prepared: files.Prepared | None, caption: str = ""
) -> ActivityPhoto:
    """By who may manage the activity; at most MOST pictures of it, however often it was split."""
    row = managed.date(actor, occurrence_id)
    if prepared is None or prepared.media_type != _JPEG:
        raise NoPicture
    count = sa.select(sa.func.count()).where(ActivityPhoto.series_id.in_(chains.IDS))
    if (db.session.scalar(count, {"series_id": row.series_id}) or 0) >= MOST:
        raise TooManyPhotos(most=MOST)
    photo = ActivityPhoto(
        series_id=row.series_id,
        occurrence_id=occurrence_id,
        file_id=files.keep(prepared, by_id=actor.id).id,
        caption=caption.strip()[:LONGEST_CAPTION],
        added_at=clock.now(),
        added_by_id=actor.id,
    )
    db.session.add(photo)
    db.session.flush()
    audit.record(actor_id=actor.id, act="photo_added", kind="occurrence", id=occurrence_id, photo=photo.id)
    return photo


def remove_photo(*, actor: Actor, occurrence_id: int, photo_id: int) -> None:
    """The row and the file go; whoever may manage the activity may do it, not only who added it."""
    row = managed.date(actor, occurrence_id)
    photo = db.session.get(ActivityPhoto, photo_id)
    if photo is None or photo.series_id not in db.session.scalars(chains.IDS, {"series_id": row.series_id}):
        raise NotFound
    managed.series(actor, photo.series_id)
    file_id = photo.file_id
    db.session.delete(photo)
    db.session.flush()
    files.remove(file_id)
    audit.record(actor_id=actor.id, act="photo_removed", kind="occurrence", id=occurrence_id, photo=photo_id)


def photos_of(*, series_id: int, limit: int = MOST) -> Sequence[ActivityPhoto]:
    """Those of the series and of its other parts, the newest first."""
    statement = sa.select(ActivityPhoto).where(ActivityPhoto.series_id.in_(chains.IDS))
    newest = statement.order_by(ActivityPhoto.id.desc()).limit(limit)
    return db.session.scalars(newest, {"series_id": series_id}).all()
