"""Nobody agrees for a minor: coming places go back, and below 14 the account waits (again) for a guardian.

Who turns out to be 14 or older waits no longer (R007).
"""

from __future__ import annotations

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.outbox import service as outbox
from volunteer.people import messages, personal, queries, rules, sessions
from volunteer.people.models import ACTIVE, WAITING, Person
from volunteer.people.service import receipts


def settle(person: Person, *, by: int) -> None:
    """After a change of consent or birth date, under the person's lock; nothing where nobody has to agree."""
    today = clock.today()
    if not rules.needs_guardian(person.born_on, today):
        activate(person, by=by)
    if not rules.is_minor(person.born_on, today) or queries.has_guardian(person.id):
        return
    if rules.needs_guardian(person.born_on, today):
        _wait(person, by)
    db.session.flush()
    personal.give_coming_back(person.id, by)


def activate(person: Person, *, by: int | None) -> bool:
    """Let in who waited, and tell them; False for who did not wait. `by` is nobody when a birthday decided."""
    if person.status != WAITING:
        return False
    person.status = ACTIVE
    db.session.flush()
    receipts.settle(person, receipts.CONFIRMED, by)
    audit.record(actor_id=by, act="registration_confirmed", kind="person", id=person.id)
    key = f"confirmed:{person.id}:{clock.now().isoformat()}"
    has_guardian = queries.has_guardian(person.id)
    kind = messages.REGISTRATION_CONFIRMED if has_guardian else messages.GUARDIAN_NOT_NEEDED
    outbox.tell(outbox.Note(key=key, kind=kind, person_id=person.id))
    return True


def _wait(person: Person, by: int) -> None:
    """R007: no sign-in; the days until which staff should have confirmed are counted from today."""
    if person.status == WAITING:
        return
    if person.status == ACTIVE:
        person.status = WAITING
        sessions.end_all(person.id)
    receipts.settle(person, WAITING, by)
