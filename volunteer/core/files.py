"""Uploaded pictures and papers: re-encoded without metadata, encrypted on disk, named by chance (R153)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model


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
