"""After a backup was restored: what had been ended since would open doors again (R151)."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import SignInSession
from volunteer.safety.models import ResetRequest, ResetToken


def end_all_ways_in() -> int:
    """All sign-ins, links and codes for a new password of everybody; returns how many sign-ins ended.

    A cookie that was signed out, or a link that was used, after the backup was made is in force in it.
    """
    now = clock.now()
    ended = len(db.session.scalars(sa.delete(SignInSession).returning(SignInSession.token_hash)).all())
    db.session.execute(sa.update(ResetToken).where(ResetToken.used_at.is_(None)).values(used_at=now))
    db.session.execute(
        sa.update(ResetRequest).where(ResetRequest.handled_at.is_(None)).values(handled_at=now)
    )
    audit.record(actor_id=None, act="backup_restored", kind="audit")
    return ended
