"""The plan in the database: which row stands for which planned thing."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa

from demo.plan import SEED, Plan
from demo.programme import PlannedSeries
from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people import identity
from volunteer.people.identity import Actor

PASSWORD = "Linli-2026-demo"
SEEN_AGAIN = dt.timedelta(days=30)  # what is older was learnt before


@dataclass
class World:
    """Ids of what was loaded so far."""

    plan: Plan
    programme: list[PlannedSeries]
    now: dt.datetime
    password_hash: str
    rng: random.Random = field(default_factory=lambda: random.Random(SEED + 2))
    areas: dict[str, int] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)
    teams: dict[str, int] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    occurrences: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    points: Counter[int] = field(default_factory=Counter)  # by place in the plan
    there: dict[str, list[int]] = field(default_factory=dict)  # who has signed up, of some series
    intake_token: str = ""
    _actors: dict[int, Actor] = field(default_factory=dict)

    def actor(self, person: int) -> Actor:
        """The planned person, acting; roles are given once, before anybody acts."""
        if person not in self._actors:
            self._actors[person] = identity.load(self.people[person])
        return self._actors[person]

    def on_duty(self, role: str, area: str) -> Actor:
        return self.actor(self.plan.on_duty(role, area))

    def learn_occurrences(self, *codes: str) -> None:
        """Note the coming dates that the service has made for these series; of several shifts the first."""
        by_id = {self.series[code]: code for code in codes}
        rows = db.session.execute(
            sa.select(Occurrence.series_id, Occurrence.original_on, Occurrence.id).where(
                Occurrence.series_id.in_(by_id),
                Occurrence.shift == 0,
                Occurrence.original_on >= clock.today() - SEEN_AGAIN,
            )
        )
        self.occurrences |= {(by_id[series_id], on): id_ for series_id, on, id_ in rows}
