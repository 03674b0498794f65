"""Second factors on paper: how codes are typed and made, how old a challenge may be, which address has passkeys."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a phone's clock may be half a minute off
RECOVERY_CODES = 10
RECOVERY_LETTERS = 10
SLIP_LETTERS = 8
CHALLENGE_LIFE = dt.timedelta(minutes=5)
LINK_LIFE = dt.timedelta(hours=1)
SLIP_LIFE = dt.timedelta(hours=24)
PASSKEYS_AT_MOST = 10
_TOTP = re.compile(r"[0-9]{6}\Z")


def plain(code: str) -> str:
    """A code without the blanks and dashes it is typed or printed with, in narrow capital letters."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code) if sign.isalnum()).upper()


def is_totp(code: str) -> bool:
    return _TOTP.match(code) is not None


def grouped(code: str) -> str:
    """ABCDE-FGHJK: how a code stands on paper."""
    half = (len(code) + 1) // 2
    return f"{code[:half]}-{code[half:]}"


def step_at(moment: dt.datetime) -> int:
    """The number of the half minute (RFC 6238)."""
    return int(moment.timestamp()) // STEP_SECONDS


def steps_around(moment: dt.datetime) -> range:
    now = step_at(moment)
    return range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)


@dataclass(frozen=True)
class Party:
    """Who we are to an authenticator (WebAuthn's relying party)."""

    id: str
    origin: str


def party(base_url: str) -> Party | None:
    """Passkeys need a name, no bare address, and HTTPS except on localhost; else there are none."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    if not is_safe or _is_address(host):
        return None
    return Party(host, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host
    return True
