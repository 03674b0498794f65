"""Many people with a past, made through the services: sign-ups, roll calls, orders, wishes, teams.

People come in pairs (0 and 1, 2 and 3, …) that could be one person's two records: never both with hours
in one roll call, and none claims the other's wish.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests import make
from volunteer.activities import service as activities
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotDone
from volunteer.hours import service as hours
from volunteer.ledger import check as ledger_check
from volunteer.people import identity
from volunteer.people import service as people
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF
from volunteer.points import service as points
from volunteer.reports import books
from volunteer.teams import service as teams
from volunteer.wishes import service as wishes


class History:
    """A sub-district with `count` people and what they did, the same for the same seed."""

    def __init__(self, count: int, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.street = make.subdistrict()
        self.areas = [make.community(self.street), make.community(self.street)]
        self.staff = make.actor(make.staff(SUBDISTRICT_STAFF, self.street))
        self.clerk = make.actor(make.staff(COMMUNITY_STAFF, self.areas[0]))
        make.earning_rule(20)
        self.items = [make.item(area, stock=500, price_points=5) for area in self.areas]
        self.teams = [make.team(area) for area in self.areas]
        self.leaders = [make.actor(make.leader(team)) for team in self.teams]
        rows = [
            people.NewPerson(
                "陈小明",
                dt.date(1960 + n % 40, 5, 4),
                self.areas[n // 2 % 2].id,
                f"137{n:08d}" if n % 3 else None,
            )
            for n in range(count)
        ]
        self.ids = people.register_many(rows, recorded_by=None)
        db.session.commit()
        self._join()
        self._serve()
        self._sign_up()
        self._order()
        self._wish()
        db.session.commit()

    def actor(self, person_id: int) -> Any:
        return identity.load(person_id)

    def pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.ids[::2], self.ids[1::2], strict=True))

    def _some(self, share: float) -> list[int]:
        return [id for id in self.ids if self.random.random() < share]

    def _join(self) -> None:
        for team in self.teams:
            teams.add_members(actor_id=None, team_id=team.id, person_ids=self._some(0.5))
            for id in self._some(0.1):
                _try(teams.request_to_join, actor=self.actor(id), team_id=team.id)

    def _serve(self) -> None:
        for day in range(1, 13):
            which = day % 2
            starts = clock.at_local(clock.today() - dt.timedelta(days=day), dt.time(9, 0))
            series = make.series(self.teams[which], capacity=1000)
            occurrence = make.occurrence(series, starts_at=starts)
            batch = hours.record(actor=self.leaders[which], occurrence_id=occurrence.id, marks=self._marks())
            if day % 4 == 0:
                hours.reverse(actor=self.staff, batch_id=batch.id, reason="记错了日期")
                hours.record(actor=self.leaders[which], occurrence_id=occurrence.id, marks=self._marks())

    def _marks(self) -> list[hours.Mark]:
        marks = []
        for one, other in self.pairs():
            present, absent = (one, other) if self.random.random() < 0.5 else (other, one)
            if self.random.random() < 0.5:
                marks.append(hours.Mark(present, "present"))
            if self.random.random() < 0.2:
                marks.append(hours.Mark(absent, self.random.choice(["absent", "excused"])))
        return marks or [hours.Mark(self.ids[0], "present")]

    def _sign_up(self) -> None:
        for day in range(1, 6):
            series = make.series(self.teams[day % 2], capacity=1000)
            starts = clock.at_local(clock.today() + dt.timedelta(days=day), dt.time(9, 0))
            occurrence = make.occurrence(series, starts_at=starts)
            for id in self._some(0.3):
                activities.sign_up(actor=self.actor(id), occurrence_id=occurrence.id)
                if self.random.random() < 0.2:
                    _try(activities.sign_off, actor=self.actor(id), occurrence_id=occurrence.id)

    def _order(self) -> None:
        for id in self._some(0.6):
            actor = self.actor(id)
            item = next(item for item in self.items if item.area_id == actor.area_id)
            placed = _try(points.order, actor=actor, item_id=item.id, quantity=self.random.randint(1, 4))
            chance = self.random.random()
            if placed and chance < 0.3:
                points.hand_over(actor=self.staff, order_id=placed.id)
            elif placed and chance < 0.5:
                points.cancel_order(actor=actor, order_id=placed.id)

    def _wish(self) -> None:
        for place, id in enumerate(self._some(0.2)):
            wish = wishes.collect(
                actor=self.actor(id), kind="company", public_text="想有人陪我说说话，下下棋。", contact_name="王某",
                contact_phone="13800138000", address="麓山南路12号", consent_version="1",
            )  # fmt: skip
            if place % 4 == 0:
                continue
            wishes.verify(actor=self.staff, wish_id=wish.id, how="上门看过")
            if place % 4 == 1:
                continue
            claimer = self._other_pair(id)
            if _try(wishes.claim, actor=self.staff, wish_id=wish.id, person_id=claimer) and place % 4 == 3:
                wishes.fulfil(actor=self.staff, wish_id=wish.id, fulfilled_on=clock.today())
                if self.random.random() < 0.5:
                    wishes.confirm(actor=self.staff, wish_id=wish.id)

    def _other_pair(self, person_id: int) -> int:
        place = self.ids.index(person_id) // 2
        return self.random.choice([id for n, id in enumerate(self.ids) if n // 2 != place])


def totals() -> dict[str, Any]:
    """The sum of each book over all accounts, and how much the issuing accounts gave out."""
    return {"books": ledger_check.book_totals(), "issued": _issued()}


def _issued() -> dict[str, int]:
    from volunteer.ledger import service as ledger

    return {
        book: -ledger.balance(
            ledger.account(book=book, owner_kind=ledger.SYSTEM, owner_id=0, purpose=ledger.ISSUE)
        )
        for book in ("hours", "points")
    }


def faults() -> list[str]:
    return books.check().faults


def _try(deed: Any, **arguments: Any) -> Any:
    """A deed that may be refused in a random story."""
    try:
        return deed(**arguments)
    except NotDone:
        return None
