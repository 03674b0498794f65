"""A small world whose figures can be counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests import make
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours import service as hours
from volunteer.people.models import COMMUNITY_STAFF, Person
from volunteer.teams.models import MEMBER, Membership
from volunteer.teams.rules import RECRUITMENT
from volunteer.wishes.models import CLAIM_ACTIVE, COLLECTED, Claim, FollowUp, Wish


class World:
    """One sub-district, two communities, one grid; everybody is counted in `people`."""

    def __init__(self) -> None:
        self.top = make.subdistrict()
        self.home = make.community(self.top, name="桔苑社区")
        self.other = make.community(self.top, name="麓泉社区")
        self.grid = make.grid(self.home)
        make.earning_rule(10)
        self.staff = make.staff(COMMUNITY_STAFF, self.home)
        self.anna, self.bert = make.person(self.home), make.person(self.grid)
        self.carl = make.person(self.other)
        self.team = make.team(self.home)
        self.begins = clock.now() - dt.timedelta(days=1)
        self.lead = make.actor(make.staff("subdistrict_staff", self.top))

    def held(self, category: str, *people: Person, area: Area | None = None, **series: Any) -> int:
        """An activity of yesterday with its hours recorded: 120 minutes, 20 points for each; the next one before it."""
        team = make.team(area or self.home)
        of = make.series(team, category=category, person_in_charge=self.anna, **series)
        occurrence = make.occurrence(of, starts_at=self.begins)
        self.begins -= dt.timedelta(hours=2)
        marks = [hours.Mark(person_id=person.id, attendance="present") for person in people]
        batch = hours.record(actor=self.lead, occurrence_id=occurrence.id, marks=marks)
        db.session.commit()
        return int(getattr(batch, "id", batch))

    def wish(self, area: Area | None = None, state: str = COLLECTED, **more: Any) -> Wish:
        n = db.session.query(Wish).count() + 1
        row = Wish(
            number=f"W{n:06d}",
            area_id=(area or self.home).id,
            kind="goods",
            state=state,
            public_text="一盏护眼台灯",
            contact_name="",
            contact_phone="",
            address="",
            private_note="",
            consent_version="1",
            consent_at=clock.now(),
            collected_at=clock.now(),
            collected_by_id=self.staff.id,
        )
        for name, value in more.items():
            setattr(row, name, value)
        db.session.add(row)
        db.session.commit()
        return row

    def claim(self, wish: Wish, *, contact_by: dt.datetime) -> Claim:
        row = Claim(
            wish_id=wish.id,
            person_id=self.anna.id,
            state=CLAIM_ACTIVE,
            claimed_at=clock.now(),
            claimed_by_id=self.anna.id,
            contact_by=contact_by,
        )
        db.session.add(row)
        db.session.commit()
        return row

    def follow_up(self, wish: Wish, *, due_on: dt.date) -> FollowUp:
        row = FollowUp(wish_id=wish.id, due_on=due_on)
        db.session.add(row)
        db.session.commit()
        return row

    def recruit(self, *people: Person) -> None:
        now = clock.now()
        for person in people:
            row = Membership(
                team_id=self.team.id,
                person_id=person.id,
                state=MEMBER,
                requested_at=now,
                joined_at=now,
                way=RECRUITMENT,
            )
            db.session.add(row)
        db.session.commit()
