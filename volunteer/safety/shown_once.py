"""Codes that are shown to this browser only, for ten minutes, and are stored nowhere in clear.

They travel in the signed cookie, encrypted with the data key, so that a page
can be loaded anew after the form that made them was answered.
"""

from __future__ import annotations

import json

from flask import session

from volunteer.core import clock, crypto

LIFE_SECONDS = 600


def keep(kind: str, owner_id: int, text: str) -> None:
    """Show `text` to `owner_id` in this browser for a while; an earlier one of the kind goes."""
    sealed = json.dumps([clock.now().timestamp(), owner_id, text])
    session[f"once:{kind}"] = crypto.encrypt(sealed)


def look(kind: str, owner_id: int) -> str | None:
    """The text, unless it is somebody else's, too old or put away."""
    sealed = session.get(f"once:{kind}")
    if not sealed:
        return None
    at, owner, text = json.loads(crypto.decrypt(sealed))
    is_good = owner == owner_id and 0 <= clock.now().timestamp() - at <= LIFE_SECONDS
    return str(text) if is_good else None


def put_away(kind: str) -> None:
    session.pop(f"once:{kind}", None)
