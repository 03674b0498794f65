"""Counting attempts in the database, so that limits hold across workers without another server."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock, crypto
from volunteer.core.database import Model, db, insert
from volunteer.core.errors import TooManyAttempts
from volunteer.core.transaction import transaction

WINDOW = dt.timedelta(minutes=15)


class Attempt(Model):
    """How often something was tried within a window; the bucket is a keyed hash, never a phone."""

    __tablename__ = "attempt"

    bucket: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    window_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


def count(purpose: str, who: str, *, limit: int) -> None:
    """Count an attempt and commit it at once; more than `limit` in a quarter of an hour are refused.

    Call it before the check it protects, outside of any open work.
    """
    bucket, window = _bucket(purpose, who)
    statement = insert(Attempt).values(bucket=bucket, window_at=window, count=1)
    statement = statement.on_conflict_do_update(
        index_elements=["bucket", "window_at"], set_={"count": Attempt.count + 1}
    ).returning(Attempt.count)
    with transaction():
        tried = db.session.execute(statement).scalar_one()
    if tried > limit:
        raise TooManyAttempts


def look(purpose: str, who: str, *, limit: int) -> None:
    """Count nothing, but refuse when `limit` attempts were counted already: for limits on failures only."""
    bucket, window = _bucket(purpose, who)
    tried = db.session.scalar(
        sa.select(Attempt.count).where(Attempt.bucket == bucket, Attempt.window_at == window)
    )
    if (tried or 0) >= limit:
        raise TooManyAttempts


def take_back(purpose: str, who: str) -> None:
    """In the caller's transaction: an attempt that turned out right does not count."""
    bucket, window = _bucket(purpose, who)
    db.session.execute(
        sa.update(Attempt)
        .where(Attempt.bucket == bucket, Attempt.window_at == window, Attempt.count > 0)
        .values(count=Attempt.count - 1)
    )


def forget(purpose: str, who: str) -> None:
    """In the caller's transaction: what was tried before a new secret was given counts no more."""
    bucket, window = _bucket(purpose, who)
    db.session.execute(sa.delete(Attempt).where(Attempt.bucket == bucket, Attempt.window_at == window))


def _bucket(purpose: str, who: str) -> tuple[str, dt.datetime]:
    now = clock.now()
    window = now - (now - dt.datetime(2020, 1, 1, tzinfo=clock.UTC)) % WINDOW
    return f"{purpose}:{crypto.look_up_hash(purpose, who)}", window


def forget_old(now: dt.datetime) -> None:
    db.session.execute(sa.delete(Attempt).where(Attempt.window_at < now - dt.timedelta(days=1)))
