"""The table of areas; `path` lists the ids from the root, so that a subtree is a prefix."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import i18n
from volunteer.core.database import Id, Model, reference

SUBDISTRICT, COMMUNITY, GRID = "subdistrict", "community", "grid"


class Area(Model):
    __tablename__ = "area"
    __table_args__ = (
        sa.UniqueConstraint("code", name="uq_area_code"),
        sa.CheckConstraint("level IN ('subdistrict', 'community', 'grid')", name="level"),
        sa.Index("ix_area_path", "path"),
        sa.Index("uq_area_name", "parent_id", "name", unique=True),
    )

    id: Mapped[Id]
    parent_id: Mapped[int | None] = reference("area.id", optional=True, index=True)
    level: Mapped[str] = mapped_column(sa.String(12))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str | None] = mapped_column(sa.String(80))
    path: Mapped[str] = mapped_column(sa.String(200))

    @property
    def label(self) -> str:
        """The name in the reader's language where there is one."""
        return i18n.label(self.name, self.name_en)
