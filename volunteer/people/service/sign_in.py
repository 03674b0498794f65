"""Checking who signs in, without telling known accounts from unknown ones."""

from __future__ import annotations

from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.core import throttle
from volunteer.core.errors import Refused
from volunteer.core.transaction import reading
from volunteer.people import queries, sessions

ACCOUNT, ADDRESS = "sign-in", "sign-in-from"
ADDRESS_FACTOR = 20  # a whole community centre may stand behind one address


class WrongSignIn(Refused):
    """One sentence for an unknown account, a wrong password and a disabled account."""

    sentence = _l("账号或密码不对。请再试一次；忘了密码可以到社区服务台重设。")
    status = 422


def check_sign_in(*, account: str, password: str, address: str) -> int:
    """The id of the person whose password this is. Call it outside of any open work.

    The attempt is counted, and committed, before the password is looked at;
    one that turns out right is taken off again, so that only wrong ones lock.
    """
    limit = current_app.config["SIGN_IN_ATTEMPTS"]
    throttle.count(ADDRESS, address, limit=limit * ADDRESS_FACTOR)
    with reading():
        found = queries.credentials(account)
    key = _key(found.person_id) if found else queries.account_key(account)
    throttle.count(ACCOUNT, key, limit=limit)
    is_right = sessions.is_right_password(password, found.password_hash if found else None)
    if found is None or not is_right or not found.is_active:
        raise WrongSignIn
    throttle.take_back(ADDRESS, address)
    throttle.take_back(ACCOUNT, key)
    return found.person_id


def unlock(person_id: int) -> None:
    """In the caller's transaction: with a new password the wrong ones before it count no more."""
    throttle.forget(ACCOUNT, _key(person_id))


def _key(person_id: int) -> str:
    """Phone and number are one account, and have one count."""
    return f"person:{person_id}"
