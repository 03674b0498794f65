"""A date with a leader, some who signed up, and an open door."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests import make
from volunteer.activities.models import Occurrence
from volunteer.attendance import codes, queries, service
from volunteer.attendance.models import CheckIn, Door
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import Person

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


class Scene:
    """An afternoon that begins in an hour; `now` is ten o'clock."""

    def __init__(self, *, opened: bool = True, **series: Any) -> None:
        self.area = make.community()
        self.team = make.team(self.area)
        self.leader = make.leader(self.team)
        self.series = make.series(self.team, person_in_charge=self.leader, **series)
        self.date: Occurrence = make.occurrence(self.series, starts_at=clock.now() + HOUR)
        if opened:
            service.open_door(actor=make.actor(self.leader), occurrence_id=self.date.id)
            db.session.commit()

    @property
    def door(self) -> Door:
        found = queries.door(self.date.id)
        assert found is not None
        return found

    def person(self, **more: Any) -> Person:
        """Somebody who has signed up."""
        someone = make.person(self.area, **more)
        make.sign_up(self.date, someone)
        return someone

    def come(self, someone: Person, **more: Any) -> None:
        service.check_in(actor=make.actor(someone), occurrence_id=self.date.id, **more)
        db.session.commit()

    def leave(self, someone: Person, **more: Any) -> None:
        service.check_out(actor=make.actor(someone), occurrence_id=self.date.id, **more)
        db.session.commit()

    def scan(self, someone: Person) -> bool:
        came = service.scan(
            actor=make.actor(self.leader), occurrence_id=self.date.id, person_id=someone.id, way="card"
        )
        db.session.commit()
        return came

    def mark(self) -> str:
        """What the code on the leader's phone says now."""
        return codes.rotating(self.door.secret, self.date.id, clock.now())

    def rows(self) -> list[CheckIn]:
        return list(db.session.query(CheckIn).order_by(CheckIn.id))


def at(moment: dt.datetime) -> Any:
    return clock.fixed(moment)
