"""What every change of a second factor brings with it, and taking factors away."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import crypto
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox import service as outbox
from volunteer.people import identity, sessions
from volunteer.people.identity import Actor
from volunteer.people.models import Person
from volunteer.people.service import access
from volunteer.people.service.helped import refuse_own_helper
from volunteer.safety import messages, policy, queries
from volunteer.safety.models import Passkey, RecoveryCode, TotpSecret


class NoFactor(Refused):
    sentence = _l("这个账户没有开第二步验证。")


class LastFactor(Refused):
    sentence = _l("工作人员至少要留一种登录验证。可以先加上新的，再取消这一种。")


def lock(person_id: int) -> Person:
    """The person's row, locked: changes of factors and passwords wait for one another."""
    statement = sa.select(Person).where(Person.id == person_id).with_for_update()
    person = db.session.scalars(statement.execution_options(populate_existing=True)).first()
    if person is None:
        raise NotFound
    return person


def changed(
    person_id: int, *, by: int, act: str, kind: str, keep: str | None = None, **details: object
) -> None:
    """After adding or taking away: other sign-ins end, the person is told, the deed is noted.

    `keep` is the token hash of the sign-in in which it was done. Without any
    factor left, the recovery codes go too.
    """
    person = lock(person_id)
    db.session.flush()
    person.has_second_factor = queries.factors(person_id).count > 0
    if not person.has_second_factor:
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.flush()
    sessions.end_all(person_id, but=keep)
    audit.record(actor_id=by, act=act, kind="person", id=person_id, **details)
    key = f"{kind}:{person_id}:{crypto.token()}"
    outbox.tell(outbox.Note(key=key, kind=kind, person_id=person_id, by_email=True))


def remove_app(*, actor: Actor) -> None:
    """Take the authenticator app away from the own account."""
    lock(actor.id)
    _leave_one(actor)
    gone = db.session.scalars(
        sa.delete(TotpSecret).where(TotpSecret.person_id == actor.id).returning(TotpSecret.person_id)
    ).all()
    if not gone:
        raise NoFactor
    _removed_own(actor, way="app")


def remove_passkey(*, actor: Actor, passkey_id: int) -> None:
    """Take one of the own passkeys away; another's is not found."""
    lock(actor.id)
    key = db.session.get(Passkey, passkey_id)
    if key is None or key.person_id != actor.id:
        raise NotFound
    _leave_one(actor)
    db.session.delete(key)
    _removed_own(actor, way="passkey")


def remove_at_counter(*, actor: Actor, person_id: int) -> None:
    """A lost phone: staff take all factors of somebody else away; the next sign-in sets up new ones."""
    person = lock(person_id)
    refuse_unless_may_restore(actor, person)
    if not person.has_second_factor:
        raise NoFactor
    db.session.execute(sa.delete(TotpSecret).where(TotpSecret.person_id == person_id))
    db.session.execute(sa.delete(Passkey).where(Passkey.person_id == person_id))
    changed(person_id, by=actor.id, act="second_factor_removed", kind=messages.FACTOR_REMOVED, way="all")


def refuse_unless_may_restore(actor: Actor, person: Person) -> None:
    """Who may not help a person in again does not learn that there is one; a minor's record needs an approval."""
    area = db.session.get_one(Area, person.area_id)
    if not policy.may_restore(actor, person.id, area.path, queries.staff_roles(person.id)):
        raise NotFound
    access.refuse_closed(actor, person)
    refuse_own_helper(actor, person.id)


def end_sign_in(*, actor: Actor, key: str) -> None:
    """End one of the own sign-ins; one that is gone already is no fault."""
    sessions.end_one(actor.id, key)
    audit.record(actor_id=actor.id, act="session_ended", kind="person", id=actor.id)


def _leave_one(actor: Actor) -> None:
    if actor.is_staff and identity.asks_staff_for_second() and queries.factors(actor.id).count < 2:
        raise LastFactor


def _removed_own(actor: Actor, *, way: str) -> None:
    changed(
        actor.id, by=actor.id, act="second_factor_removed", kind=messages.FACTOR_REMOVED,
        keep=actor.token_hash, way=way,
    )  # fmt: skip
