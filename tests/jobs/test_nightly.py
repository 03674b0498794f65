"""What runs once a night runs once, however the ticks fall; seals are looked at from the last sound night on."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

from volunteer.core import clock, files
from volunteer.core.checks import Check
from volunteer.core.database import db as database
from volunteer.core.transaction import reading
from volunteer.jobs import nightly, tasks
from volunteer.jobs.models import NightlyRun
from volunteer.ledger import check as ledger
from volunteer.ledger import seals, service
from volunteer.ledger.models import POINTS, Seal
from volunteer.reports import books

DAY = dt.date(2029, 12, 1)


@pytest.fixture
def ran(monkeypatch):
    """The moments at which each of the two nightly jobs really ran."""
    moments = {"books": [], "files": []}

    def check(**_):
        moments["books"].append(clock.now())
        return Check()

    monkeypatch.setattr(books, "check", check)
    monkeypatch.setattr(files, "sweep", lambda now: moments["files"].append(now) or 0)
    return moments


def tick(*times, day=DAY):
    for time in times:
        with clock.fixed(clock.at_local(day, dt.time.fromisoformat(time))):
            tasks.sweep_files()
            tasks.check_books_nightly()


def counts(ran):
    return len(ran["files"]), len(ran["books"])


def test_a_run_is_written_down_as_done_by_a_clock_that_goes_on(app, ran, monkeypatch):
    """With the real clock two looks at it are never the same moment."""
    start, looks = clock.at_local(DAY, dt.time(3)), itertools.count()
    monkeypatch.setattr(clock, "now", lambda: start + dt.timedelta(microseconds=next(looks)))
    tasks.sweep_files()
    tasks.check_books_nightly()
    with reading():
        runs = database.session.scalars(sa.select(NightlyRun)).all()
    assert [run.ended_at is not None for run in runs] == [True, True]
    assert nightly.last_sound(nightly.BOOKS) is not None


def test_not_before_its_hour_and_then_once(app, ran):
    tick("00:00", "01:59:59")
    assert counts(ran) == (0, 0)
    tick("02:00", "02:01", "02:59:59")
    assert counts(ran) == (1, 0)
    tick("03:00", "03:01", "12:00", "23:59")
    assert counts(ran) == (1, 1)


def test_a_slow_tick_or_a_late_start_misses_no_night(app, ran):
    tick("01:59:50", "03:02:10")
    assert counts(ran) == (1, 1)
    tick("17:30", day=DAY + dt.timedelta(days=1))
    assert counts(ran) == (2, 2)


def test_one_that_fails_is_tried_again_after_an_hour_and_not_each_minute(app, ran, monkeypatch):
    def breaks(**_):
        ran["books"].append(clock.now())
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(books, "check", breaks)
        with pytest.raises(RuntimeError):
            tick("03:00")
        tick("03:01", "03:59")
    assert counts(ran) == (1, 1)
    tick("04:00", "04:01", "05:30")
    assert counts(ran) == (1, 2)


def transfer(key):
    issue = service.account(book=POINTS, owner_kind="system", owner_id=0, purpose=service.ISSUE)
    person = service.account(book=POINTS, owner_kind="person", owner_id=1)
    service.move(service.Movement(POINTS, issue, person, 1, "test", key, key, clock.now()), recorded_by=None)


def sealed_days(*days):
    """A transfer and its seal on each of those days."""
    for day in days:
        with clock.fixed(clock.at_local(day, dt.time(12))):
            transfer(f"{day}")
        with clock.fixed(clock.at_local(day + dt.timedelta(days=1), dt.time(0, 15))):
            seals.seal_days()
    database.session.commit()


def test_of_the_seals_only_those_since_the_last_sound_night_are_computed(db, monkeypatch):
    seen = []
    real = ledger.check
    monkeypatch.setattr(ledger, "check", lambda **more: seen.append(result := real(**more)) or result)
    later = DAY + dt.timedelta(days=1)
    sealed_days(DAY)
    tick("03:00", day=later)
    sealed_days(later)
    tick("03:00", day=later + dt.timedelta(days=1))
    assert [result.counts["seals"] for result in seen] == [1, 1]
    assert books.check().counts["seals"] == 2


def test_after_a_night_with_a_fault_the_same_seals_are_looked_at_again(db, monkeypatch):
    since = []

    def check(*, sealed_since=None):
        since.append(sealed_since)
        return Check(faults=["something"] if len(since) == 2 else [])

    monkeypatch.setattr(books, "check", check)
    for number in range(4):
        tick("03:00", day=DAY + dt.timedelta(days=number))
    nights = [clock.at_local(DAY + dt.timedelta(days=number), dt.time(3)) for number in range(4)]
    assert since == [None, nights[0], nights[0], nights[2]]


@pytest.mark.parametrize("wrong", ["digest", "previous_digest", "transfer_count"])
def test_a_new_seal_that_does_not_follow_from_the_old_ones_is_found(db, wrong):
    later = DAY + dt.timedelta(days=1)
    sealed_days(DAY, later)
    old, new = db.session.scalars(sa.select(Seal).order_by(Seal.day)).all()
    assert seals.check(new.sealed_at) == (1, [])
    columns = [column.name for column in Seal.__table__.columns if column.name != "id"]
    copied = {name: getattr(new, name) for name in columns}
    with db.session.begin_nested() as undone:
        db.session.execute(sa.insert(Seal).values({**copied, "day": later + dt.timedelta(days=1)}))
        assert len(seals.check(new.sealed_at)[1]) == 2  # twice the same: neither chain nor digest fits
        undone.rollback()


def test_transfers_put_between_the_seals_of_that_time_are_found(db):
    sealed_days(DAY, DAY + dt.timedelta(days=2))
    new = db.session.scalars(sa.select(Seal).order_by(Seal.day.desc())).first()
    with clock.fixed(clock.at_local(DAY + dt.timedelta(days=1), dt.time(12))):
        transfer("between")
    assert any("not sealed" in fault for fault in seals.check(new.sealed_at)[1])
