"""What a phone carries in cookies: that it stood before a door a moment ago, and which phone it is.

The pass is sealed with the data key, so nobody makes one by hand, says what it is, so
nothing that was sealed for another purpose is one, and lies in no
address, so nobody sends it on. It outlives signing in, which empties the session.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, request

from volunteer.core import clock, crypto

PASS_SECONDS = 600  # enough to sign in, or to register, after the scan
DEVICE_SECONDS = 400 * 24 * 3600
_SEALED_AS = "door pass:"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\Z")


@dataclass(frozen=True)
class Pass:
    """This browser has read a code of the date within the last minutes."""

    occurrence_id: int
    way: str


def hand_out(response: Response, *, occurrence_id: int, way: str) -> Response:
    """Let this browser check in and out at the date for a while; give the phone its mark, if it has none."""
    sealed = crypto.encrypt(_SEALED_AS + json.dumps([clock.now().timestamp(), occurrence_id, way]))
    _put(response, "door", sealed, PASS_SECONDS)
    if device() is None:
        _put(response, "device", crypto.token(), DEVICE_SECONDS)
    return response


def door_pass(occurrence_id: int) -> Pass | None:
    """The pass for this date, unless it is too old, for another date, or not ours."""
    try:
        sealed_as, mark, text = crypto.decrypt(request.cookies.get(_name("door"), "")).partition(_SEALED_AS)
    except (crypto.Unreadable, ValueError):
        return None
    if sealed_as or not mark:
        return None
    at, of, way = json.loads(text)
    is_good = of == occurrence_id and 0 <= clock.now().timestamp() - at <= PASS_SECONDS
    return Pass(of, way) if is_good else None


def device() -> str | None:
    """A keyed hash of the phone's random mark (R156)."""
    token = request.cookies.get(_name("device"), "")
    return crypto.look_up_hash("device", token) if _TOKEN.match(token) else None


def _put(response: Response, name: str, value: str, seconds: int) -> None:
    settings: dict[str, Any] = {"secure": current_app.config["HTTPS"], "httponly": True, "samesite": "Lax"}
    response.set_cookie(_name(name), value, max_age=seconds, **settings)


def _name(name: str) -> str:
    return f"__Host-linli-{name}" if current_app.config["HTTPS"] else f"linli-{name}"
