"""Cancelling and moving one occurrence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import reminders, service
from volunteer.activities.models import Occurrence, SignUp
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.signing import refusals
from volunteer.core import clock, i18n
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox.kinds import render
from volunteer.outbox.models import Message

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def world(db: Any) -> tuple[Any, Occurrence, list[int]]:
    """A leader, tomorrow's occurrence and two people signed up for it."""
    team = make.team()
    leader = make.leader(team)
    occurrence = make.occurrence(make.series(team))
    people = [make.sign_up(occurrence).person_id for _ in range(2)]
    return make.actor(leader), occurrence, people


def told(db: Any, kind: str) -> list[tuple[int, str]]:
    rows = db.session.execute(
        sa.select(Message.person_id, Message.channel)
        .where(Message.kind == kind)
        .order_by(Message.person_id, Message.channel)
    )
    return [(person, channel) for person, channel in rows]


def both(people: list[int]) -> list[tuple[int, str]]:
    return [(person, channel) for person in people for channel in ("email", "inbox")]


def test_everybody_signed_up_hears_that_it_is_cancelled(db: Any, world: Any) -> None:
    leader, occurrence, people = world
    withdrawn = make.sign_up(occurrence)
    withdrawn.state = "withdrawn"
    db.session.commit()
    assert service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason=" 下大雨 ") == 2
    db.session.refresh(occurrence)
    assert (occurrence.state, occurrence.cancelled_reason) == ("cancelled", "下大雨")
    assert told(db, "activity_cancelled") == both(people)
    note = db.session.scalars(sa.select(Message).where(Message.kind == "activity_cancelled")).first()
    assert note.payload["reason"] == "下大雨"


