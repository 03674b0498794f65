"""Standing sign-ups: which dates they take, in which order, and what pausing and stopping leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Regular, SignUp
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.signing import refusals
from volunteer.activities.together import refusals as no
from volunteer.activities.together import regulars
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.jobs import tasks
from volunteer.outbox.models import Message

WEEKLY = "FREQ=WEEKLY;BYDAY=TU,TH"
DAY = dt.timedelta(days=1)


def series(**more: Any) -> Any:
    return make.series(**{"recurrence": WEEKLY, "regular_places": 2, **more})


def dates(of: Any, *days: dt.date, **more: Any) -> list[Occurrence]:
    """At three in the afternoon of each."""
    return [
        make.occurrence(of, starts_at=clock.at_local(day, dt.time(15)), original_on=day, **more)
        for day in days
    ]


TUESDAY, THURSDAY = dt.date(2026, 12, 1), dt.date(2026, 12, 3)


def run() -> int:
    return sum(service.sign_up_regulars(id_) for id_ in regulars.due(clock.now()))


def holders(db: Any, occurrence: Occurrence) -> list[int]:
    live = sa.select(SignUp.person_id).where(
        SignUp.occurrence_id == occurrence.id, SignUp.state == "signed_up"
    )
    return list(db.session.scalars(live.order_by(SignUp.id)))


def begin(of: Any, person: Any = None, **more: Any) -> tuple[Any, int]:
    person = person or make.person()
    more = {"weekdays": ("TU", "TH"), **more}
    return person, service.begin_regular(actor=make.actor(person), series_id=of.id, **more)


# What a standing sign-up is meant for


def regular(**more: Any) -> Any:
    return SimpleNamespace(
        **{"state": "running", "paused_until": None, "weekdays": "", "shift": None, **more}
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (regular(), True),
        (regular(weekdays="TU,TH"), True),
        (regular(weekdays="TH"), False),
        (regular(shift=0), True),
        (regular(shift=1), False),
        (regular(state="paused"), False),
        (regular(state="paused", paused_until=TUESDAY), True),
        (regular(state="paused", paused_until=TUESDAY + DAY), False),
    ],
)
def test_which_dates_it_is_meant_for(row: Any, expected: bool) -> None:
    assert regulars.covers(row, original_on=TUESDAY, starts_on=TUESDAY, shift=0) is expected


def test_a_tuesday_that_a_holiday_moved_is_still_a_tuesday() -> None:
    row = regular(weekdays="TU")
    assert regulars.covers(row, original_on=TUESDAY, starts_on=TUESDAY + DAY, shift=0)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (WEEKLY, ("TU", "TH")),
        ("FREQ=WEEKLY;BYDAY=TU", ()),
        ("FREQ=DAILY", regulars.WEEKDAYS),
        ("FREQ=MONTHLY;BYDAY=1SA", ()),
        (None, ()),
    ],
)
def test_days_to_choose_from(rule: str | None, expected: tuple[str, ...]) -> None:
    assert regulars.weekdays_of(rule) == expected


# Taking dates


def test_every_date_is_taken_with_one_gentle_message_each(db: Any) -> None:
    of = series()
    first, second = dates(of, TUESDAY, THURSDAY)
    person, id_ = begin(of)
    assert run() == 2
    assert holders(db, first) == holders(db, second) == [person.id]
    row = db.session.scalars(sa.select(SignUp)).first()
    assert (row.way, row.signed_up_by_id) == ("regular", person.id)
    kinds = db.session.scalars(sa.select(Message.kind)).all()
    assert kinds == ["regular_signed_up"] * 2
    assert db.session.get_one(Regular, id_).begun_at == clock.now()


def test_only_the_chosen_weekday(db: Any) -> None:
    of = series()
    first, second = dates(of, TUESDAY, THURSDAY)
    person, id_ = begin(of, weekdays=["TH"])
    run()
    assert (holders(db, first), holders(db, second)) == ([], [person.id])
    assert db.session.get_one(Regular, id_).weekdays == "TH"


def test_the_second_run_signs_nobody_up(db: Any) -> None:
    of = series()
    (date,) = dates(of, TUESDAY)
    person, _ = begin(of)
    assert run() == 1
    assert run() == 0
    db.session.commit()
    assert tasks.sign_up_regulars() == 0
    assert holders(db, date) == [person.id]


def test_they_come_before_sign_up_opens(db: Any) -> None:
    of = series()
    (date,) = dates(of, TUESDAY, opens_at=clock.now() + DAY)
    person, _ = begin(of)
    run()
    assert holders(db, date) == [person.id]
    with pytest.raises(refusals.NotOpen):
        service.sign_up(actor=make.actor(make.person()), occurrence_id=date.id)


def test_who_began_first_is_first_and_the_rest_is_kept_free(db: Any) -> None:
    of = series(regular_places=2, capacity=10)
    people = []
    for minute in range(4):
        with clock.fixed(clock.now() + minute * dt.timedelta(minutes=1)):
            people.append(begin(of)[0].id)
    (date,) = dates(of, TUESDAY)
    assert run() == 2
    assert holders(db, date) == people[:2]
    assert db.session.get_one(Occurrence, date.id).taken == 2


def test_more_than_the_date_holds_are_not_signed_up(db: Any) -> None:
    of = series(regular_places=5)
    (date,) = dates(of, TUESDAY, capacity=1)
    begin(of)
    late, _ = begin(of)
    assert run() == 1
    told = db.session.scalars(sa.select(Message.person_id).where(Message.kind == "regular_not_signed_up"))
    assert list(told) == [late.id]
    assert db.session.get_one(Occurrence, date.id).taken == 1


def test_who_is_busy_is_told_once_and_not_signed_up(db: Any) -> None:
    of = series()
    (date,) = dates(of, TUESDAY)
    person, _ = begin(of)
    make.sign_up(make.occurrence(starts_at=date.starts_at), person)
    assert run() == 0
    begin(of)  # somebody new: the date is asked once more
    assert run() == 1
    told = sa.select(sa.func.count()).where(Message.kind == "regular_not_signed_up")
    assert db.session.scalar(told) == 1
    assert person.id not in holders(db, date)


def test_signing_off_one_date_does_not_end_it_and_is_not_undone(db: Any) -> None:
    of = series()
    first, second = dates(of, TUESDAY, THURSDAY)
    person, _ = begin(of)
    run()
    service.sign_off(actor=make.actor(person), occurrence_id=first.id)
    begin(of)
    run()
    assert person.id not in holders(db, first)
    assert person.id in holders(db, second)
    (third,) = dates(of, TUESDAY + 7 * DAY)
    run()
    assert person.id in holders(db, third)


def test_dates_that_were_dealt_with_come_to_who_begins_later(db: Any) -> None:
    of = series()
    begin(of)
    (date,) = dates(of, TUESDAY)
    run()
    late, _ = begin(of)
    assert run() == 1
    assert late.id in holders(db, date)


def test_neither_cancelled_nor_undecided_nor_past_dates(db: Any) -> None:
    of = series()
    dates(of, TUESDAY, state="cancelled")
    dates(of, THURSDAY, state="undecided")
    make.occurrence(of, starts_at=clock.now() - DAY)
    begin(of)
    assert regulars.due(clock.now()) == []


def test_series_that_nobody_always_comes_to_are_left_alone(db: Any) -> None:
    dates(series(), TUESDAY)
    assert regulars.due(clock.now()) == []


# Pausing and stopping


def test_a_pause_gives_its_dates_back_and_ends_by_itself(db: Any) -> None:
    of = series()
    first, second = dates(of, TUESDAY, THURSDAY)
    person, id_ = begin(of)
    run()
    given = service.pause_regular(actor=make.actor(person), regular_id=id_, until=THURSDAY)
    assert given == (1, 0)
    assert (holders(db, first), holders(db, second)) == ([], [person.id])
    (third, fourth) = dates(of, TUESDAY - 4 * DAY, TUESDAY + 7 * DAY)
    run()
    assert (holders(db, third), holders(db, fourth)) == ([], [person.id])


def test_a_pause_may_keep_what_is_signed_up(db: Any) -> None:
    of = series()
    (first,) = dates(of, TUESDAY)
    person, id_ = begin(of)
    run()
    assert service.pause_regular(actor=make.actor(person), regular_id=id_, gives_back=False) == (0, 0)
    assert holders(db, first) == [person.id]


def test_a_late_date_stays_and_is_counted(db: Any) -> None:
    of = series()
    soon = make.occurrence(of, starts_at=clock.now() + dt.timedelta(hours=3))
    person, id_ = begin(of)
    run()
    assert service.stop_regular(actor=make.actor(person), regular_id=id_) == (0, 1)
    assert holders(db, soon) == [person.id]


def test_going_on_takes_what_was_made_meanwhile(db: Any) -> None:
    of = series()
    person, id_ = begin(of)
    service.pause_regular(actor=make.actor(person), regular_id=id_)
    (date,) = dates(of, TUESDAY)
    run()
    assert holders(db, date) == []
    service.resume_regular(actor=make.actor(person), regular_id=id_)
    run()
    assert holders(db, date) == [person.id]


def test_after_stopping_one_may_begin_anew(db: Any) -> None:
    of = series()
    person, id_ = begin(of)
    service.stop_regular(actor=make.actor(person), regular_id=id_)
    dates(of, TUESDAY)
    assert regulars.due(clock.now()) == []
    begin(of, person)
    assert run() == 1
    with pytest.raises(no.NotRegularNow):
        service.resume_regular(actor=make.actor(person), regular_id=id_)


def test_a_closed_account_ends_it(db: Any) -> None:
    from volunteer.activities.together.personal import regulars_in_words, stop_regulars

    of = series()
    person, id_ = begin(of)
    assert "1" in (regulars_in_words(person.id) or "")
    stop_regulars(person.id, None)
    assert db.session.get_one(Regular, id_).state == "stopped"
    assert regulars_in_words(person.id) is None


# Refusals


def refused(db: Any, refusal: type[Exception], of: Any, person: Any = None, **more: Any) -> None:
    person = person or make.person()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Regular))
    with pytest.raises(refusal):
        begin(of, person, **more)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Regular)) == before


def test_a_series_without_regular_places(db: Any) -> None:
    refused(db, no.NoRegularPlaces, series(regular_places=0))


def test_an_activity_that_happens_once(db: Any) -> None:
    refused(db, no.NoRegularPlaces, series(recurrence=None))


def test_a_series_that_has_ended(db: Any) -> None:
    refused(db, series_refusals.SeriesEnded, series(state="ended"))


def test_twice(db: Any) -> None:
    of = series()
    person, _ = begin(of)
    db.session.commit()
    refused(db, no.AlreadyRegular, of, person)


def test_days_that_the_rule_does_not_give(db: Any) -> None:
    refused(db, no.ChooseDays, series(), weekdays=["SU"])
    refused(db, no.ChooseDays, series(), weekdays=[])


def test_who_never_may_come_hears_it_at_once(db: Any) -> None:
    of = series(members_only=True)
    dates(of, TUESDAY)
    refused(db, refusals.MembersOnly, of)


def test_a_pause_into_the_past(db: Any) -> None:
    person, id_ = begin(series())
    with pytest.raises(no.PauseUntilLater):
        service.pause_regular(actor=make.actor(person), regular_id=id_, until=clock.today())


def test_somebody_elses_is_not_found(db: Any) -> None:
    _, id_ = begin(series())
    stranger = make.actor(make.person())
    for deed in (service.pause_regular, service.resume_regular, service.stop_regular):
        with pytest.raises(NotFound):
            deed(actor=stranger, regular_id=id_)


def test_what_is_due_is_one_statement(db: Any, count_statements: Callable[[], list[str]]) -> None:
    for _ in range(3):
        of = series()
        dates(of, TUESDAY, THURSDAY)
        begin(of)
    now = clock.now()
    before = len(count_statements())
    assert len(regulars.due(now)) == 6
    assert len(count_statements()) == before + 1
