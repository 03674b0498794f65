"""Uploaded pictures and papers: re-encoded without metadata, encrypted on disk, named by chance (R153).

`prepare` is slow and touches nothing: call it before the write transaction.
`keep` writes the file first and its row after, so that a crash leaves at most
a file that nothing points at; `sweep` removes those a day later.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from flask import Response, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, Session, mapped_column

from volunteer.core import clock, crypto
from volunteer.core.database import BigInt, Id, Model, db
from volunteer.core.errors import NotFound, Refused

PDF, JPEG = "application/pdf", "image/jpeg"
PICTURES = "image/jpeg,image/png,image/webp"  # a phone turns HEIC into JPEG when it reads this
LARGEST_BYTES = 7 * 1024 * 1024  # a little less than the whole request may hold
# For the field of a form.
TAKEN = {"pictures": PICTURES, "papers": f"{PICTURES},{PDF}", "megabytes": LARGEST_BYTES // 1024 // 1024}
ORPHAN_AGE = dt.timedelta(days=1)
_ENDINGS = {PDF: "pdf", JPEG: "jpg"}
# Whatever is in the file, it may not run, send or frame anything.
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"
_TO_REMOVE = "files whose rows are gone"


class StoredFile(Model):
    """A file kept under FILES_DIR; who may open it is decided by the record that points at it."""

    __tablename__ = "stored_file"
    __table_args__ = (sa.UniqueConstraint("stored_name", name="uq_stored_file_stored_name"),)

    id: Mapped[Id]
    stored_name: Mapped[str] = mapped_column(sa.String(40))
    media_type: Mapped[str] = mapped_column(sa.String(40))
    byte_count: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int] = mapped_column(BigInt)


class BadFile(Refused):
    """Nothing of it is kept."""

    status = 422
    field = "file"
    sentence = _l("这个文件打不开，可能传坏了。请重新拍一张，或者换一个文件。")


class WrongKind(BadFile):
    sentence = _l("这里只收照片（JPEG、PNG、WebP）和 PDF。别的文件请拍成照片再传。")


class TooLarge(BadFile):
    sentence = _l("文件太大了，最多 %(megabytes)s MB。请缩小以后再传，或者重新拍一张。")

    def __init__(self) -> None:
        super().__init__(megabytes=TAKEN["megabytes"])


class TooManyPixels(BadFile):
    sentence = _l("照片的尺寸太大了，打不开。请用手机重新拍一张，或者截一张图。")


class FileLost(NotFound):
    """The row is there, its file is not, or is not what was stored."""

    sentence = _l("这份文件找不到了。请和社区工作人员说一声，重新传一份就好。")


class Prepared:
    """Checked and cleaned bytes, ready to be kept."""

    def __init__(self, data: bytes, media_type: str) -> None:
        self.data, self.media_type = data, media_type


def prepare(upload: IO[bytes]) -> Prepared:
    """Check and clean what somebody sent: pictures lose everything but their pixels, PDF stays as it is."""
    from volunteer.core import pictures  # Pillow is taken into memory by the worker that needs it

    data = upload.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise TooLarge
    if data.startswith(b"%PDF-"):
        return Prepared(data, PDF)
    if not pictures.is_picture(data):
        raise WrongKind
    try:
        return Prepared(pictures.cleaned(data), JPEG)
    except pictures.TooManyPixels as error:
        raise TooManyPixels from error
    except pictures.Broken as error:
        raise BadFile from error


def keep(prepared: Prepared, *, by_id: int) -> StoredFile:
    """Write the file, then its row in the caller's transaction."""
    name = secrets.token_hex(16)
    _write(_path(name), crypto.encrypt_bytes(prepared.data))
    row = StoredFile(
        stored_name=name,
        media_type=prepared.media_type,
        byte_count=len(prepared.data),
        digest=hashlib.sha256(prepared.data).hexdigest(),
        created_at=clock.now(),
        created_by_id=by_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def read(file: StoredFile) -> bytes:
    """What was stored, compared with its digest."""
    try:
        data = crypto.decrypt_bytes(_path(file.stored_name).read_bytes())
    except (OSError, crypto.Unreadable) as error:
        raise FileLost from error
    if hashlib.sha256(data).hexdigest() != file.digest:
        raise FileLost
    return data


def response(file: StoredFile, *, called: str) -> Response:
    """The file as an answer: pictures in the window, everything else only to be saved; never remembered."""
    answer = Response(read(file), mimetype=file.media_type)
    way = "inline" if file.media_type == JPEG else "attachment"
    name = f"{called}.{_ENDINGS.get(file.media_type, 'bin')}"
    answer.headers["Content-Disposition"] = f'{way}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer


def remove(file_id: int) -> None:
    """Delete the row now and the file after the commit; nothing may point at it any more."""
    row = db.session.get_one(StoredFile, file_id)
    db.session.info.setdefault(_TO_REMOVE, []).append(row.stored_name)
    db.session.delete(row)
    db.session.flush()


def sweep(now: dt.datetime) -> int:
    """Remove files that no row names and that are older than a day; returns how many."""
    removed = 0
    for folder in _folders():
        names = [path.name for path in folder.iterdir() if _age(path, now) > ORPHAN_AGE]
        known = sa.select(StoredFile.stored_name).where(StoredFile.stored_name.in_(names))
        for name in set(names) - set(db.session.scalars(known) if names else ()):
            (folder / name).unlink(missing_ok=True)
            removed += 1
    return removed


def _folder() -> Path:
    return Path(current_app.config["FILES_DIR"])


def _folders() -> Iterator[Path]:
    if _folder().is_dir():
        yield from sorted(path for path in _folder().iterdir() if path.is_dir())


def _path(name: str) -> Path:
    """Spread over 256 folders, so that none grows long."""
    return _folder() / name[:2] / name


def _write(path: Path, data: bytes) -> None:
    for folder in (_folder(), path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _age(path: Path, now: dt.datetime) -> dt.timedelta:
    with contextlib.suppress(OSError):
        return now - dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return dt.timedelta(0)


@sa.event.listens_for(Session, "after_commit")
def _remove_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for name in session.info.pop(_TO_REMOVE, ()):
        with contextlib.suppress(OSError):  # the sweep will find it
            _path(name).unlink(missing_ok=True)


@sa.event.listens_for(Session, "after_rollback")
def _forget_after_rollback(session: Any) -> None:
    session.info.pop(_TO_REMOVE, None)
