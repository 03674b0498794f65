"""Reminders: derived from the tables, once each, never too late and never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import messages, reminders, service
from volunteer.activities.models import Occurrence
from volunteer.core import clock, i18n
from volunteer.outbox.kinds import render
from volunteer.outbox.models import Message

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
STARTS = dt.datetime(2026, 11, 24, 7, 0, tzinfo=dt.UTC)  # Tuesday, 15:00
EVENING = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)  # Monday, 18:00
SOON = STARTS - 2 * HOUR


def written(db: Any) -> list[tuple[str, str, str]]:
    rows = db.session.execute(sa.select(Message.kind, Message.channel, Message.state).order_by(Message.id))
    return [(kind.removeprefix("activity_reminder_"), channel, state) for kind, channel, state in rows]


def write(moment: dt.datetime) -> int:
    with clock.fixed(moment):
        return reminders.write_due(moment)


@pytest.fixture
def occurrence(db: Any) -> Occurrence:
    occurrence = make.occurrence(starts_at=STARTS)
    make.sign_up(occurrence)
    return occurrence


FIRST = [("tomorrow", "inbox", "sent"), ("tomorrow", "email", "pending")]
SECOND = [("soon", "inbox", "sent"), ("soon", "email", "pending")]


def test_the_evening_before_and_two_hours_before(db: Any, occurrence: Occurrence) -> None:
    assert write(EVENING - MINUTE) == 0
    assert write(EVENING) == 2
    assert write(SOON - MINUTE) == 0
    assert write(SOON) == 2
    assert written(db) == FIRST + SECOND
    assert write(STARTS + HOUR) == 0


def test_running_twice_writes_once(db: Any, occurrence: Occurrence) -> None:
    assert [write(EVENING), write(EVENING), write(EVENING + MINUTE)] == [2, 0, 0]


def test_two_schedulers_at_once_write_once(db: Any, occurrence: Occurrence) -> None:
    with clock.fixed(EVENING):
        found = reminders.due(EVENING)
        assert reminders.write_due(EVENING) == 2
        keys = [reminder.key for reminder in found]
    assert db.session.scalars(sa.select(Message.key).order_by(Message.id)).all() == [
        f"{keys[0]}:inbox",
        f"{keys[0]}:email",
    ]


def test_after_an_hour_of_downtime_it_is_still_useful(db: Any, occurrence: Occurrence) -> None:
    assert write(EVENING + HOUR) == 2
    assert written(db) == FIRST


def test_after_a_night_of_downtime_the_evening_one_is_recorded_as_expired(
    db: Any, occurrence: Occurrence
) -> None:
    assert write(SOON + MINUTE) == 4
    assert written(db) == [(kind, channel, "expired") for kind, channel, _ in FIRST] + SECOND


def test_what_was_missed_for_a_day_is_recorded_as_expired(db: Any, occurrence: Occurrence) -> None:
    assert write(STARTS + 24 * HOUR) == 4
    assert {state for _kind, _channel, state in written(db)} == {"expired"}
    assert write(STARTS + 25 * HOUR) == 0


def test_what_is_older_than_two_days_is_left_alone(db: Any, occurrence: Occurrence) -> None:
    assert write(STARTS + 48 * HOUR) == 0


def test_who_signs_up_after_the_time_needs_no_reminder(db: Any) -> None:
    occurrence = make.occurrence(starts_at=STARTS)
    with clock.fixed(EVENING + MINUTE):
        make.sign_up(occurrence)
    assert write(EVENING + HOUR) == 0
    assert write(SOON) == 2
    with clock.fixed(SOON + MINUTE):
        make.sign_up(occurrence)
    assert write(SOON + 2 * MINUTE) == 0


def test_neither_withdrawn_nor_cancelled(db: Any, occurrence: Occurrence) -> None:
    row = make.sign_up(occurrence)
    row.state = "withdrawn"
    occurrence.taken -= 1
    cancelled = make.occurrence(starts_at=STARTS, state="cancelled")
    make.sign_up(cancelled)
    db.session.commit()
    assert write(EVENING) == 2


def test_a_changed_time_is_reminded_of_anew(db: Any, occurrence: Occurrence) -> None:
    assert write(EVENING) == 2
    occurrence.starts_at += 24 * HOUR
    occurrence.ends_at += 24 * HOUR
    db.session.commit()
    assert write(EVENING + HOUR) == 0
    assert write(EVENING + 24 * HOUR) == 2
    first = db.session.scalars(sa.select(Message).order_by(Message.id)).first()
    assert not messages.is_still_on(first.payload, first.person_id)


def test_the_evening_is_that_of_the_wall_clock_for_early_and_late_activities(db: Any) -> None:
    for hour in (0, 23):
        make.sign_up(make.occurrence(starts_at=clock.at_local(dt.date(2026, 11, 24), dt.time(hour, 30))))
    assert write(EVENING - MINUTE) == 0
    assert write(EVENING) == 4


def test_statements_do_not_grow_with_people(db: Any, count_statements: Callable[[], list[str]]) -> None:
    def statements(people: int) -> int:
        for _ in range(3):
            occurrence = make.occurrence(starts_at=STARTS)
            for _ in range(people):
                make.sign_up(occurrence)
        before = len(count_statements())
        assert write(EVENING) == 3 * people * 2
        return len(count_statements()) - before

    assert statements(1) == statements(6) == 3


def test_the_words_fit_the_slot_and_the_language(db: Any, occurrence: Occurrence) -> None:
    write(EVENING)
    write(SOON)
    rows = db.session.scalars(sa.select(Message).where(Message.channel == "inbox").order_by(Message.id)).all()
    with i18n.speaking("zh_Hans"):
        subjects = [render(row.kind, row.payload)[0] for row in rows]
        body = render(rows[0].kind, rows[0].payload)[1]
    assert subjects == ["明天见：周五卫生大扫除", "两小时后见：周五卫生大扫除"]
    assert "11月24日 周二 15:00" in body
    assert "社区广场" in body


def test_a_reminder_is_not_wanted_after_a_sign_off(db: Any) -> None:
    occurrence, person = make.occurrence(starts_at=STARTS), make.person()
    make.sign_up(occurrence, person)
    actor = make.actor(person)
    payload = {"occurrence_id": occurrence.id, "starts_at": STARTS.isoformat()}
    assert messages.is_still_on(payload, person.id)
    service.sign_off(actor=actor, occurrence_id=occurrence.id)
    assert not messages.is_still_on(payload, person.id)
