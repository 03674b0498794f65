"""An account that closes: standing sign-ups stop, pairs end (what its places leave behind lapses by itself)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import OFFERED, SIGNED_UP, STOPPED, WAITING, Regular, SignUp, Waiting
from volunteer.activities.service import feeding
from volunteer.activities.service.signing import waiting
from volunteer.activities.together.regulars import LIVE_STATES
from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.i18n import ngettext
from volunteer.people.personal import release


def _running(person_id: int) -> Any:
    return sa.select(Regular).where(Regular.person_id == person_id, Regular.state.in_(LIVE_STATES))


def regulars_in_words(person_id: int) -> str | None:
    count = len(db.session.scalars(_running(person_id)).all())
    words = ngettext("%(num)s 个固定报名会停掉。", "%(num)s 个固定报名会停掉。", count)
    return words % {"num": count} if count else None


def stop_regulars(person_id: int, by: int | None) -> None:
    for regular in db.session.scalars(_running(person_id).order_by(Regular.id)):
        regular.state, regular.stopped_at = STOPPED, clock.now()
        audit.record(
            actor_id=by, act="regular_stopped", kind="series", id=regular.series_id, regular=regular.id
        )
    db.session.flush()


def lock_dates_of(person_ids: Collection[int]) -> None:
    """All dates at which these people hold, share or wait for a place, by id, before anything is read of them.

    An offer is made without a lock on the person.
    """
    is_theirs = sa.or_(
        SignUp.person_id.in_(person_ids),
        sa.and_(SignUp.partner_id.in_(person_ids), SignUp.partner_id.is_not(None)),
    )
    places = sa.select(SignUp.occurrence_id).where(is_theirs, SignUp.state == SIGNED_UP)
    lines = sa.select(Waiting.occurrence_id).where(
        Waiting.person_id.in_(person_ids), Waiting.state.in_((WAITING, OFFERED))
    )
    for occurrence_id in sorted(set(db.session.scalars(sa.union(places, lines)))):
        waiting.lock(occurrence_id)


def _shared(person_id: int) -> tuple[Any, ...]:
    return (SignUp.partner_id == person_id, SignUp.partner_id.is_not(None), SignUp.state == SIGNED_UP)


def pairs_in_words(person_id: int) -> str | None:
    count = db.session.scalar(sa.select(sa.func.count()).select_from(SignUp).where(*_shared(person_id))) or 0
    words = ngettext(
        "您答应搭档的 %(num)s 场，会只剩对方一个人。", "您答应搭档的 %(num)s 场，会只剩对方一个人。", count
    )
    return words % {"num": count} if count else None


def end_pairs(person_id: int, by: int | None, *which: Any) -> None:
    """The place stays with who holds it; `which` narrows the sign-ups."""
    lock_dates_of((person_id,))
    feeding.note_ended_pairs(*_shared(person_id), *which)
    db.session.execute(
        sa.update(SignUp)
        .where(*_shared(person_id), *which)
        .values(partner_id=None, partner_state=None)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


release(regulars_in_words, stop_regulars)
release(pairs_in_words, end_pairs)
