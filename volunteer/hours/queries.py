"""Lists for the pages: the roll call, a recorded batch, certificates and what they certify."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.models import SIGNED_UP, Occurrence, Series, SignUp
from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import clock, i18n
from volunteer.core.database import db
from volunteer.hours.models import Batch, Certificate, ServiceRecord
from volunteer.ledger.models import Transfer
from volunteer.people import finding, phones
from volunteer.people import rules as people_rules
from volunteer.people.models import ACTIVE, Person, PersonLookUp
from volunteer.teams import members
from volunteer.teams.models import Team

MOST_MATCHES = 8


@dataclass(frozen=True)
class Found:
    """Somebody who may be added to a roll call."""

    id: int
    number: str
    name: str
    area_name: str
    area_name_en: str | None

    @property
    def area_label(self) -> str:
        return (self.area_name_en or self.area_name) if i18n.current() == "en" else self.area_name


_FOUND = sa.select(
    Person.id, Person.number, Person.name, Area.name.label("area_name"), Area.name_en.label("area_name_en")
).join(Area, Area.id == Person.area_id)


def signed_up(occurrence_id: int) -> list[Found]:
    """Everybody with a live sign-up, in the order of signing up."""
    statement = (
        _FOUND.join(SignUp, SignUp.person_id == Person.id)
        .where(SignUp.occurrence_id == occurrence_id, SignUp.state == SIGNED_UP)
        .order_by(SignUp.id)
    )
    return [Found(**row._mapping) for row in db.session.execute(statement)]


def people(person_ids: Collection[int]) -> dict[int, Found]:
    rows = db.session.execute(_FOUND.where(Person.id.in_(person_ids), Person.status == ACTIVE))
    return {row.id: Found(**row._mapping) for row in rows}


def find_people(text: str, *, team_id: int, without: Collection[int]) -> list[Found]:
    """Walk-ins by volunteer number, phone, last four digits, whole name, or part of a team member's name."""
    conditions = [Person.name_hash == finding.name_hash(text)]
    number, phone = people_rules.as_volunteer_number(text), phones.normalised_or_none(text)
    if number is not None:
        conditions.append(Person.number == number)
    if phone is not None:
        conditions.append(Person.phone_hash == phones.phone_hash(phone))
    if len(text) == finding.TAIL_LENGTH and text.isascii() and text.isdigit():
        keys = [finding.tail_key(area.id, text) for area in areas.roots()]
        with_tail = sa.select(PersonLookUp.person_id).where(PersonLookUp.hash.in_(keys))
        conditions.append(Person.id.in_(with_tail))
    conditions.append(Person.id.in_(members.called(text, team_id)))
    statement = (
        _FOUND.where(sa.or_(*conditions), Person.status == ACTIVE, Person.id.not_in(without))
        .order_by(Person.id)
        .limit(MOST_MATCHES)
    )
    return [Found(**row._mapping) for row in db.session.execute(statement)]


def live_batch_id(occurrence_id: int) -> int | None:
    return db.session.scalar(
        sa.select(Batch.id).where(Batch.occurrence_id == occurrence_id, Batch.reversed_at.is_(None))
    )


def batch(batch_id: int) -> Any:
    """The batch with the names of who recorded and who reversed it."""
    recorder, reverser = aliased(Person), aliased(Person)
    return db.session.execute(
        sa.select(
            Batch.id,
            Batch.occurrence_id,
            Batch.recorded_at,
            Batch.recorded_by_id,
            Batch.reversed_at,
            Batch.reversed_reason,
            recorder.name.label("recorded_by"),
            reverser.name.label("reversed_by"),
        )
        .join(recorder, recorder.id == Batch.recorded_by_id)
        .outerjoin(reverser, reverser.id == Batch.reversed_by_id)
        .where(Batch.id == batch_id)
    ).first()


def records(batch_id: int) -> Sequence[Any]:
    """Everybody of a batch: attendance, minutes, points."""
    hours, points = aliased(Transfer), aliased(Transfer)
    return db.session.execute(
        sa.select(
            ServiceRecord.person_id,
            ServiceRecord.sign_up_id,
            ServiceRecord.attendance,
            ServiceRecord.off_minutes,
            Person.name,
            Person.number,
            sa.func.coalesce(hours.amount, 0).label("minutes"),
            sa.func.coalesce(points.amount, 0).label("points"),
        )
        .join(Person, Person.id == ServiceRecord.person_id)
        .outerjoin(hours, hours.id == ServiceRecord.hours_transfer_id)
        .outerjoin(points, points.id == ServiceRecord.points_transfer_id)
        .where(ServiceRecord.batch_id == batch_id)
        .order_by(ServiceRecord.id)
    ).all()


def certificates(person_id: int) -> list[Certificate]:
    """The newest first."""
    statement = sa.select(Certificate).where(Certificate.person_id == person_id)
    return list(db.session.scalars(statement.order_by(Certificate.id.desc()).limit(100)))


def services(certificate: Certificate) -> Sequence[Any]:
    """The live records of the certificate's period, as the books hold them now, oldest first."""
    until = clock.start_of(certificate.until_on + dt.timedelta(days=1))
    return db.session.execute(
        sa.select(
            ServiceRecord.id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Series.id.label("series_id"),
            Series.title,
            Series.title_en,
            sa.func.coalesce(Batch.team_name, Team.name).label("team_name"),
            sa.case((Batch.team_name.is_(None), Team.name_en), else_=Batch.team_name_en).label(
                "team_name_en"
            ),
            Transfer.amount.label("minutes"),
        )
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .join(Occurrence, Occurrence.id == ServiceRecord.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Team, Team.id == Series.team_id)
        .where(
            ServiceRecord.person_id == certificate.person_id,
            Batch.reversed_at.is_(None),
            Transfer.happened_at >= clock.start_of(certificate.from_on),
            Transfer.happened_at < until,
        )
        .order_by(Transfer.happened_at, ServiceRecord.id)
    ).all()


def holder(person_id: int) -> Any:
    """Whose certificates: id, name, number, status, whether the identity was checked, path of the area."""
    return db.session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.number,
            Person.status,
            Person.verified_at.is_not(None).label("is_verified"),
            Area.path.label("area_path"),
        )
        .join(Area, Area.id == Person.area_id)
        .where(Person.id == person_id)
    ).first()
