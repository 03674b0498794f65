"""Passwords and sign-ins that live on the server."""

from __future__ import annotations

import hashlib
import secrets

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import session
from flask_login import login_user

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import SignInSession

# OWASP's floor for argon2id: 27 ms here; one lane, so that several sign-ins do not fight for memory.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Verified for unknown accounts, so that they take as long to refuse as known ones.
_NOBODY = HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Slow on purpose: call it outside of a write transaction."""
    return HASHER.hash(password)


def is_right_password(password: str, stored: str | None) -> bool:
    """Compare slowly; no stored hash takes the same time and is always wrong."""
    try:
        return HASHER.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def begin(person_id: int) -> None:
    """Sign this browser in: a new token, whatever the browser carried before (no fixation)."""
    from volunteer.people import identity  # the user loader needs the token's hash from here

    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        SignInSession(token_hash=hash_token(token), person_id=person_id, created_at=now, last_seen_at=now)
    )
    db.session.flush()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    actor = identity.load(person_id)
    login_user(actor)
    session["_user_id"] = token


def end(token_hash: str) -> None:
    """Sign out: the row goes, so a copied cookie is worth nothing."""
    db.session.execute(sa.delete(SignInSession).where(SignInSession.token_hash == token_hash))


def end_all(person_id: int, *, but: str | None = None) -> None:
    """After a new password or a disabled account: all sign-ins of the person end, except maybe one."""
    statement = sa.delete(SignInSession).where(SignInSession.person_id == person_id)
    if but is not None:
        statement = statement.where(SignInSession.token_hash != but)
    db.session.execute(statement)
