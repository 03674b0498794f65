"""An activity that was split, perhaps twice, is one to all its rules: days, numbers, holidays (R059-R061)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import check, service
from volunteer.activities.changing.editing import LATER
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.service.changing import settings as changing
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.activities.service.changing.settings import settings_of
from volunteer.activities.service.repeating import deciding
from volunteer.core import clock
from volunteer.workdays import service as workdays
from volunteer.workdays.rules import HOLIDAY, Day

TUESDAY = dt.date(2026, 11, 24)
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


def leader_of(series: Series) -> Any:
    return make.actor(make.db.session.get_one(make.Person, series.person_in_charge_id))


def weekly(**more: Any) -> Series:
    team = make.team()
    row = make.series(
        team, **{"person_in_charge": make.leader(team), "starts_on": TUESDAY, "content": "打扫",
        "recurrence": "FREQ=WEEKLY;BYDAY=TU", **more},
    )  # fmt: skip
    service.extend([row.id])
    make.db.session.commit()
    return row


def split(series: Series, on: dt.date, place: str) -> Series:
    """From that day on elsewhere; the part that begins there."""
    date = sa.select(Occurrence.id).where(Occurrence.series_id == series.id, Occurrence.original_on == on)
    service.edit_series(
        actor=leader_of(series),
        occurrence_id=make.db.session.scalars(date).one(),
        scope=LATER,
        wish=Wish({"place": place}),
    )
    make.db.session.commit()
    return make.db.session.scalars(sa.select(Series).where(Series.place == place)).one()


def all_dates() -> list[Any]:
    columns = (Occurrence.series_id, Occurrence.original_on, Occurrence.issue_number, Occurrence.starts_at)
    return list(make.db.session.execute(sa.select(*columns).order_by(Occurrence.starts_at)))


@pytest.mark.parametrize("ends_on", [None, TUESDAY + 6 * WEEK])
def test_a_part_between_two_others_does_not_grow_into_the_last(db: Any, ends_on: dt.date | None) -> None:
    first = weekly()
    split(first, TUESDAY + 5 * WEEK, "乙处")
    middle = split(first, TUESDAY + 2 * WEEK, "丙处")
    longer = replace(settings_of(middle), ends_on=ends_on)
    with pytest.raises(changing.GoesOnElsewhere) as refusal:
        service.change_settings(actor=leader_of(middle), series_id=middle.id, settings=longer)
    assert "12月29日" in refusal.value.message
    db.session.rollback()
    sooner = replace(settings_of(middle), ends_on=TUESDAY + 4 * WEEK)
    assert service.change_settings(actor=leader_of(middle), series_id=middle.id, settings=sooner)
    assert set(Counter(date.original_on for date in all_dates()).values()) == {1}


def holidays(*days: dt.date) -> None:
    for day in days:
        workdays.put_day(actor_id=None, year=day.year, day=Day(day, HOLIDAY, "放假"))
    recheck()


def recheck() -> None:
    make.db.session.commit()
    for series_id in service.series_to_recheck():
        service.recheck(series_id)
    make.db.session.commit()


def numbers() -> list[int]:
    return sorted(date.issue_number for date in all_dates())


def test_a_number_is_given_once_whichever_part_gets_a_date_later(db: Any) -> None:
    """A day that was left out comes back after the later part has got more dates."""
    left_out = TUESDAY + 2 * WEEK
    holidays(left_out)
    first = weekly(on_holiday="skip")
    split(first, TUESDAY + 4 * WEEK, "乙处")
    with clock.fixed(clock.now() + 9 * DAY):
        assert service.extend(service.series_to_extend(clock.now()))
        workdays.remove_day(actor_id=None, year=left_out.year, day=left_out)
        recheck()
    assert left_out in [date.original_on for date in all_dates()]
    assert numbers() == list(range(1, len(all_dates()) + 1))
    assert check.check().faults == []


def test_the_generator_looks_at_the_numbers_of_all_parts_too(db: Any) -> None:
    """Whatever let two parts give numbers at the same time."""
    first = weekly(ends_on=TUESDAY + 9 * WEEK)
    later = split(first, TUESDAY + 4 * WEEK, "乙处")
    first.ends_on, first.made_until, later.starts_on = TUESDAY + 5 * WEEK, None, TUESDAY + 6 * WEEK
    db.session.commit()
    service.extend([first.id])
    db.session.commit()
    with clock.fixed(clock.now() + 2 * WEEK):
        service.extend([later.id])
        db.session.commit()
    assert len(numbers()) == len(set(numbers())) > 9


def test_parts_that_get_dates_in_one_round_share_no_number(db: Any) -> None:
    """The later part was put off beyond the coming weeks, the first one goes on longer; the scheduler missed some."""
    first = weekly()
    chosen = sa.select(Occurrence.id).where(Occurrence.original_on == TUESDAY + 4 * WEEK)
    put_off = Wish({"place": "乙处"}, rule=NewRule(TUESDAY + 10 * WEEK, "FREQ=WEEKLY;BYDAY=TU"))
    service.edit_series(
        actor=leader_of(first), occurrence_id=db.session.scalars(chosen).one(), scope=LATER, wish=put_off
    )
    longer = replace(settings_of(first), ends_on=TUESDAY + 9 * WEEK)
    service.change_settings(actor=leader_of(first), series_id=first.id, settings=longer)
    db.session.commit()
    for weeks in (5, 7):
        before = numbers()
        with clock.fixed(clock.now() + weeks * WEEK):
            assert service.extend(service.series_to_extend(clock.now()))
        db.session.commit()
        assert len(numbers()) == len(set(numbers()))
        given = [date.issue_number for date in all_dates() if date.issue_number > before[-1]]
        assert given == list(range(before[-1] + 1, before[-1] + 1 + len(given)))
    parts = db.session.scalars(sa.select(Series)).all()
    assert {part.last_number for part in parts} == {numbers()[-1]}


def test_a_number_that_stands_twice_is_found(db: Any) -> None:
    first = weekly()
    later = split(first, TUESDAY + 4 * WEEK, "乙处")
    assert check.check().faults == []
    last = sa.select(Occurrence).where(Occurrence.series_id == later.id).order_by(Occurrence.id.desc())
    db.session.scalars(last).first().issue_number = 2
    db.session.commit()
    assert check.check().faults == [f"series {first.id} and its parts give number 2 to 2 dates"]


def test_a_holiday_moves_nothing_onto_a_date_of_the_next_part(db: Any) -> None:
    first = weekly(recurrence="FREQ=WEEKLY;BYDAY=TU,TH", on_holiday="after")
    split(first, dt.date(2026, 12, 17), "乙处")
    holidays(dt.date(2026, 12, 15), dt.date(2026, 12, 16))
    [moved] = [date for date in all_dates() if date.original_on == dt.date(2026, 12, 15)]
    assert clock.local(moved.starts_at).date() == dt.date(2026, 12, 18)
    assert set(Counter(date.starts_at for date in all_dates()).values()) == {1}


def test_what_a_holiday_asks_offers_no_day_of_the_next_part(db: Any) -> None:
    first = weekly(recurrence="FREQ=WEEKLY;BYDAY=TU,WE", on_holiday="ask")
    split(first, dt.date(2026, 12, 16), "乙处")
    holidays(dt.date(2026, 12, 15))
    [asking] = [
        date.id for date in db.session.scalars(sa.select(Occurrence).where(Occurrence.asks.is_not(None)))
    ]
    asked = deciding.question(actor=leader_of(first), occurrence_id=asking)
    assert asked.options
    assert dt.date(2026, 12, 16) not in [option.day for option in asked.options]


def test_an_edit_and_the_generator_keep_off_the_days_of_the_other_parts(db: Any) -> None:
    """The holidays are known before the dates are laid, or made."""
    first = weekly(recurrence="FREQ=WEEKLY;BYDAY=TU,TH", on_holiday="keep")
    split(first, dt.date(2026, 12, 17), "乙处")
    for day in (15, 16):
        workdays.put_day(actor_id=None, year=2026, day=Day(dt.date(2026, 12, day), HOLIDAY, "放假"))
    date = sa.select(Occurrence.id).where(Occurrence.series_id == first.id).order_by(Occurrence.starts_at)
    service.edit_series(
        actor=leader_of(first), occurrence_id=db.session.scalars(date).first(), scope="all",
        wish=Wish({"on_holiday": "after"}),
    )  # fmt: skip
    db.session.commit()
    assert set(Counter(date.starts_at for date in all_dates()).values()) == {1}
