"""Deletes or empties what is older than its kind may grow, and writes down how much (R154)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core.database import db
from volunteer.core.i18n import gettext as _
from volunteer.people.models import CLOSED, IS_WAITING, Person, RegistrationReceipt
from volunteer.people.retention import POLICIES, Policy, register
from volunteer.people.service import receipts
from volunteer.privacy.models import Erasure, RetentionRun, RightsRequest
from volunteer.privacy.service.erasing import erase, lock

CHUNK = 1000


def _rejected(before: dt.datetime) -> sa.ColumnElement[bool]:
    """Closed and never erased: rejected before a rejection erased at once. Who came with a list has no receipt."""
    decided_at = sa.select(sa.func.max(RegistrationReceipt.decided_at)).where(
        RegistrationReceipt.person_id == Person.id
    )
    return sa.and_(
        Person.status == CLOSED,
        ~sa.exists().where(Erasure.person_id == Person.id),
        sa.func.coalesce(decided_at.scalar_subquery(), Person.registered_at) < before,
    )


def _erase(person_id: int) -> None:
    erase(person_id, by=None)


register(
    Policy(
        "rights_requests",
        "KEEP_RIGHTS_DAYS",
        _l("已办结的信息权利申请"),
        RightsRequest.__table__,
        lambda before: RightsRequest.decided_at < before,
    )
)
register(
    Policy(
        "rejected_registrations",
        "KEEP_REJECTED_DAYS",
        _l("没有通过的登记"),
        Person.__table__,
        _rejected,
        deed=_erase,
    )
)


def _never_agreed(before: dt.datetime) -> sa.ColumnElement[bool]:
    """Waiting for a guardian since the registration; who took part before and waits again is left to staff."""
    decided = sa.exists().where(
        RegistrationReceipt.person_id == Person.id, RegistrationReceipt.decided_at.is_not(None)
    )
    return sa.and_(IS_WAITING, Person.registered_at < before, ~decided)


def _give_up(person_id: int) -> None:
    """As staff reject a registration, with a reason that the family reads."""
    erase(person_id, by=None)
    person = db.session.get_one(Person, person_id)
    receipts.settle(person, receipts.REJECTED, None, _("一直没有监护人来同意，登记已经删除。"))
    audit.record(actor_id=None, act="registration_rejected", kind="person", id=person_id)


register(
    Policy(
        "waiting_registrations",
        "KEEP_WAITING_DAYS",
        _l("一直没有监护人同意的登记"),
        Person.__table__,
        _never_agreed,
        deed=_give_up,
    )
)


def cutoff(policy: Policy, now: dt.datetime) -> dt.datetime:
    """Older than this is too old, by the kind's setting."""
    return now - dt.timedelta(days=current_app.config[policy.setting])


def due(now: dt.datetime) -> dict[str, int]:
    """The dry run: how many rows of each kind a run at that moment would change."""
    return {kind: _count(policy, cutoff(policy, now)) for kind, policy in sorted(POLICIES.items())}


def people_due(kind: str, now: dt.datetime) -> list[int]:
    """Whom a run forgets one by one; nobody for a kind whose rows are changed in bulk."""
    policy = POLICIES[kind]
    return list(db.session.scalars(_old_keys(policy, cutoff(policy, now)))) if policy.deed else []


def forget(kind: str, person_id: int, now: dt.datetime) -> bool:
    """Under the person's lock it is asked again: whoever was decided about meanwhile stays (False)."""
    policy = POLICIES[kind]
    lock(person_id)
    if policy.deed is None or not _is_too_old(policy, person_id, cutoff(policy, now)):
        return False
    policy.deed(person_id)
    return True


def run(kind: str, now: dt.datetime, people_done: int = 0) -> int:
    """Change what is too old of one kind and leave a row that says how much; the second time it is nothing."""
    policy = POLICIES[kind]
    before = cutoff(policy, now)
    count = people_done if policy.deed else _change_all(policy, before, now)
    db.session.add(RetentionRun(kind=kind, before_at=before, ran_at=now, row_count=count))
    db.session.flush()
    return count


def _change_all(policy: Policy, before: dt.datetime, now: dt.datetime) -> int:
    """Some rows at a time; what was changed since we looked is left alone."""
    key, old = _key(policy), _old_keys(policy, before).limit(CHUNK)
    change: Any = sa.delete(policy.table)
    if policy.emptied:
        change = sa.update(policy.table).values(**policy.emptied(now))
    count = 0
    while ids := list(db.session.scalars(old)):
        still = change.where(key.in_(ids), policy.too_old(before)).returning(key)
        changed = sorted(db.session.scalars(still))
        if policy.note:
            policy.note(changed)
        count += len(changed)
    return count


def _key(policy: Policy) -> Any:
    return policy.table.primary_key.columns.values()[0]


def _old_keys(policy: Policy, before: dt.datetime) -> sa.Select[Any]:
    key = _key(policy)
    return sa.select(key).where(policy.too_old(before)).order_by(key)


def _is_too_old(policy: Policy, id_: int, before: dt.datetime) -> bool:
    return db.session.scalar(_old_keys(policy, before).where(_key(policy) == id_)) is not None


def not_run_since(day: dt.datetime) -> list[str]:
    """The kinds without a run since that moment: what the nightly job has to do, after a pause as well."""
    ran = set(db.session.scalars(sa.select(RetentionRun.kind).where(RetentionRun.ran_at >= day)))
    return [kind for kind in sorted(POLICIES) if kind not in ran]


def _count(policy: Policy, before: dt.datetime) -> int:
    statement = sa.select(sa.func.count()).select_from(policy.table).where(policy.too_old(before))
    return int(db.session.scalar(statement) or 0)
