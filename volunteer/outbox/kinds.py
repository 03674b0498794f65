"""The kinds of messages. Each slice registers its own, with its words in the source language.

`subject` and `body` hold %-placeholders for the payload. A payload value is
plain: a moment in ISO form is shown in the reader's manner when its name ends
in `_at` (two of them, joined by a slash, are of something done at any time
between), a day when it ends in `_on`, a duration when it ends in `_minutes`;
a pair `title` / `title_en` (any name) shows the English one to English readers;
`link_sealed` (any name) is encrypted and shown in clear as `link`; a list of moments
is shown one after the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from volunteer.core import crypto, formats, i18n

StillWanted = Callable[[dict[str, Any], int], bool]


@dataclass(frozen=True)
class Kind:
    name: str
    subject: Any
    body: Any
    endpoint: str | None
    still_wanted: StillWanted | None
    link_values: tuple[str, ...]
    also: tuple[tuple[str, Any], ...] = ()


KINDS: dict[str, Kind] = {}


def register(
    name: str,
    *,
    subject: Any,
    body: Any,
    endpoint: str | None = None,
    link_values: tuple[str, ...] = (),
    still_wanted: StillWanted | None = None,
    also: tuple[tuple[str, Any], ...] = (),
) -> None:
    """Make a kind known. `endpoint` with `link_values` from the payload is where the message leads.

    `still_wanted(payload, person_id)` is asked just before sending: a reminder
    for a place that was given back is not sent. `also` are sentences that follow
    where the payload holds the value they are named for.
    """
    KINDS[name] = Kind(name, subject, body, endpoint, still_wanted, link_values, also)


def render(kind: str, payload: dict[str, Any]) -> tuple[str, str]:
    """Subject (one line) and body in the language being spoken."""
    known = KINDS[kind]
    values = _shown(payload)
    subject = " ".join(str(known.subject).__mod__(values).split())[:200]
    more = (str(sentence) % values for value, sentence in known.also if payload.get(value))
    space = " " if i18n.current() == "en" else ""
    return subject, space.join([str(known.body) % values, *more])


def _moment(text: str) -> str:
    starts, _slash, ends = text.partition("/")
    begins = dt.datetime.fromisoformat(starts)
    return formats.when(begins, dt.datetime.fromisoformat(ends)) if ends else formats.moment(begins)


def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in payload.items():
        if name.endswith("_at") and isinstance(value, list):
            shown[name] = i18n.pgettext("list separator", "；").join(_moment(item) for item in value)
        elif name.endswith("_at") and isinstance(value, str):
            shown[name] = _moment(value)
        elif name.endswith("_on") and isinstance(value, str):
            shown[name] = formats.day(dt.date.fromisoformat(value))
        elif name.endswith("_minutes"):
            shown[name] = formats.minutes(int(value))
        elif name.endswith("_sealed"):
            shown[name.removesuffix("_sealed")] = crypto.decrypt(str(value))
        else:
            shown[name] = value
    if i18n.current() == "en":
        english = {name[:-3]: value for name, value in payload.items() if name.endswith("_en") and value}
        shown |= english
    return shown
