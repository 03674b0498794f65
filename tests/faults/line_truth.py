"""What must hold after races on waiting lists.

The order of the line is checked against the audit log, whose rows are written
under the lock of the date, by a model that knows nothing of the product's queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import PUBLISHED, WAITING, Occurrence, Waiting
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import standing
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.reports import books


def a_minute_later() -> None:
    """The job's round; twice, because a place that nobody takes goes on to the next one."""
    for _round in range(2):
        db.session.rollback()
        for occurrence_id in waiting.due(clock.now()):
            with transaction():
                waiting.settle(occurrence_id)


def faults() -> list[str]:
    """Everything that is not as it must be."""
    db.session.rollback()
    return [*books.check().faults, *_empty_seats(), *_out_of_order(), *_double(), *_shared_twice()]


def _double() -> Iterator[str]:
    rows = db.session.execute(
        sa.text(
            "SELECT occurrence_id, person_id, count(*) FROM sign_up WHERE state = 'signed_up' "
            "GROUP BY occurrence_id, person_id HAVING count(*) > 1"
        )
    )
    yield from (f"person {person} has {count} places at {date}" for date, person, count in rows)


def _shared_twice() -> Iterator[str]:
    """Who shares a place of a date has no other there and waits for none."""
    rows = db.session.execute(
        sa.text(
            "SELECT s.occurrence_id, s.partner_id FROM sign_up s WHERE s.state = 'signed_up' "
            "AND s.partner_state = 'agreed' AND (EXISTS (SELECT 1 FROM sign_up o WHERE o.state = 'signed_up' "
            "AND o.occurrence_id = s.occurrence_id AND o.id <> s.id AND (o.person_id = s.partner_id "
            "OR (o.partner_id = s.partner_id AND o.partner_state = 'agreed'))) "
            "OR EXISTS (SELECT 1 FROM waiting w WHERE w.occurrence_id = s.occurrence_id "
            "AND w.person_id = s.partner_id AND w.state IN ('waiting', 'offered')))"
        )
    )
    yield from (f"person {person} shares a place at {date} and has another" for date, person in rows)


def _empty_seats() -> Iterator[str]:
    """A free place, and somebody waits who could take it."""
    for row in db.session.execute(
        sa.select(Waiting.occurrence_id, Waiting.person_id, Waiting.position_id)
        .join(Occurrence, Occurrence.id == Waiting.occurrence_id)
        .where(
            Waiting.state == WAITING,
            Occurrence.state == PUBLISHED,
            Occurrence.taken + Occurrence.held < Occurrence.capacity,
        )
        .order_by(Waiting.id)
    ).all():
        found = standing.load(
            occurrence_id=row.occurrence_id, person_id=row.person_id, position_id=row.position_id
        )
        has_room = found.post is None or (found.post.is_open and found.post.places_left > 0)
        if has_room and standing.availability(found, clock.now(), is_kept=True).is_free:
            yield f"person {row.person_id} waits for {row.occurrence_id}, which has a free place"


def _out_of_order() -> Iterator[str]:
    """The log of each date, played again: offers go to the first, newcomers pass by nobody."""
    lines = db.session.execute(sa.select(Waiting.id, Waiting.position_id, Waiting.person_id)).all()
    model = Model({row.id: row.position_id for row in lines}, {row.id: row.person_id for row in lines})
    for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)):
        replay = getattr(model, entry.act, None)
        if replay is not None:
            yield from replay(entry.object_id, entry.details)


class Model:
    """The lines as the log tells them: one method for each act, which yields what is wrong."""

    def __init__(self, positions: dict[int, int | None], people: dict[int, int]) -> None:
        self.positions = positions
        self.people = people
        self.lines: dict[tuple[int, int | None], list[int]] = defaultdict(list)
        self.passed: set[int] = set()

    def _line(self, date: int, waiting_id: int) -> list[int]:
        return self.lines[(date, self.positions[waiting_id])]

    def _leave(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        line = self._line(date, details["waiting"])
        if details["waiting"] in line:
            line.remove(details["waiting"])
        yield from ()

    left_line = declined_offer = offer_lapsed = _leave

    def joined_line(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        line = self._line(date, details["waiting"])
        if details["waiting"] < max(line, default=0):
            yield f"{details['waiting']} joined out of order"
        line.append(details["waiting"])

    def passed_over(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        self.passed.add(details["waiting"])
        yield from ()

    def place_offered(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        waiting_id = details["waiting"]
        line = self._line(date, waiting_id)
        ahead = [id_ for id_ in line if id_ < waiting_id and id_ not in self.passed]
        if waiting_id not in line or ahead:
            yield f"{waiting_id} was offered a place at {date} before {ahead}"
        self.passed.discard(waiting_id)
        yield from self._leave(date, details)

    def signed_up(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        self._has_a_place(date, details["person"])
        before = [id_ for id_ in self.lines[(date, details.get("position"))] if id_ not in self.passed]
        if before and details.get("way") != "offer":
            yield f"person {details['person']} passed by {before} at {date}"

    def pair_agreed(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        self._has_a_place(date, details["partner"])
        yield from ()

    def _has_a_place(self, date: int, person_id: int) -> None:
        """Then one waits no longer, however it came about."""
        for (of, _position), line in self.lines.items():
            if of == date:
                line[:] = [id_ for id_ in line if self.people[id_] != person_id]

    def occurrence_cancelled(self, date: int, details: dict[str, Any]) -> Iterator[str]:
        for (of, _position), line in self.lines.items():
            if of == date:
                line.clear()
        yield from ()
