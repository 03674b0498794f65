"""Community A with one of everything, community B next door, and one visitor of each kind.

What there is of each slice stands in a module of its own: `dates` (activities, attendance, hours),
`persons` (records, helpers, privacy), `shelf` (points and wishes). `addresses` says which of it fills
the path of which route.
"""

from __future__ import annotations

import itertools
from typing import Any

from tests import make
from tests.world import addresses, dates, persons, shelf
from volunteer.core import clock
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    DEPUTY,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    Person,
)

VISITORS = (
    "anonymous", "resident", "member", "deputy", "leader", "clerk", "staff", "subdistrict", "auditor", "admin",
    "other_leader", "other_staff",
)  # fmt: skip

_worlds = itertools.count(1)


class World:
    """`owner` is the member: what belongs to somebody belongs to them. `ids` fill the paths of routes."""

    def __init__(self) -> None:
        self.tag = f"{next(_worlds):04d}"  # two worlds may stand side by side
        self.street = make.subdistrict()
        self.a, self.b = make.community(self.street), make.community(self.street)
        self.team, self.other_team = make.team(self.a), make.team(self.b)
        self.people = self._visitors()
        self.owner, self.leader = self.people["member"], self.people["leader"]
        self.ids: dict[str, Any] = {
            "team_id": self.team.id,
            "area_id": self.a.id,
            "person_id": self.owner.id,
            "key": "volunteers",
            "purpose": "sign-in",
            "year": clock.today().year + 1,
        }
        make.earning_rule()
        dates.fill(self)
        shelf.fill(self)
        persons.fill(self)

    def _visitors(self) -> dict[str, Person]:
        leader = make.leader(self.team)
        deputy = make.member(self.team)
        make.grant(deputy, DEPUTY, team=self.team)
        return {
            "resident": make.person(self.a),
            "member": make.member(self.team),
            "deputy": deputy,
            "leader": leader,
            "clerk": make.staff(COUNTER_CLERK, self.a),
            "staff": make.staff(COMMUNITY_STAFF, self.a),
            "subdistrict": make.staff(SUBDISTRICT_STAFF, self.street),
            "auditor": make.staff(AUDITOR, self.street),
            "admin": make.staff(SYSTEM_ADMIN, self.street),
            "other_leader": make.leader(self.other_team),
            "other_staff": make.staff(COMMUNITY_STAFF, self.b),
        }

    def values(self, endpoint: str, arguments: set[str]) -> dict[str, Any]:
        """Path values for a route: the thing in the state in which the route means something."""
        return addresses.values(self, endpoint, arguments)
