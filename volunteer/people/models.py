"""People, how they sign in, what they agreed to, and what they may do."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import BigInt, Id, Model, Secret, reference

# Roles, weakest first. A leader's or deputy's scope is a team, everybody else's an area.
LEADER, DEPUTY = "leader", "deputy"
COUNTER_CLERK, COMMUNITY_STAFF, SUBDISTRICT_STAFF = "counter_clerk", "community_staff", "subdistrict_staff"
AUDITOR, SYSTEM_ADMIN = "auditor", "system_admin"
STAFF_ROLES = (COUNTER_CLERK, COMMUNITY_STAFF, SUBDISTRICT_STAFF, AUDITOR, SYSTEM_ADMIN)
ROLES = (LEADER, DEPUTY, *STAFF_ROLES)
# What a leader or deputy may do, each right granted by itself; REGISTER only when given expressly.
ACCEPT, PUBLISH, RECORD, MESSAGE, REGISTER = "accept", "publish", "record", "message", "register"
USUAL_RIGHTS = (ACCEPT, PUBLISH, RECORD, MESSAGE)
RIGHTS = (*USUAL_RIGHTS, REGISTER)
# Waiting for a guardian (R007); disabled by staff; closed by oneself; merged into another record.
WAITING, ACTIVE, DISABLED, CLOSED, MERGED = "waiting", "active", "disabled", "closed", "merged"


class Person(Model):
    """Somebody who is registered. What names a person is encrypted; look-up is by keyed hash (R141)."""

    __tablename__ = "person"
    __table_args__ = (
        sa.UniqueConstraint("number", name="uq_person_number"),
        sa.UniqueConstraint("phone_hash", name="uq_person_phone_hash"),
        sa.UniqueConstraint("document_hash", name="uq_person_document_hash"),
        sa.CheckConstraint("status IN ('waiting', 'active', 'disabled', 'closed', 'merged')", name="status"),
        sa.CheckConstraint("language IN ('zh_Hans', 'zh_Hant', 'en')", name="language"),
        sa.CheckConstraint("sex IN ('female', 'male')", name="sex"),
        sa.Index("ix_person_same_name", "name_hash", "born_on"),
        sa.Index("ix_person_area", "area_id", "status", "id"),
        sa.Index(
            "ix_person_waiting",
            "born_on",
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        ),
        sa.Index(
            "ix_person_merged_into",
            "merged_into_id",
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(Secret)
    name_hash: Mapped[str] = mapped_column(sa.String(40))
    display_name: Mapped[str | None] = mapped_column(sa.String(30))  # chosen for public notices (R044)
    sex: Mapped[str | None] = mapped_column(sa.String(6))
    phone: Mapped[str | None] = mapped_column(Secret)
    phone_hash: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(Secret)
    address: Mapped[str | None] = mapped_column(Secret)
    school: Mapped[str | None] = mapped_column(Secret)
    document_kind: Mapped[str | None] = mapped_column(sa.String(20))
    document: Mapped[str | None] = mapped_column(Secret)
    document_hash: Mapped[str | None] = mapped_column(sa.String(40))
    verified_at: Mapped[dt.datetime | None]  # when staff compared the document with the person (R002)
    verified_by_id: Mapped[int | None] = reference("person.id", optional=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    pin_hash: Mapped[str | None] = mapped_column(
        sa.String(200)
    )  # of the card, and for spending through another
    has_second_factor: Mapped[bool] = mapped_column(default=False)  # kept true by safety/service
    area_id: Mapped[int] = reference("area.id")
    born_on: Mapped[dt.date]
    language: Mapped[str] = mapped_column(sa.String(10), default="zh_Hans")
    elder_mode: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(sa.String(10), default=ACTIVE)
    merged_into_id: Mapped[int | None] = reference("person.id", optional=True)
    registered_at: Mapped[dt.datetime]
    registered_by_id: Mapped[int | None] = reference("person.id", optional=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own protocol


# Written out, not as a value: only so `ix_person_waiting` serves it.
IS_WAITING = Person.status == sa.literal_column("'waiting'")


class PersonLookUp(Model):
    """Keyed hashes by which a person is found: beginnings of the name, the phone's tail, each within one area."""

    __tablename__ = "person_look_up"

    hash: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    person_id: Mapped[int] = reference("person.id", primary_key=True, index=True)


class PersonSkill(Model):
    """A skill of the person, by the code in people/rules.py."""

    __tablename__ = "person_skill"

    person_id: Mapped[int] = reference("person.id", primary_key=True)
    skill: Mapped[str] = mapped_column(sa.String(20), primary_key=True)


