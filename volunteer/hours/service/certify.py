"""Certificates: what the books say of a person's service in a period, and whether they still say it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.areas.rules import community_path
from volunteer.audit import service as audit
from volunteer.core import clock, crypto, formats, throttle
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import gettext as _
from volunteer.hours import finality, policy
from volunteer.hours.models import Batch, Certificate, ServiceRecord
from volunteer.ledger.models import Seal, Transfer
from volunteer.people import numbers
from volunteer.people.identity import Actor
from volunteer.people.models import CLOSED, Person

CODE_LENGTH = 10
CHECKS_PER_ADDRESS = 60  # in a quarter of an hour; guessing one of 31^10 codes would take ages

State = Literal["valid", "superseded", "revoked", "unknown"]


class PeriodBackwards(Refused):
    sentence = _l("开始的日期要早于或等于结束的日期。")
    status = 422
    field = "until_on"


class PeriodInFuture(Refused):
    sentence = _l("结束的日期不能晚于今天。")
    status = 422
    field = "until_on"


class NothingToCertify(Refused):
    sentence = _l("这段时间里还没有记录过服务时长，没有可以证明的内容。请换一段时间。")
    field = "from_on"


class NothingFinal(NothingToCertify):
    """R043."""

    sentence = _l("这段时间的时长还在公示，或者有异议在处理，定下来以后才能写进证明。")


class NotVerified(Refused):
    """R002."""

    sentence = _l("您的身份还没有核验，暂时不能出具证明。请带身份证件到社区服务台，几分钟就好。")


class PersonNotVerified(NotVerified):
    """The same to staff."""

    sentence = _l("这位志愿者的身份还没有核验，暂时不能出具证明。请先看证件原件，核对身份。")


@dataclass(frozen=True)
class Checked:
    """What anybody may learn from a check code (R071): nothing that is not on the paper, and less."""

    state: State
    number: str = ""
    masked_name: str = ""
    minutes: int = 0
    area: Area | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    issued_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None


def issue_certificate(*, actor: Actor, person_id: int, from_on: dt.date, until_on: dt.date) -> Certificate:
    """A numbered certificate of all final records of the period; free of charge, as often as wanted (R068)."""
    of = db.session.execute(
        sa.select(Area.path, Person.verified_at)
        .join(Person, Person.area_id == Area.id)
        .where(Person.id == person_id)
    ).first()
    if of is None or not policy.may_certify(actor, person_id=person_id, area_path=of.path):
        raise NotFound
    if of.verified_at is None:
        raise NotVerified if person_id == actor.id else PersonNotVerified
    if from_on > until_on:
        raise PeriodBackwards
    if until_on > clock.today():
        raise PeriodInFuture
    minutes, count = certified(person_id, from_on, until_on)
    if not minutes:
        raise _nothing(person_id, from_on, until_on)
    certificate = Certificate(
        number=_next_number(),
        check_code=crypto.letters(CODE_LENGTH),
        person_id=person_id,
        area_id=_community_id(of.path),
        from_on=from_on,
        until_on=until_on,
        certified_minutes=minutes,
        record_count=count,
        seal_digest=db.session.scalar(sa.select(Seal.digest).order_by(Seal.day.desc()).limit(1)),
        issued_at=clock.now(),
    )
    db.session.add(certificate)
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="certificate_issued",
        kind="certificate",
        id=certificate.id,
        person=person_id,
        number=certificate.number,
        minutes=minutes,
    )
    return certificate


def _nothing(person_id: int, from_on: dt.date, until_on: dt.date) -> Refused:
    recorded = sa.exists().where(
        ServiceRecord.batch_id == Batch.id,
        ServiceRecord.hours_transfer_id == Transfer.id,
        *finality.served(person_id, from_on, until_on),
    )
    return NothingFinal() if db.session.scalar(sa.select(recorded)) else NothingToCertify()


def certified(
    person_id: int, from_on: dt.date, until_on: dt.date, *, at: dt.datetime | None = None
) -> tuple[int, int]:
    """Minutes and number of the records of the period that were final at that moment and still stand (R069)."""
    row = db.session.execute(
        sa.select(sa.func.coalesce(sa.func.sum(Transfer.amount), 0), sa.func.count())
        .select_from(ServiceRecord)
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .join(Transfer, Transfer.id == ServiceRecord.hours_transfer_id)
        .where(*finality.served(person_id, from_on, until_on), finality.was_final(at or clock.now()))
    ).one()
    return int(row[0]), int(row[1])


def check(*, code: str, address: str) -> Checked:
    """Read the books anew: is what the paper says still so? Guessing from one address is slowed down."""
    throttle.count("certificate", address, limit=CHECKS_PER_ADDRESS)
    certificate = _find(code)
    if certificate is None:
        return Checked("unknown")
    person = db.session.get_one(Person, certificate.person_id)
    return Checked(
        state=state_of(certificate),
        number=certificate.number,
        masked_name=_("本人已注销") if person.status == CLOSED else formats.masked_name(person.name),
        minutes=certificate.certified_minutes,
        area=db.session.get_one(Area, certificate.area_id),
        from_on=certificate.from_on,
        until_on=certificate.until_on,
        issued_at=certificate.issued_at,
        revoked_at=certificate.revoked_at,
    )


def state_of(certificate: Certificate) -> State:
    """'superseded' when a later correction took back what it counts (R072); what was added since takes nothing."""
    if certificate.revoked_at is not None:
        return "revoked"
    minutes, count = certified(
        certificate.person_id, certificate.from_on, certificate.until_on, at=certificate.issued_at
    )
    same = (minutes, count) == (certificate.certified_minutes, certificate.record_count)
    return "valid" if same else "superseded"


def _find(code: str) -> Certificate | None:
    """By its check code, typed from paper: spaces, dashes and small letters do no harm."""
    letters = "".join(character for character in code.upper() if character not in " -–—·")
    if len(letters) != CODE_LENGTH or not set(letters) <= set(crypto.LETTERS):
        return None
    return db.session.scalars(sa.select(Certificate).where(Certificate.check_code == letters)).first()


def _community_id(area_path: str) -> int:
    """The community that certifies for its own people (R070): the area itself, or the one above the grid."""
    return int(community_path(area_path).strip("/").split("/")[-1])


def _next_number() -> str:
    """'Z2026-000123', counted anew each year."""
    year = clock.today().year
    return f"Z{year}-{numbers.take(f'certificate-{year}'):06d}"
