"""What a person changes about the own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock, i18n, throttle
from volunteer.core.database import db
from volunteer.core.errors import Refused, Stale
from volunteer.core.transaction import reading
from volunteer.outbox import service as outbox
from volunteer.people import messages, passwords, renewals, rules, sessions
from volunteer.people.identity import Actor
from volunteer.people.models import Person, PersonSkill, PersonSlot
from volunteer.people.service import locking


class WrongPassword(Refused):
    sentence = _l("现在的密码不对，请再输一次。")
    status = 422
    field = "password"


@dataclass(frozen=True)
class NewPassword:
    """A new password that was checked against the old one's hash, ready to be written."""

    old_hash: str
    new_hash: str


def prepare_password(*, actor: Actor, current: str, new: str) -> NewPassword:
    """The slow half of a password change; call it outside of any open work.

    Attempts are counted, so that a stolen open browser cannot be used to guess.
    """
    throttle.count("password", str(actor.id), limit=current_app.config["SIGN_IN_ATTEMPTS"])
    with reading():
        person = db.session.get_one(Person, actor.id)
        old_hash, phone = person.password_hash, person.phone
    if not sessions.is_right_password(current, old_hash) or old_hash is None:
        raise WrongPassword
    try:
        passwords.check(new, name=actor.name, phone=phone, number=actor.number, born_on=actor.born_on)
    except passwords.WeakPassword as refusal:
        refusal.field = "new_password"
        raise
    return NewPassword(old_hash, sessions.hash_password(new))


def change_password(*, actor: Actor, prepared: NewPassword) -> None:
    """Put the prepared password in force: all other sign-ins end, and the person is told."""
    person = locking.lock(actor.id)
    if person.password_hash != prepared.old_hash:
        raise Stale
    person.password_hash = prepared.new_hash
    db.session.flush()
    sessions.end_all(actor.id, but=actor.token_hash)
    renewals.end_all(actor.id)
    audit.record(actor_id=actor.id, act="password_changed", kind="person", id=actor.id)
    key = f"password:{actor.id}:{clock.now().isoformat()}"
    outbox.tell(outbox.Note(key=key, kind=messages.PASSWORD_CHANGED, person_id=actor.id, by_email=True))


def end_other_sessions(*, actor: Actor) -> None:
    """Sign out everywhere but here."""
    sessions.end_all(actor.id, but=actor.token_hash)
    audit.record(actor_id=actor.id, act="sessions_ended", kind="person", id=actor.id)


def set_language(*, actor: Actor, language: str) -> None:
    if language not in i18n.LANGUAGES:
        raise rules.UnknownChoice
    locking.lock(actor.id).language = language
    db.session.flush()


def set_elder_mode(*, actor: Actor, elder_mode: bool) -> None:
    locking.lock(actor.id).elder_mode = elder_mode
    db.session.flush()


def set_email(*, actor: Actor, email: str) -> None:
    """Where reminders go besides the inbox; empty takes the address away (no mail any more).

    Links for a new password that went to another address before are worth nothing any more.
    """
    address = rules.email(email)
    person = locking.lock(actor.id)
    before, person.email = person.email or "", address or None
    db.session.flush()
    if before != address:
        renewals.end_all(actor.id)
    audit.record(
        actor_id=actor.id,
        act="email_changed",
        kind="person",
        id=actor.id,
        before={"has_email": bool(before)},
        after={"has_email": bool(address)},
    )


def save_profile(
    *, actor: Actor, skills: Sequence[str], slots: Sequence[tuple[int, str]], display_name: str = ""
) -> None:
    """Replace what the person can help with and when, and the name for public notices (R044)."""
    skills, slots = rules.skills(list(skills)), rules.slots(list(slots))
    person = locking.lock(actor.id)
    person.display_name = display_name.strip()[:30] or None
    db.session.execute(sa.delete(PersonSkill).where(PersonSkill.person_id == actor.id))
    db.session.execute(sa.delete(PersonSlot).where(PersonSlot.person_id == actor.id))
    db.session.add_all(PersonSkill(person_id=actor.id, skill=skill) for skill in skills)
    db.session.add_all(PersonSlot(person_id=actor.id, weekday=day, part=part) for day, part in slots)
    db.session.flush()
    audit.record(
        actor_id=actor.id,
        act="profile_saved",
        kind="person",
        id=actor.id,
        skills=len(skills),
        slots=len(slots),
    )
