"""Proving to be the same person still, before a sensitive act."""

from __future__ import annotations

from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.core import throttle
from volunteer.core.errors import Refused
from volunteer.core.transaction import reading
from volunteer.people import queries, sessions
from volunteer.people.identity import Actor
from volunteer.safety.service import app

CONFIRM, SECOND = "confirm", "second-step"


class WrongPassword(Refused):
    sentence = _l("密码不对，请再输一次。")
    status = 422
    field = "password"


def confirm_by_password(*, actor: Actor, password: str) -> None:
    """Call it outside of any open work: it counts the attempt, then compares slowly. A PIN will not do."""
    _count(CONFIRM, actor.id)
    with reading():
        stored = queries.password_hash_of(actor.id)
    if not sessions.is_right_password(password, stored):
        raise WrongPassword
    throttle.take_back(CONFIRM, str(actor.id))
    sessions.note_confirmed(actor.token_hash)


def confirm_by_code(*, actor: Actor, code: str) -> None:
    """By a code of the app or a recovery code; call it outside of any open work."""
    check_code(actor.id, code)
    sessions.note_confirmed(actor.token_hash)


def check_code(person_id: int, code: str) -> None:
    """Count the attempt, and commit it, before the code is looked at; a right one is taken off again."""
    _count(SECOND, person_id)
    app.use(person_id, code)
    throttle.take_back(SECOND, str(person_id))


def _count(purpose: str, person_id: int) -> None:
    throttle.count(purpose, str(person_id), limit=current_app.config["SIGN_IN_ATTEMPTS"])
