"""Intakes on plain values: how long one is open, what is the same form, who is the same person."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.people import rules as people

LONGEST_TITLE = 80
# How long a new intake is open; an afternoon's meeting, or a week of posters in every stairwell.
LENGTHS: dict[str, Any] = {
    "3h": _l("3 小时"),
    "1d": _l("1 天"),
    "3d": _l("3 天"),
    "7d": _l("7 天"),
    "14d": _l("14 天"),
}
USUAL_LENGTH = "3d"
# The skills that a short form asks for; the own page has all of them.
SKILLS = ("company", "cleaning", "cooking", "tutoring", "repair", "haircut", "medical", "driving")
# After the acceptance the receipt sets a password for so long; later the counter helps.
PASSWORD_DAYS = 30


@dataclass(frozen=True)
class Known:
    """What tells two people apart, or finds that they are one."""

    name_hash: str
    born_on: dt.date | None
    phone_hash: str | None
    community: str  # the path of the community

    def is_probably(self, other: Known) -> bool:
        """One phone and one name or birth date; or one name, birth date and community.

        A phone alone is not enough: couples and grandparents share one.
        """
        same_name, same_birth = self.name_hash == other.name_hash, self.born_on == other.born_on
        if self.phone_hash is not None and self.phone_hash == other.phone_hash:
            return same_name or same_birth
        return same_name and same_birth and self.community == other.community


@dataclass(frozen=True)
class GuardianWords:
    """Who agreed for a child, as written on the form."""

    name: str
    relation: str
    phone: str

    def as_text(self) -> str:
        return json.dumps([self.name, self.relation, self.phone], ensure_ascii=False)

    @staticmethod
    def from_text(text: str | None) -> GuardianWords | None:
        return GuardianWords(*json.loads(text)) if text else None


def length(code: str) -> dt.timedelta:
    """'3h' is three hours, '7d' a week."""
    if code not in LENGTHS:
        raise people.UnknownChoice
    count = int(code[:-1])
    return dt.timedelta(hours=count) if code.endswith("h") else dt.timedelta(days=count)
