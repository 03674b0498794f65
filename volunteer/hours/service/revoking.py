"""Revoke a certificate that should never have been issued; anybody who checks it reads since when."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, formats
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import policy
from volunteer.hours.messages import revoked_note
from volunteer.hours.models import Certificate
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import Person

LONGEST_REASON = 300


class NoReason(Refused):
    sentence = _l("请写一句为什么作废，本人会看到。")
    status = 422
    field = "reason"


class AlreadyRevoked(Refused):
    sentence = _l("这张证明在%(when)s已经作废。")


def revoke_certificate(*, actor: Actor, certificate_id: int, reason: str) -> Certificate:
    """By staff over the holder's area, for good; the holder is told why. The hours stay as they are."""
    certificate = db.session.scalars(
        sa.select(Certificate).where(Certificate.id == certificate_id).with_for_update(key_share=True)
    ).first()
    area_path = certificate and _area_of(certificate.person_id)
    if certificate is None or not area_path:
        raise NotFound
    if not policy.may_revoke(actor, person_id=certificate.person_id, area_path=area_path):
        raise NotFound
    if certificate.revoked_at is not None:
        raise AlreadyRevoked(when=formats.moment(certificate.revoked_at))
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise NoReason
    certificate.revoked_at, certificate.revoked_reason = clock.now(), reason
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="certificate_revoked",
        kind="certificate",
        id=certificate.id,
        person=certificate.person_id,
        number=certificate.number,
        reason=reason,
    )
    outbox.tell(revoked_note(certificate, reason))
    return certificate


def _area_of(person_id: int) -> str | None:
    path: str | None = db.session.scalar(
        sa.select(Area.path).join(Person, Person.area_id == Area.id).where(Person.id == person_id)
    )
    return path
