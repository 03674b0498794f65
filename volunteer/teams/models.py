"""Teams under areas, and who belongs to them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import i18n
from volunteer.core.database import Id, Model, Secret, reference

KINDS = ("volunteer", "party_branch", "unit", "school")
REQUESTED, MEMBER, REFUSED, LEFT = "requested", "member", "refused", "left"
WAITING, ACCEPTED = "waiting", "accepted"  # states of an application, besides REFUSED


class Team(Model):
    __tablename__ = "team"
    __table_args__ = (
        sa.UniqueConstraint("code", name="uq_team_code"),
        sa.CheckConstraint("kind IN ('volunteer', 'party_branch', 'unit', 'school')", name="kind"),
        sa.Index("ix_team_area", "area_id", "id"),
        sa.Index("ix_team_path", "path"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(40))
    area_id: Mapped[int] = reference("area.id")
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str | None] = mapped_column(sa.String(120))
    focus: Mapped[str] = mapped_column(sa.String(200), default="")
    parent_id: Mapped[int | None] = reference("team.id", optional=True)
    path: Mapped[str] = mapped_column(sa.String(200), default="")  # '/7/31/': the ids of teams from the top
    founded_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]
    closed_reason: Mapped[str | None] = mapped_column(sa.String(300))
    successor_id: Mapped[int | None] = reference("team.id", optional=True)  # R015

    @property
    def label(self) -> str:
        """The name in the reader's language where there is one."""
        return i18n.label(self.name, self.name_en)


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


class Invitation(Model):
    """A QR code that lets whoever scans it join at once, until it expires or is taken back."""

    __tablename__ = "team_invitation"
    __table_args__ = (sa.UniqueConstraint("token_hash", name="uq_team_invitation_token_hash"),)

    id: Mapped[Id]
    team_id: Mapped[int] = reference("team.id", index=True)
    token: Mapped[str] = mapped_column(Secret)
    token_hash: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int] = reference("person.id")
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class Intake(Model):
    """A recruitment meeting: a QR code to a short form, and a list for the leader to accept in one go."""

    __tablename__ = "intake"
    __table_args__ = (sa.UniqueConstraint("token_hash", name="uq_intake_token_hash"),)

    id: Mapped[Id]
    team_id: Mapped[int] = reference("team.id", index=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    token: Mapped[str] = mapped_column(Secret)
    token_hash: Mapped[str] = mapped_column(sa.String(40))
    opened_at: Mapped[dt.datetime]
    opened_by_id: Mapped[int] = reference("person.id")
    closes_at: Mapped[dt.datetime]


class Application(Model):
    """Somebody's filled-in form of an intake; becomes a person when accepted, is forgotten some time after.

    What names the person is emptied then (teams/retention.py).
    """

    __tablename__ = "application"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'refused')", name="state"),
        sa.UniqueConstraint("receipt_hash", name="uq_application_receipt_hash"),
        # The same form twice is one form; once it was answered, somebody may apply again.
        sa.Index(
            "uq_application_waiting_form",
            "intake_id",
            "form_hash",
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_application_intake", "intake_id", "state", "id"),
        sa.Index("ix_application_waiting", "state", "answer_by_on"),
        sa.Index("ix_application_person", "person_id"),
    )

    id: Mapped[Id]
    intake_id: Mapped[int] = reference("intake.id")
    name: Mapped[str] = mapped_column(Secret)
    phone: Mapped[str | None] = mapped_column(Secret)
    phone_hash: Mapped[str | None] = mapped_column(sa.String(40))
    form_hash: Mapped[str | None] = mapped_column(sa.String(40))  # keyed, of phone, name and birth date
    sex: Mapped[str | None] = mapped_column(sa.String(6))
    born_on: Mapped[dt.date | None]
    area_id: Mapped[int] = reference("area.id")
    language: Mapped[str] = mapped_column(sa.String(10), default="zh_Hans")
    skills: Mapped[str] = mapped_column(sa.String(300), default="")
    guardian: Mapped[str | None] = mapped_column(Secret)  # name, relation and phone as JSON (R007)
    notice_version: Mapped[str] = mapped_column(sa.String(20))
    applied_at: Mapped[dt.datetime]
    applied_by_id: Mapped[int | None] = reference("person.id", optional=True)  # a leader with the paper form
    answer_by_on: Mapped[dt.date]  # R010
    receipt: Mapped[str] = mapped_column(Secret)
    receipt_hash: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[int | None] = reference("person.id", optional=True)
    reason: Mapped[str | None] = mapped_column(sa.String(300))  # R011
    person_id: Mapped[int | None] = reference("person.id", optional=True)
    is_new_person: Mapped[bool] = mapped_column(
        default=False
    )  # registered by the acceptance, not known before
