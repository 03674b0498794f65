"""Somebody has a wish: it is written down with consent, and waits for verification."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.acting import messages as acts
from volunteer.acting import policy as acting
from volunteer.acting.rules import WISH
from volunteer.acting.service import leave_receipt
from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people import numbers
from volunteer.people import rules as people_rules
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.wishes import noted, policy, rules
from volunteer.wishes.models import COLLECTED, GUARDIAN, WISHER, Wish


class WithoutConsent(Refused):
    sentence = _l("要公布心愿，先要征得心愿人同意。请勾选同意公布的那一项。")
    field = "consent"


class MinorNeedsGuardian(Refused):
    sentence = _l("未满 18 岁的心愿人，需要监护人同意。请监护人一起到社区服务台，由工作人员登记。")
    field = "consent_by"


class NoteWithoutConsent(Refused):
    """R144, PIPL 29: health and hardship need a consent of their own."""

    sentence = _l("写了不公开的话，请勾选下面这一项；不同意的话，请把它删掉，心愿照样能提。")
    status = 422
    field = "note_consent"


class NotInYourArea(Refused):
    sentence = _l("您只能登记自己负责的社区里的心愿。")
    status = 403
    field = "area_id"


def collect(
    *,
    actor: Actor,
    kind: str,
    public_text: str,
    contact_name: str,
    contact_phone: str,
    address: str,
    consent_version: str | None,
    private_note: str = "",
    note_way: str | None = None,
    wisher_words: str = "",
    price_yuan: int | None = None,
    wanted_skill: str | None = None,
    wanted_weekday: int | None = None,
    wanted_part: str | None = None,
    for_other: bool = False,
    ward_id: int | None = None,
    wisher_id: int | None = None,
    area_id: int | None = None,
    consent_by: str = WISHER,
) -> Wish:
    """File a wish for oneself, for a ward who gave that right, or, as staff, for somebody else (registered or not).

    Consent to publication is needed, a minor's from the guardian (R116), and for
    a private note another one (R144), for this wish alone: `note_way` says how it was given. The text
    is a draft until staff have verified it.
    """
    if not consent_version:
        raise WithoutConsent
    if for_other:
        area = _area_in_charge(actor, area_id)
        wisher = _registered(wisher_id) if wisher_id is not None else None
    else:
        wisher = _registered(actor.id) if ward_id is None else _ward(actor, ward_id)
        area, consent_by = wisher.area_id, WISHER
    if wisher is not None and rules.is_minor(wisher.born_on, clock.today()) and consent_by != GUARDIAN:
        raise MinorNeedsGuardian
    if private_note:
        _agree_to_note(actor, wisher, note_way)
    now = clock.now()
    wish = Wish(
        number=rules.wish_number(numbers.take("wish")),
        area_id=area,
        wisher_id=wisher.id if wisher else None,
        kind=kind,
        state=COLLECTED,
        public_text=public_text,
        wisher_words=wisher_words,
        price_yuan=price_yuan,
        wanted_skill=wanted_skill or None,
        wanted_weekday=wanted_weekday,
        wanted_part=wanted_part or None,
        contact_name=contact_name,
        contact_phone=contact_phone,
        address=address,
        private_note=private_note,
        note_way=note_way if private_note else None,
        consent_version=consent_version,
        consent_at=now,
        consent_by=consent_by,
        collected_at=now,
        collected_by_id=actor.id,
    )
    db.session.add(wish)
    db.session.flush()
    audit.record(
        actor_id=actor.id, act="wish_collect", kind="wish", id=wish.id,
        after=COLLECTED, for_other=for_other, ward=ward_id, consent=consent_version, consent_by=consent_by,
        note_way=wish.note_way,
    )  # fmt: skip
    if wisher is not None:
        leave_receipt(
            actor=actor, person_id=wisher.id, act=acts.WISH_FILED, kind="wish", object_id=wish.id,
            number=wish.number,
        )  # fmt: skip
    return wish


def _agree_to_note(actor: Actor, wisher: Person | None, way: str | None) -> None:
    """The box is for this wish alone, whoever ticks it; where the switches stand it need not be ticked."""
    if way is None and (wisher is None or not noted.switches_stand(wisher.id)):
        raise NoteWithoutConsent
    if way is not None and (wisher is None or wisher.id != actor.id):
        people_rules.counter_way(way)


def _ward(actor: Actor, person_id: int) -> Person:
    if not acting.may_act_for(actor, person_id, WISH):
        raise NotFound
    return _registered(person_id)


def _area_in_charge(actor: Actor, area_id: int | None) -> int:
    if not policy.may_collect_for_others(actor):
        raise NotInYourArea
    path = db.session.scalar(sa.select(Area.path).where(Area.id == (area_id or 0)))
    if area_id is None or path is None or not policy.is_in_charge(actor, path):
        raise NotInYourArea
    return area_id


def _registered(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or person.status != ACTIVE:
        raise NotFound
    return person
