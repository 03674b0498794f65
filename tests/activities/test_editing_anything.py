"""Whatever is edited in whatever order: nobody loses a place in silence, and no date is there twice."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import check, service
from volunteer.activities.changing.editing import CHOICES, SCOPES
from volunteer.activities.models import KEEP, SKIP, Occurrence, Series, SeriesShift, SignUp
from volunteer.activities.service.changing import laying
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import Refused
from volunteer.outbox.models import Message

DAY = dt.timedelta(days=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
STEPS = 14
HEARD = ("activity_changed", "activity_cancelled", "activity_dates_changed", "activity_dates_cancelled")


class Story:
    """A series with two shifts a day that all sorts of things happen to."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        team = make.team()
        leader = make.leader(team)
        first = make.series(
            team,
            person_in_charge=leader,
            starts_on=clock.today() + DAY,
            recurrence="FREQ=WEEKLY;BYDAY=TU,SA",
            content="打扫",
            capacity=4,
        )
        make._keep(SeriesShift(series_id=first.id, number=1, start_time=dt.time(18), duration_minutes=60))
        self.team_id, self.leader = team.id, make.actor(leader)
        self.people = [make.person() for _ in range(3)]
        self.generate()

    def rows(self) -> list[Occurrence]:
        of_team = sa.select(Series.id).where(Series.team_id == self.team_id)
        statement = sa.select(Occurrence).where(Occurrence.series_id.in_(of_team))
        return list(database.session.scalars(statement.order_by(Occurrence.id)))

    def seen(self) -> dict[int, tuple[Any, ...]]:
        """What those who are signed up rely on: when and where, and that it takes place."""
        return {
            row.id: (row.starts_at, row.ends_at, row.place, row.state)
            for row in self.rows()
            if _people_on(row)
        }

    def step(self) -> None:
        deeds = (
            self.sign_up,
            self.sign_up,
            self.edit,
            self.edit,
            self.edit_one,
            self.cancel,
            self.reset,
            self.generate,
        )
        self.pick.choice(deeds)()

    def sign_up(self) -> None:
        open_ones = [row for row in self.rows() if row.state == "published" and row.taken < row.capacity]
        if open_ones:
            row, person = self.pick.choice(open_ones), self.pick.choice(self.people)
            if person.id not in _people_on(row):
                make.sign_up(row, person)

    def edit(self) -> None:
        values: dict[str, Any] = {
            "place": f"{self.pick.randint(1, 3)} 号楼",
            "capacity": self.pick.randint(1, 6),
        }
        values["on_holiday"] = self.pick.choice((KEEP, SKIP))
        times = {0: (dt.time(self.pick.randint(8, 11)), 60)} if self.pick.random() < 0.5 else {}
        rule = None
        if self.pick.random() < 0.5:
            days = ",".join(day for day in DAYS if self.pick.random() < 0.3) or "WE"
            rule = NewRule(clock.today() + self.pick.randint(1, 20) * DAY, f"FREQ=WEEKLY;BYDAY={days}")
        choices = {row.id: self.pick.choice(CHOICES) for row in self.rows()}
        self._try(
            lambda: service.edit_series(
                actor=self.leader,
                occurrence_id=self.pick.choice(self.rows()).id,
                scope=self.pick.choice(SCOPES[1:]),
                wish=Wish(values, times, rule),
                choices=choices,
                words="安排改了",
            )
        )

    def edit_one(self) -> None:
        row = self.pick.choice(self.rows())
        start = row.starts_at + self.pick.randint(-3, 3) * DAY
        self._try(
            lambda: service.edit_date(
                actor=self.leader,
                occurrence_id=row.id,
                wish=DateWish(starts_at=start, ends_at=start + dt.timedelta(hours=1)),
            )
        )

    def cancel(self) -> None:
        row = self.pick.choice(self.rows())
        self._try(lambda: service.cancel_occurrence(actor=self.leader, occurrence_id=row.id, reason="下雨"))

    def reset(self) -> None:
        row = self.pick.choice(self.rows())
        self._try(lambda: service.reset_date(actor=self.leader, occurrence_id=row.id))

    def generate(self) -> None:
        database.session.execute(
            sa.update(Series).where(Series.team_id == self.team_id).values(made_until=None)
        )
        service.extend(
            list(database.session.scalars(sa.select(Series.id).where(Series.team_id == self.team_id)))
        )
        database.session.commit()

    def _try(self, deed: Any) -> None:
        try:
            deed()
            database.session.commit()
        except Refused:
            database.session.rollback()


def _people_on(row: Occurrence) -> set[int]:
    statement = sa.select(SignUp.person_id).where(SignUp.occurrence_id == row.id, SignUp.state == "signed_up")
    return set(database.session.scalars(statement))


def _heard(since: int) -> dict[int, int]:
    """How many messages about changes each person got after that one."""
    statement = (
        sa.select(Message.person_id, sa.func.count())
        .where(Message.id > since, Message.channel == "inbox", Message.kind.in_(HEARD))
        .group_by(Message.person_id)
    )
    return {person_id: count for person_id, count in database.session.execute(statement)}  # noqa: C416 - rows, not pairs


def _last_message() -> int:
    return database.session.scalar(sa.select(sa.func.max(Message.id))) or 0


def tell_a_story(seed: int) -> int:
    """Go through it and check after every step; returns how often somebody was told of a change."""
    story, changes = Story(seed), 0
    for minute in range(STEPS):
        with clock.fixed(clock.now() + dt.timedelta(minutes=minute)):
            before, since = story.seen(), _last_message()
            on = {id_: _people_on(row) for row in story.rows() for id_ in [row.id]}
            story.step()
            database.session.expire_all()
            after, heard = story.seen(), _heard(since)
            for id_, look in before.items():
                assert id_ in after, "a date with people is gone"
                assert on[id_] <= _people_on(database.session.get_one(Occurrence, id_)), (
                    "somebody lost a place"
                )
                if after[id_] != look:
                    changes += 1
                    assert all(heard.get(person_id) for person_id in on[id_]), "and nobody told them"
            _check_dates(story)
    assert check.check().faults == []
    return changes


def _check_dates(story: Story) -> None:
    keys = [(row.series_id, row.original_on, row.shift) for row in story.rows()]
    assert len(keys) == len(set(keys))
    numbers = [row.issue_number for row in story.rows()]
    assert len(numbers) == len(set(numbers)), "a number was used twice"
    days = [
        (row.series_id, clock.local(row.starts_at).date(), row.shift)
        for row in story.rows()
        if row.state == "published" and not row.edited
    ]
    assert len(days) == len(set(days)), "two dates of one day and shift"


@pytest.mark.parametrize("seed", range(12))
def test_nobody_is_dropped_in_silence_and_nothing_comes_twice(db: Any, seed: int) -> None:
    tell_a_story(seed)


def test_the_stories_are_not_dull(db: Any) -> None:
    assert sum(tell_a_story(seed) for seed in (1, 2)) > 5


def tell_all() -> None:
    for seed in range(12):
        tell_a_story(seed)


def test_control_without_a_message_the_stories_fail(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying.telling, "tell", lambda *args, **more: 0)
    with pytest.raises(AssertionError, match="nobody told them"):
        tell_all()
