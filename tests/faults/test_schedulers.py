"""Reminders under faults: two schedulers at once, a lease that both believe to hold, a day of downtime."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from typing import Any

import sqlalchemy as sa

from tests import make
from tests.faults.programs import PATIENCE, end, start, states
from volunteer.activities import reminders
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.jobs import schedule
from volunteer.outbox.models import EMAIL, EXPIRED, INBOX, PENDING, SENT, Message


def signed_up_people(count: int, starts_at: dt.datetime, signed_up_at: dt.datetime) -> list[int]:
    """An activity with `count` people, who signed up in time for every reminder."""
    area = make.community()
    series = make.series(make.team(area), capacity=count)
    occurrence = make.occurrence(series, starts_at=starts_at)
    people = [make.person(area, email=f"r{number}@example.org") for number in range(count)]
    for person in people:
        make.sign_up(occurrence, person).signed_up_at = signed_up_at
    ids = [person.id for person in people]
    db.session.commit()
    db.session.remove()  # or this session would hold SQLite's only write lock
    return ids


def told() -> Counter[tuple[str, str, int]]:
    """How many reminders of each kind, channel and person there are."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Message.kind, Message.channel, Message.person_id).where(
            Message.kind.like("activity_reminder%")
        )
    )
    return Counter((kind, channel, person_id) for kind, channel, person_id in rows)


def two_schedulers(url: str, moments: list[dt.datetime], **environment: str) -> list[list[str]]:
    """Run both at the same second; what each printed."""
    shared = {"MOMENTS": ",".join(moment.isoformat() for moment in moments), "START_AT": str(time.time() + 3)}
    both = [start("tick", url, **shared, **environment) for _ in range(2)]
    try:
        said = [process.communicate(timeout=PATIENCE)[0].splitlines() for process in both]
    finally:
        for process in both:
            end(process)
    assert [process.returncode for process in both] == [0, 0]
    return said


def expected(kinds: tuple[str, ...], people: list[int]) -> Counter[tuple[str, str, int]]:
    return Counter((kind, channel, id_) for kind in kinds for channel in (INBOX, EMAIL) for id_ in people)


TOMORROW, SOON = "activity_reminder_tomorrow", "activity_reminder_soon"


def test_two_schedulers_at_once_remind_everybody_once(house, fresh_url):
    starts_at = clock.at_local(clock.today() + dt.timedelta(days=3), dt.time(15, 0))
    people = signed_up_people(40, starts_at, clock.now())
    evening = reminders.evening_before(starts_at)
    moments = [evening + dt.timedelta(minutes=1), starts_at - dt.timedelta(hours=1, minutes=59)]
    said = two_schedulers(fresh_url, moments)
    assert told() == expected((TOMORROW, SOON), people)
    assert sum(lines.count("idle") for lines in said) == len(moments)


def test_two_schedulers_that_both_believe_to_hold_the_lease_remind_everybody_once(house, fresh_url):
    """The lease only saves work: what keeps a reminder single is its key."""
    starts_at = clock.at_local(clock.today() + dt.timedelta(days=3), dt.time(15, 0))
    people = signed_up_people(40, starts_at, clock.now())
    evening = reminders.evening_before(starts_at)
    moments = [evening + dt.timedelta(minutes=minute) for minute in (1, 2, 3)]
    said = two_schedulers(fresh_url, moments, NO_LEASE="1")
    assert told() == expected((TOMORROW,), people)
    assert [lines.count("idle") for lines in said] == [0, 0]


def _tick(app: Any, at: dt.datetime) -> None:
    with clock.fixed(at):
        assert schedule.tick(app, "the only one") is not None
    db.session.rollback()


def test_a_day_of_downtime_loses_nothing_and_says_what_came_too_late(house):
    """Nobody ticked from the day before until two hours before the second activity."""
    day = clock.today() + dt.timedelta(days=3)
    early, late = clock.at_local(day, dt.time(9, 0)), clock.at_local(day, dt.time(20, 0))
    long_ago = clock.now()
    first = signed_up_people(5, early, long_ago)
    second = signed_up_people(5, late, long_ago)
    back = late - dt.timedelta(minutes=90)
    _tick(house, back)
    _tick(house, back + dt.timedelta(minutes=1))
    assert told() == expected((TOMORROW, SOON), first) + expected((TOMORROW, SOON), second)
    rows = db.session.execute(
        sa.select(Message.kind, Message.person_id, Message.state).where(
            Message.channel == INBOX, Message.kind.like("activity_reminder%")
        )
    )
    found = {(kind, person_id): state for kind, person_id, state in rows}
    assert {found[SOON, id_] for id_ in second} == {SENT}  # still of use: told, once
    assert {found[TOMORROW, id_] for id_ in second} == {EXPIRED}
    assert {found[kind, id_] for kind in (TOMORROW, SOON) for id_ in first} == {EXPIRED}
    mails = states()
    assert mails[EXPIRED] == 15
    assert mails[PENDING] + mails[SENT] == 5


def test_control_a_timer_that_only_looks_at_the_present_minute_loses_them(house, monkeypatch):
    """What a scheduler without reconciliation does: what was due while it was down is never told."""
    due = reminders.due

    def only_now(now: dt.datetime) -> Any:
        return [one for one in due(now) if now - one.slot.due_at < dt.timedelta(minutes=1)]

    monkeypatch.setattr(reminders, "due", only_now)
    starts_at = clock.at_local(clock.today() + dt.timedelta(days=3), dt.time(9, 0))
    signed_up_people(5, starts_at, clock.now())
    _tick(house, starts_at - dt.timedelta(minutes=30))
    assert told() == Counter()
