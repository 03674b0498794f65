"""Passwords and sign-ins that live on the server."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from volunteer.core import clock, crypto
from volunteer.core.database import COUNT_ROWS, db
from volunteer.core.errors import NotFound
from volunteer.core.web import openable
from volunteer.people.models import ACTIVE, Person, SignInSession

PASSWORD, PASSKEY, CARD = "password", "passkey", "card"  # ways to sign in
WAYS: dict[str, Any] = {
    PASSWORD: _l("用密码"),
    PASSKEY: _l("用通行密钥"),
    CARD: _l("用邻里卡"),
}
PENDING = dt.timedelta(minutes=10)  # between the password and the second step
MOST_LISTED = 50

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


def begin(person_id: int, *, way: str = "password", has_second: bool = False) -> None:
    """Sign this browser in: a new token, whatever the browser carried before (no fixation).

    `has_second` says that a second factor was shown. Without it the row of
    somebody who needs one is nobody's (`is_complete`) until the second step.
    """
    from volunteer.people import identity  # the user loader needs the token's hash from here

    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        SignInSession(
            token_hash=hash_token(token), person_id=person_id, way=way, created_at=now, last_seen_at=now,
            second_factor_at=now if has_second else None, confirmed_at=now if way != CARD else None,
        )
    )  # fmt: skip
    db.session.flush()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    session["_user_id"] = token
    g._login_user = identity.load_by_token(token) or identity.Anonymous()


@dataclass(frozen=True)
class Pending:
    """Whose password was right a moment ago and who has still to show, or set up, a second factor."""

    person_id: int
    way: str
    has_second_factor: bool
    token_hash: str


def pending() -> Pending | None:
    """This browser's sign-in that waits for its second step, while it is younger than PENDING."""
    token = session.get("_user_id")
    if not token or current_user.is_authenticated:
        return None
    statement = (
        sa.select(SignInSession.person_id, SignInSession.way, Person.has_second_factor)
        .join(Person, Person.id == SignInSession.person_id)
        .where(
            SignInSession.token_hash == hash_token(token),
            SignInSession.second_factor_at.is_(None),
            SignInSession.created_at > clock.now() - PENDING,
            Person.status == ACTIVE,
        )
    )
    row = db.session.execute(statement).first()
    return Pending(row.person_id, row.way, row.has_second_factor, hash_token(token)) if row else None


def complete(waiting: Pending) -> None:
    """The second factor was right: the waiting row goes, and a new sign-in with a new token begins."""
    gone: Any = db.session.execute(
        sa.delete(SignInSession).where(SignInSession.token_hash == waiting.token_hash),
        execution_options=COUNT_ROWS,
    )
    if gone.rowcount != 1:  # ended meanwhile, by a new password for example
        raise NotFound
    begin(waiting.person_id, way=waiting.way, has_second=True)


def landing(asked_for: str | None) -> str:
    """Where somebody goes who has just signed in: on to what was asked for, else home."""
    home = url_for("reports.desk" if current_user.is_staff else "activities.home")
    return openable(asked_for) or home


def is_confirmed() -> bool:
    """Whether the person proved within CONFIRM_MINUTES to be the one who signed in; nobody has nothing to prove."""
    if not current_user.is_authenticated:
        return True
    longest = dt.timedelta(minutes=current_app.config["CONFIRM_MINUTES"])
    at = current_user.confirmed_at
    return at is not None and at > clock.now() - longest


def require_confirmed() -> ResponseReturnValue | None:
    """Before a sensitive act: an answer that leads to `safety.confirm`, or None to go on.

    Write it as the first line of a view, after the policy was asked and before
    the form is looked at:

        if (answer := require_confirmed()) is not None:
            return answer

    Ask already on GET, so that nothing is typed in vain. A POST is led back to
    its page: its own address when that can be opened, else the page it came from.
    """
    if is_confirmed():
        return None
    here = request.full_path.rstrip("?")
    if request.method == "POST":
        here = openable(here) or openable(_came_from()) or url_for("people.me")
    return redirect(url_for("safety.confirm", next=here), 303)


def _came_from() -> str | None:
    parts = urlsplit(request.referrer or "")
    return f"{parts.path}?{parts.query}".rstrip("?") if parts.netloc == request.host else None


def note_confirmed(token_hash: str) -> None:
    """The person has proved to be the same one just now."""
    db.session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_hash == token_hash)
        .values(confirmed_at=clock.now())
    )


def note_second_factor(token_hash: str) -> None:
    """The person of this sign-in has just set up and shown a second factor."""
    now = clock.now()
    db.session.execute(
        sa.update(SignInSession)
        .where(SignInSession.token_hash == token_hash)
        .values(second_factor_at=now, confirmed_at=now)
    )


@dataclass(frozen=True)
class Listed:
    """One sign-in, as its owner sees it. `key` names it in a form and gives nobody a way in."""

    key: str
    way: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    is_this_one: bool


# Between the password and the second step a sign-in is nobody's.
_is_half = sa.and_(
    Person.has_second_factor, SignInSession.second_factor_at.is_(None), SignInSession.way != CARD
)


def listed(person_id: int, token_hash: str) -> list[Listed]:
    """The person's sign-ins, this one first, then the most recently used."""
    rows = db.session.scalars(
        sa.select(SignInSession)
        .join(Person, Person.id == SignInSession.person_id)
        .where(SignInSession.person_id == person_id, ~_is_half)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.token_hash)
        .limit(MOST_LISTED)
    )
    found = [
        Listed(_key(row.token_hash), row.way, row.created_at, row.last_seen_at, row.token_hash == token_hash)
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.is_this_one)


def end_one(person_id: int, key: str) -> None:
    """End one of the person's own sign-ins; an unknown one is gone already."""
    statement = sa.select(SignInSession.token_hash).where(SignInSession.person_id == person_id)
    for token_hash in db.session.scalars(statement.order_by(SignInSession.token_hash)):
        if crypto.same(_key(token_hash), key):
            end(token_hash)


def _key(token_hash: str) -> str:
    return crypto.look_up_hash("sign-in", token_hash)[:20]


def end(token_hash: str) -> None:
    """Sign out: the row goes, so a copied cookie is worth nothing."""
    db.session.execute(sa.delete(SignInSession).where(SignInSession.token_hash == token_hash))


def end_this() -> None:
    """Sign this browser out, whether it was somebody or waited for the second step; the language stays."""
    token = session.get("_user_id")
    if token:
        end(hash_token(token))
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def end_all(person_id: int, *, but: str | None = None) -> None:
    """After a new password or a disabled account: all sign-ins of the person end, except maybe one."""
    statement = sa.delete(SignInSession).where(SignInSession.person_id == person_id)
    if but is not None:
        statement = statement.where(SignInSession.token_hash != but)
    db.session.execute(statement)