def test_cancelling_takes_back_unsent_reminders(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    with clock.fixed(occurrence.starts_at - HOUR):
        reminders.write_due(clock.now())
        service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason="下雨")
        states = set(
            db.session.scalars(
                sa.select(Message.state).where(
                    Message.channel == "email", Message.kind == "activity_reminder_soon"
                )
            )
        )
    assert states == {"cancelled"}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"state": "cancelled"}, refusals.Cancelled),
        ({"recorded_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}, series_refusals.AlreadyRecorded),
    ],
)
def test_what_is_done_is_not_touched(db: Any, world: Any, change: Any, refusal: type[Refused]) -> None:
    leader, occurrence, _people = world
    for name, value in change.items():
        setattr(occurrence, name, value)
    db.session.commit()
    with pytest.raises(refusal):
        service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason="下雨")
    with pytest.raises(refusal):
        service.edit_date(actor=leader, occurrence_id=occurrence.id, wish=DateWish(place="别处"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_cancelling_needs_a_reason(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    with pytest.raises(series_refusals.NotComplete):
        service.cancel_occurrence(actor=leader, occurrence_id=occurrence.id, reason=" ")
    db.session.refresh(occurrence)
    assert occurrence.state == "published"


def test_strangers_change_nothing(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    stranger = make.actor(make.leader(make.team()))
    with pytest.raises(NotFound):
        service.cancel_occurrence(actor=stranger, occurrence_id=occurrence.id, reason="下雨")
    with pytest.raises(NotFound):
        service.edit_date(actor=stranger, occurrence_id=occurrence.id, wish=DateWish(place="别处"))
    with pytest.raises(NotFound):
        service.cancel_occurrence(actor=leader, occurrence_id=10**12, reason="下雨")
    db.session.refresh(occurrence)
    assert (occurrence.state, occurrence.place) == ("published", "社区广场")


def test_moving_tells_those_signed_up_and_keeps_their_places(db: Any, world: Any) -> None:
    leader, occurrence, people = world
    starts_at = occurrence.starts_at + 24 * HOUR
    number = service.edit_date(
        actor=leader,
        occurrence_id=occurrence.id,
        wish=DateWish(starts_at=starts_at, ends_at=starts_at + HOUR, place="二楼活动室"),
    )
    db.session.refresh(occurrence)
    assert (number, occurrence.starts_at, occurrence.place) == (2, starts_at, "二楼活动室")
    assert told(db, "activity_changed") == both(people)
    live = sa.select(sa.func.count()).where(SignUp.state == "signed_up").select_from(SignUp)
    assert db.session.scalar(live) == occurrence.taken == 2


def test_each_change_is_told_once_more_and_no_change_is_not_told(db: Any, world: Any) -> None:
    leader, occurrence, people = world
    first, original = occurrence.place, occurrence.id
    for minute, place in enumerate(("二楼", first, "二楼")):
        with clock.fixed(clock.now() + dt.timedelta(minutes=minute)):
            service.edit_date(actor=leader, occurrence_id=original, wish=DateWish(place=place))
    assert service.edit_date(actor=leader, occurrence_id=original, wish=DateWish(place=" 二楼 ")) == 0
    assert len(told(db, "activity_changed")) == 3 * 2 * len(people)


@pytest.mark.parametrize(
    ("starts", "length", "refusal"),
    [
        (dt.timedelta(hours=-1), HOUR, series_refusals.BadTimes),
        (dt.timedelta(hours=5), dt.timedelta(), series_refusals.BadTimes),
        (dt.timedelta(hours=5), 25 * HOUR, series_refusals.BadTimes),
        (dt.timedelta(days=366), HOUR, series_refusals.TooFarAhead),
    ],
)
def test_times_that_cannot_be(
    db: Any, world: Any, starts: dt.timedelta, length: dt.timedelta, refusal: type[Refused]
) -> None:
    leader, occurrence, _people = world
    starts_at, before = clock.now() + starts, occurrence.starts_at
    with pytest.raises(refusal):
        service.edit_date(
            actor=leader,
            occurrence_id=occurrence.id,
            wish=DateWish(starts_at=starts_at, ends_at=starts_at + length),
        )
    db.session.refresh(occurrence)
    assert occurrence.starts_at == before


def test_what_is_over_is_not_moved(db: Any, world: Any) -> None:
    leader, occurrence, _people = world
    with clock.fixed(occurrence.ends_at), pytest.raises(series_refusals.OccurrenceOver):
        service.edit_date(actor=leader, occurrence_id=occurrence.id, wish=DateWish(place="别处"))


@pytest.fixture
def weekly(db: Any) -> tuple[Any, Occurrence]:
    """A leader and the second date of a weekly series."""
    team = make.team()
    leader = make.leader(team)
    series = make.series(team, starts_on=clock.today() + dt.timedelta(days=1), recurrence="FREQ=WEEKLY")
    service.extend([series.id])
    db.session.commit()
    rows = db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).all()
    return make.actor(leader), rows[1]


def test_what_is_set_back_to_the_series_follows_it_again(db: Any, weekly: Any) -> None:
    leader, date = weekly
    start, end = date.starts_at, date.ends_at
    service.edit_date(actor=leader, occurrence_id=date.id, wish=DateWish(start + HOUR, end + HOUR, "河边", 5))
    assert (date.edited, date.sequence, date.capacity) == ("starts_at,place,capacity", 1, 5)
    service.edit_date(actor=leader, occurrence_id=date.id, wish=DateWish(start, end, capacity=20))
    assert date.edited == "place"
    service.edit_date(actor=leader, occurrence_id=date.id, wish=DateWish(place="社区广场"))
    assert (date.edited, date.starts_at) == ("", start)


def test_a_reset_brings_back_time_place_and_places_and_keeps_the_note(db: Any, weekly: Any) -> None:
    leader, date = weekly
    start = date.starts_at
    wish = DateWish(start + HOUR, date.ends_at + HOUR, "河边", 5, "带伞")
    service.edit_date(actor=leader, occurrence_id=date.id, wish=wish)
    person = make.sign_up(date).person_id
    assert service.reset_date(actor=leader, occurrence_id=date.id, words="修好了") == 1
    assert (date.starts_at, date.place, date.capacity, date.note) == (start, "社区广场", 20, "带伞")
    assert date.edited == ""
    assert told(db, "activity_changed") == both([person])


def test_a_date_whose_day_the_rule_no_longer_has_keeps_its_time(db: Any, weekly: Any) -> None:
    leader, date = weekly
    date.original_on += dt.timedelta(days=1)
    date.edited, date.place = "starts_at,place", "河边"
    db.session.commit()
    start = date.starts_at
    service.reset_date(actor=leader, occurrence_id=date.id)
    assert (date.starts_at, date.place, date.edited) == (start, "社区广场", "starts_at")


def test_the_places_never_become_fewer_than_are_taken(db: Any, weekly: Any) -> None:
    leader, date = weekly
    for _ in range(2):
        make.sign_up(date)
    with pytest.raises(series_refusals.CapacityTooLow):
        service.edit_date(actor=leader, occurrence_id=date.id, wish=DateWish(capacity=1))
    db.session.rollback()
    assert date.capacity == 20


def test_a_note_alone_is_not_told_but_words_are(db: Any, weekly: Any) -> None:
    leader, date = weekly
    person = make.sign_up(date).person_id
    assert service.edit_date(actor=leader, occurrence_id=date.id, wish=DateWish(note="带伞")) == 0
    assert service.edit_date(actor=leader, occurrence_id=date.id, wish=DateWish(), words="记得带伞") == 1
    assert told(db, "activity_word") == both([person])
    assert (date.note, date.edited, date.sequence) == ("带伞", "", 0)


def test_opening_and_closing_go_along_and_what_is_open_stays_open(db: Any, weekly: Any) -> None:
    leader, date = weekly
    now, day = clock.now(), dt.timedelta(days=1)
    date.opens_at, date.newcomers_until, date.closes_at = now - HOUR, now + HOUR, date.starts_at - HOUR
    db.session.commit()
    wish = DateWish(date.starts_at + day, date.ends_at + day)
    service.edit_date(actor=leader, occurrence_id=date.id, wish=wish)
    assert (date.opens_at, date.newcomers_until) == (now - HOUR, now + HOUR)
    assert date.closes_at == date.starts_at - HOUR
    date.opens_at = now + HOUR
    service.edit_date(
        actor=leader, occurrence_id=date.id, wish=DateWish(date.starts_at + day, date.ends_at + day)
    )
    assert (date.opens_at, date.newcomers_until) == (now + HOUR + day, now + HOUR + day)


def test_another_place_is_reminded_of_anew(db: Any, world: Any) -> None:
    """R065: what was written for the old place is taken back, and written once more for the new one."""
    leader, occurrence, people = world
    with clock.fixed(occurrence.starts_at - HOUR):
        reminders.write_due(clock.now())
        service.edit_date(actor=leader, occurrence_id=occurrence.id, wish=DateWish(place="二楼"))
        reminders.write_due(clock.now())
    soon = sa.select(Message.state, Message.payload).where(
        Message.kind == "activity_reminder_soon", Message.channel == "email"
    )
    found = sorted((state, payload["place"]) for state, payload in db.session.execute(soon))
    assert found == [("cancelled", "社区广场")] * len(people) + [("pending", "二楼")] * len(people)


def test_the_message_says_the_words_and_the_clash_in_the_readers_language(db: Any, world: Any) -> None:
    leader, occurrence, people = world
    other = make.occurrence(
        make.series(title="读书会", title_en="Book club"), starts_at=occurrence.starts_at + 24 * HOUR
    )
    make.sign_up(other, db.session.get_one(make.Person, people[0]))
    wish = DateWish(occurrence.starts_at + 24 * HOUR, occurrence.ends_at + 24 * HOUR)
    service.edit_date(actor=leader, occurrence_id=occurrence.id, wish=wish, words="场地被占了")
    rows = db.session.scalars(sa.select(Message).where(Message.kind == "activity_changed"))
    notes = {row.person_id: row.payload for row in rows}
    _subject, body = render("activity_changed", notes[people[0]])
    assert "负责人说：场地被占了" in body
    assert "和您报名的“读书会”撞上了" in body
    assert "撞上了" not in render("activity_changed", notes[people[1]])[1]
    with i18n.speaking("en"):
        assert "Book club" in render("activity_changed", notes[people[0]])[1]
