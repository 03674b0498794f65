"""The page 'my time' tells what, when, how much and why, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import make
from tests.hours.test_record import Mark, held, record
from tests.hours.test_reverse import recorded, spend
from volunteer.core import clock
from volunteer.hours import service
from volunteer.hours.my_time import PAGE, my_time

pytestmark = pytest.mark.usefixtures("any_date")


def test_a_newcomer_has_nothing_and_sees_a_way_to_begin(db):
    mine = my_time(make.person().id)
    assert (mine.minutes, mine.points, mine.entries, mine.older_than) == (0, 0, [], None)
    assert mine.stars.missing_minutes == 100 * 60


def test_an_entry_says_what_when_how_much_and_why(db):
    person = make.person()
    at = recorded(person)
    mine = my_time(person.id)
    (entry,) = mine.entries
    assert (entry.title, entry.minutes, entry.points) == ("周五卫生大扫除", 150, 25)
    assert entry.why == "150 分钟 × 10 分/小时 = 25 分"
    assert entry.meta == "队长点名"
    assert entry.happened_at == at.occurrence.starts_at
    assert (mine.minutes, mine.points, mine.month_minutes) == (150, 25, 150)


def test_who_came_late_reads_when(db):
    at, person = held(), make.person()
    make.earning_rule(10)
    record(at, Mark(person.id, "late", 30))
    (entry,) = my_time(person.id).entries
    assert entry.why == "7:30 到，少记 30 分钟。 120 分钟 × 10 分/小时 = 20 分"


def test_a_reversal_is_an_entry_with_its_reason_and_leaves_the_month(db):
    person = make.person()
    at = recorded(person)
    spend(person, 20)
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason="日期填错了")
    mine = my_time(person.id)
    newest, _bought, first = mine.entries
    assert newest.title == "更正：周五卫生大扫除"
    assert (newest.minutes, newest.points) == (-150, -5)
    assert newest.why == "日期填错了 有 20 分已经花掉，先记着，以后挣到的先补上。"
    assert first.minutes == 150
    assert (mine.minutes, mine.points, mine.owed_points, mine.month_minutes) == (0, 0, 20, 0)


def test_earning_tells_what_an_old_debt_took(db):
    person = make.person()
    at = recorded(person)
    spend(person, 20)
    service.reverse(actor=at.actor, batch_id=at.batch.id, reason="日期填错了")
    record(at, Mark(person.id, "present"))
    entry = my_time(person.id).entries[0]
    assert entry.points == 5
    assert entry.why == "150 分钟 × 10 分/小时 = 25 分 其中 20 分补上了以前欠的。"


def test_the_month_begins_on_the_first(db):
    at, person = held(), make.person()
    for day in (dt.datetime(2026, 10, 31, 20), dt.datetime(2026, 11, 1)):
        occurrence = make.occurrence(at.series, starts_at=day.replace(tzinfo=clock.zone()))
        record(at, Mark(person.id, "present"), occurrence=occurrence)
    mine = my_time(person.id)
    assert (mine.minutes, mine.month_minutes) == (300, 150)


def test_pages_show_every_entry_once(db):
    at, person = held(minutes=60), make.person()
    make.earning_rule(10)
    days = 2 * PAGE + 5
    for day in range(days):
        occurrence = make.occurrence(at.series, starts_at=clock.now() - dt.timedelta(days=day + 1))
        record(at, Mark(person.id, "present"), occurrence=occurrence)
    seen, before, sizes = [], None, []
    while True:
        page = my_time(person.id, before=before)
        sizes.append(len(page.entries))
        seen += [(entry.happened_at, entry.minutes, entry.points) for entry in page.entries]
        before = page.older_than
        if before is None:
            break
    assert sizes == [PAGE, PAGE, 5]
    assert len(set(seen)) == days
    assert {(minutes, points) for _at, minutes, points in seen} == {(60, 10)}


@pytest.mark.parametrize("entries", [1, 120])
def test_statements_do_not_grow_with_entries(db, entries, count_statements):
    at, person = held(minutes=60), make.person()
    make.earning_rule(10)
    for day in range(entries):
        occurrence = make.occurrence(at.series, starts_at=clock.now() - dt.timedelta(days=day + 1))
        record(at, Mark(person.id, "present"), occurrence=occurrence)
    seen = count_statements()
    seen.clear()
    my_time(person.id)
    assert len(seen) <= 7, "\n".join(seen)
