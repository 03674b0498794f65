"""How lists name people to their reader (R142): who leads reads whole names, staff those of adults, auditors none.

A minor's whole name is for the leaders, and for staff behind an approval in the record, where each look is
written down: a list writes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from volunteer.core import clock, formats
from volunteer.people import rules
from volunteer.people.identity import Actor, Anonymous
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF


@dataclass(frozen=True)
class Names:
    """The names of a team's people for one reader."""

    leads: bool
    works: bool
    today: dt.date

    def of(self, name: str, born_on: dt.date | None) -> str:
        """The name as the reader may know it; whose age is not known is taken for a minor."""
        is_adult = born_on is not None and not rules.is_minor(born_on, self.today)
        return name if self.leads or (self.works and is_adult) else formats.masked_name(name)


def for_reader(reader: Actor | Anonymous, *, team_path: str, area_path: str) -> Names:
    works = reader.has_role_over(area_path, COMMUNITY_STAFF, SUBDISTRICT_STAFF)
    return Names(reader.leads(team_path), works, clock.today())
