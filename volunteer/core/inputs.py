"""What people type: cleaned, or refused in words. Nothing strange reaches a service."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.routing import BaseConverter

from volunteer.core.errors import Refused

# C0 and C1 controls but tab and newlines, bidi embeddings and isolates, lone surrogates, non-characters.
_STRANGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufff9-\uffff\ud800-\udfff]"
)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u3164\u115f\u1160\u180e]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z", re.ASCII)
_HOURS = re.compile(r"([0-9]{1,5})(?:\.([0-9]{1,2}))?\Z", re.ASCII)
EARLIEST = dt.date(1900, 1, 1)
LATEST = dt.date(2100, 12, 31)


class BadText(Refused):
    sentence = _l("这里有看不见的特殊字符，请删掉后重新输入。")
    status = 422


class BadNumber(Refused):
    sentence = _l("请填 %(least)s 到 %(most)s 之间的整数。")
    status = 422


class BadHours(Refused):
    sentence = _l("请填小时数，例如 2 或 1.5，最多 %(most)s。")
    status = 422


class BadDate(Refused):
    sentence = _l("请填一个真实的日期，例如 2026-11-28。")
    status = 422


def clean(text: str, *, longest: int = 2000, lines: bool = False) -> str:
    """Text in NFC without surrounding space; invisible-only text becomes empty; controls are refused."""
    if _STRANGE.search(text) or len(text) > longest:
        raise BadText
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if not _INVISIBLE.sub("", text).strip():
        return ""
    return text if lines else re.sub(r"\s+", " ", text)


def whole_number(text: str | None, *, least: int, most: int) -> int:
    """A whole number in ASCII digits within bounds; anything else (１２, 1_0, NaN, 2^63) is refused."""
    stripped = (text or "").strip()
    if not _WHOLE.match(stripped) or not least <= int(stripped) <= most:
        raise BadNumber(least=least, most=most)
    return int(stripped)


def hours_in_minutes(text: str, *, most_minutes: int) -> int:
    """'1.5' hours as 90 minutes; ASCII digits with at most two behind the point, in whole minutes, above zero."""
    found = _HOURS.match(text.strip())
    hundredths = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
    if not hundredths or hundredths * 3 % 5 or hundredths * 3 // 5 > most_minutes:
        raise BadHours(most=most_minutes // 60)
    return hundredths * 3 // 5


def minutes_as_hours(minutes: int) -> str:
    """90 as '1.5', as it would be typed."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def date(text: str | None) -> dt.date:
    """An ISO date between 1900 and 2100."""
    try:
        value = dt.date.fromisoformat((text or "").strip())
    except ValueError as error:
        raise BadDate from error
    if not EARLIEST <= value <= LATEST:
        raise BadDate
    return value


def is_strange(text: str) -> bool:
    return bool(_STRANGE.search(text))


def refuse_strange_addresses() -> None:
    """Before each request: no control characters in the path or the query."""
    if is_strange(request.path) or any(
        is_strange(name) or any(is_strange(value) or len(value) > 2000 for value in values)
        for name, values in request.args.lists()
    ):
        raise BadText


class BoundedInteger(BaseConverter):
    """`<int:id>` in a path: at most 18 digits, so that no database is asked about 2^64."""

    regex = r"[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: Any) -> str:
        return str(int(value))
