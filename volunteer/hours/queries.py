"""Lists for the pages: the roll call, a recorded batch, certificates and what they certify."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from volunteer.activities.models import AGREED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.areas import queries as areas
from volunteer.areas.models import Area
from volunteer.core import i18n
from volunteer.core.database import db
from volunteer.hours import finality
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
    """Somebody on a roll call, or who may be added to it."""

    id: int
    number: str
    name: str
    area_name: str
    area_name_en: str | None
    companions: int = 0
    with_id: int | None = None  # of two who share a place: the other one
    with_name: str = ""

    @property
    def area_label(self) -> str:
        return i18n.label(self.area_name, self.area_name_en)


_FOUND = sa.select(
    Person.id, Person.number, Person.name, Area.name.label("area_name"), Area.name_en.label("area_name_en")
).join(Area, Area.id == Person.area_id)


def on_the_list(occurrence_id: int) -> list[Found]:
    """Everybody with a live sign-up, in the order of signing up; who shares a place stands behind its holder."""
    seats = _seats(occurrence_id)
    other = aliased(Person)
    statement = (
        _FOUND.add_columns(seats.c.companions, seats.c.with_id, other.name.label("with_name"))
        .join(seats, seats.c.person_id == Person.id)
        .outerjoin(other, other.id == seats.c.with_id)
        .order_by(seats.c.sign_up_id, seats.c.place, Person.id)
    )
    found: dict[int, Found] = {}
    for row in db.session.execute(statement):
        values = row._mapping
        found.setdefault(row.id, Found(**{**values, "with_name": row.with_name or ""}))
    return list(found.values())


def _seats(occurrence_id: int) -> Any:
    """Who may come for each live sign-up: its holder, and whoever shares the place; companions are the holder's."""
    live = (SignUp.occurrence_id == occurrence_id, SignUp.state == SIGNED_UP)
    holders = sa.select(
        SignUp.id.label("sign_up_id"),
        sa.literal(0).label("place"),
        SignUp.person_id,
        sa.case((SignUp.partner_state == AGREED, SignUp.partner_id)).label("with_id"),
        (SignUp.places - 1).label("companions"),
    ).where(*live)
    partners = sa.select(SignUp.id, sa.literal(1), SignUp.partner_id, SignUp.person_id, sa.literal(0)).where(
        *live, SignUp.partner_state == AGREED, SignUp.partner_id.is_not(None)
    )
    return sa.union_all(holders, partners).subquery()


def people(person_ids: Collection[int]) -> dict[int, Found]:
    """Active people by their ids; nobody costs nothing."""
    if not person_ids:
        return {}
    rows = db.session.execute(_FOUND.where(Person.id.in_(person_ids), Person.status == ACTIVE))
    return {row.id: Found(**row._mapping) for row in rows}


def people_ever(rows: Mapping[int, int]) -> dict[int, Found]:
    """Those of printed rows (row → person), whatever became of them since."""
    statement = _FOUND.where(Person.id.in_(rows.values()))
    return {row.id: Found(**row._mapping) for row in db.session.execute(statement)}


def by_number_or_phone(texts: Collection[str]) -> dict[str, Found]:
    """Active people by what was written on paper, in one statement; what finds nobody is left out."""
    numbers = {text: number for text in texts if (number := people_rules.as_volunteer_number(text))}
    hashes = {
        text: phones.phone_hash(phone)
        for text in texts
        if text not in numbers and (phone := phones.normalised_or_none(text))
    }
    if not numbers and not hashes:
        return {}
    either = sa.or_(Person.number.in_(numbers.values()), Person.phone_hash.in_(hashes.values()))
    by_key: dict[str, Found] = {}
    for row in db.session.execute(
        _FOUND.add_columns(Person.phone_hash).where(either, Person.status == ACTIVE)
    ):
        values = {name: value for name, value in row._mapping.items() if name != "phone_hash"}
        by_key[row.number] = by_key[row.phone_hash] = Found(**values)
    wanted = {**numbers, **hashes}
    return {text: by_key[wanted[text]] for text in texts if wanted.get(text) in by_key}


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
            Batch.extra_minutes,
            Batch.extra_reason,
            Batch.photo_id,
            Batch.roster_id,
            recorder.name.label("recorded_by"),
            recorder.born_on.label("recorder_born_on"),
            reverser.name.label("reversed_by"),
            reverser.born_on.label("reverser_born_on"),
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
            ServiceRecord.source,
            ServiceRecord.reason,
            Person.name,
            Person.number,
            Person.born_on,
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
    """What it counts and still stands in the books, oldest first."""
    period = finality.served(certificate.person_id, certificate.from_on, certificate.until_on)
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
        .where(*period, finality.was_final(certificate.issued_at))
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
