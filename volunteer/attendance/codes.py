"""The codes of a door: marks that change every half minute, one fixed mark for paper, six digits to say aloud.

A mark is a keyed hash, so none is stored and none can be told from another
date's. Which date it is stands in the address; the date is public anyway.
"""

from __future__ import annotations

import datetime as dt
import hmac

from volunteer.attendance.models import DOOR, QR
from volunteer.core import crypto

STEP_SECONDS = 30
STEPS_VALID = 3  # a mark lives for 90 seconds after it was first shown
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH = 16  # 80 bits


def step_of(now: dt.datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def seconds_left(now: dt.datetime) -> int:
    """Until the next mark is shown, at least one."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def rotating(secret: str, occurrence_id: int, now: dt.datetime) -> str:
    """The mark for the QR code on the leader's phone."""
    return _mark(secret, f"{occurrence_id}:{step_of(now)}")


def printed(secret: str, occurrence_id: int) -> str:
    """The mark for the QR code on paper: good for this date, whenever its window is open."""
    return _mark(secret, f"{occurrence_id}:paper")


def way_of(mark: str, *, secret: str, occurrence_id: int, now: dt.datetime) -> str | None:
    """How the mark lets in (`qr`, `door`); None for one that is too old, of another date, or invented."""
    step = step_of(now)
    known = [(QR, f"{occurrence_id}:{step - back}") for back in range(STEPS_VALID)]
    known.append((DOOR, f"{occurrence_id}:paper"))
    right = [way for way, text in known if crypto.same(_mark(secret, text), mark)]
    return right[0] if right else None


def _mark(secret: str, text: str) -> str:
    digest = hmac.digest(secret.encode(), text.encode(), "sha256")
    number = int.from_bytes(digest[:10])
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(_LENGTH))
