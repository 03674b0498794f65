"""WebAuthn challenges in the signed session: for one purpose, five minutes, one try."""

from __future__ import annotations

import base64
import secrets

from flask import session

from volunteer.core import clock
from volunteer.safety import rules
from volunteer.safety.service.passkeys import LONGEST, PasskeyRefused

REGISTER, SIGN_IN, SECOND, CONFIRM = "register", "sign-in", "second", "confirm"
PURPOSES = (REGISTER, SIGN_IN, SECOND, CONFIRM)
_KEY = "challenge"


def begin(purpose: str) -> bytes:
    """A new challenge; the one before is good for nothing any more."""
    challenge = secrets.token_bytes(32)
    session[_KEY] = [purpose, clock.now().timestamp(), base64.b64encode(challenge).decode()]
    return challenge


def take(purpose: str, answer: str) -> bytes:
    """The challenge that `answer` must have signed; it is taken out of the session, right or wrong."""
    kept_for, at, text = session.pop(_KEY, None) or ("", 0.0, "")
    age = clock.now().timestamp() - at
    if kept_for != purpose or not 0 <= age <= rules.CHALLENGE_LIFE.total_seconds() or len(answer) > LONGEST:
        raise PasskeyRefused
    return base64.b64decode(text)