class PersonSlot(Model):
    """A part of the week in which the person usually has time."""

    __tablename__ = "person_slot"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("part IN ('morning', 'afternoon', 'evening')", name="part"),
    )

    person_id: Mapped[int] = reference("person.id", primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(10), primary_key=True)


class Consent(Model):
    """What a person agreed to: kind, version of the notice, when, in which way, recorded by whom (R143)."""

    __tablename__ = "consent"
    __table_args__ = (sa.Index("ix_consent_person", "person_id", "kind", "id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    kind: Mapped[str] = mapped_column(sa.String(30))
    notice_version: Mapped[str] = mapped_column(sa.String(20))
    given_at: Mapped[dt.datetime]
    way: Mapped[str] = mapped_column(sa.String(20))
    recorded_by_id: Mapped[int | None] = reference("person.id", optional=True)
    withdrawn_at: Mapped[dt.datetime | None]


class Guardian(Model):
    """Who is responsible for a child and agreed to the registration (R007); encrypted at rest."""

    __tablename__ = "guardian"

    id: Mapped[Id]
    ward_id: Mapped[int] = reference("person.id", index=True)
    name: Mapped[str] = mapped_column(Secret)
    relation: Mapped[str] = mapped_column(sa.String(20))
    phone: Mapped[str] = mapped_column(Secret)
    recorded_at: Mapped[dt.datetime]
    recorded_by_id: Mapped[int] = reference("person.id")


class RegistrationReceipt(Model):
    """How somebody who registered a child alone learns what became of it, by a token (R007, R010, R011).

    A phone that was registered before gets one as well, without a person, so that both look the same.
    """

    __tablename__ = "registration_receipt"
    __table_args__ = (
        sa.UniqueConstraint("token_hash", name="uq_registration_receipt_token"),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'rejected')", name="state"),
    )

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(sa.String(40))
    area_id: Mapped[int] = reference("area.id")
    person_id: Mapped[int | None] = reference("person.id", optional=True, index=True)
    received_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    reason: Mapped[str | None] = mapped_column(Secret)  # why it was rejected
    decided_at: Mapped[dt.datetime | None]  # of one that waits again: since when
    decided_by_id: Mapped[int | None] = reference("person.id", optional=True)


class RecordAccess(Model):
    """A request of staff to open a minor's record, and the answer of somebody else (条例 36)."""

    __tablename__ = "record_access"
    __table_args__ = (
        sa.CheckConstraint("state IN ('asked', 'approved', 'refused')", name="state"),
        sa.Index("ix_record_access_person", "person_id", "id"),
        sa.Index("ix_record_access_state", "state", "id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    asked_by_id: Mapped[int] = reference("person.id", index=True)
    reason: Mapped[str] = mapped_column(sa.String(300))
    asked_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(sa.String(10), default="asked")
    decided_by_id: Mapped[int | None] = reference("person.id", optional=True)
    decided_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime | None]


class SignInSession(Model):
    """A sign-in, kept here so that signing out or a new password ends it everywhere at once."""

    __tablename__ = "sign_in_session"
    __table_args__ = (sa.Index("ix_sign_in_session_person", "person_id"),)

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[int] = reference("person.id")
    way: Mapped[str] = mapped_column(sa.String(10), default="password")  # password, passkey, card
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    second_factor_at: Mapped[dt.datetime | None]
    # When the person last proved to be the same one, for sensitive acts.
    confirmed_at: Mapped[dt.datetime | None]


class Grant(Model):
    """A role over a scope: an area with all below it, or a team."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "role", "scope_kind", "scope_id", name="uq_role_grant"),
        sa.CheckConstraint("scope_kind IN ('area', 'team')", name="scope_kind"),
        sa.Index("ix_role_grant_scope", "scope_kind", "scope_id", "role"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = reference("person.id")
    role: Mapped[str] = mapped_column(sa.String(20))
    scope_kind: Mapped[str] = mapped_column(sa.String(5))
    scope_id: Mapped[int] = mapped_column(BigInt)
    rights: Mapped[str] = mapped_column(sa.String(100), default="")  # over a team: words of RIGHTS
    granted_at: Mapped[dt.datetime]
    granted_by_id: Mapped[int | None] = reference("person.id", optional=True)


class NumberSeries(Model):
    """The next number of a kind (volunteers, wishes, certificates); taken under its row lock."""

    __tablename__ = "number_series"

    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    next_number: Mapped[int] = mapped_column(BigInt)
