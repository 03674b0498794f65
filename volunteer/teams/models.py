"""Teams under areas, and who belongs to them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import i18n
from volunteer.core.database import Id, Model, reference

KINDS = ("volunteer", "party_branch", "unit", "school")
REQUESTED, MEMBER, REFUSED, LEFT = "requested", "member", "refused", "left"


class Team(Model):
    __tablename__ = "team"
    __table_args__ = (
        sa.UniqueConstraint("code", name="uq_team_code"),
        sa.CheckConstraint("kind IN ('volunteer', 'party_branch', 'unit', 'school')", name="kind"),
        sa.Index("ix_team_area", "area_id", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(40))
    area_id: Mapped[int] = reference("area.id")
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str | None] = mapped_column(sa.String(120))
    focus: Mapped[str] = mapped_column(sa.String(200), default="")
    founded_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]

    @property
    def label(self) -> str:
        """The name in the reader's language where there is one."""
        return (self.name_en or self.name) if i18n.current() == "en" else self.name


class Membership(Model):
    """A person's request to join a team and what became of it; history stays (R014)."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("state IN ('requested', 'member', 'refused', 'left')", name="state"),
        sa.Index(
            "uq_membership_live",
            "team_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state IN ('requested', 'member')"),
            postgresql_where=sa.text("state IN ('requested', 'member')"),
        ),
        sa.Index("ix_membership_person", "person_id", "state", "team_id"),
        sa.Index("ix_membership_team", "team_id", "state", "id"),
    )

    id: Mapped[Id]
    team_id: Mapped[int] = reference("team.id")
    person_id: Mapped[int] = reference("person.id")
    state: Mapped[str] = mapped_column(sa.String(10))
    requested_at: Mapped[dt.datetime]
    joined_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = reference("person.id", optional=True)
    way: Mapped[str] = mapped_column(sa.String(20), default="request")  # request, recruitment, import
    reason: Mapped[str | None] = mapped_column(sa.String(300))
