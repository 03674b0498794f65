"""The same minute is credited once in the whole installation, whatever way it is recorded (R025, R032)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from tests.hours.test_record import Mark, balance
from tests.hours.test_roll_call import check_in
from volunteer.core import clock
from volunteer.hours import service, sheets
from volunteer.hours.extension import Extension
from volunteer.hours.models import Batch, Roster
from volunteer.hours.planned import load
from volunteer.hours.service import approving
from volunteer.hours.service.same_minutes import SameMinutes
from volunteer.hours.spans import Attended, shared
from volunteer.ledger.models import HOURS

HOUR = dt.timedelta(hours=1)


def at(text: str) -> dt.datetime:
    return clock.at_local(dt.date(2026, 11, 20), dt.time.fromisoformat(text))


class Two:
    """Two dates of two teams: choir 9:00 to 11:00, river bank 10:00 to 12:00; one person at both."""

    def __init__(self) -> None:
        self.area = make.community()
        self.choir, self.river = make.team(self.area), make.team(self.area)
        self.choir_leader, self.river_leader = make.leader(self.choir), make.leader(self.river)
        self.first = self.date(self.choir, "09:00", title="合唱排练")
        self.second = self.date(self.river, "10:00", title="河边清洁")
        self.person = make.person(self.area, name="欧阳春华")

    def date(self, team: Any, begins: str, **more: Any) -> Any:
        series = make.series(team, duration_minutes=120, **more)
        return make.occurrence(series, starts_at=at(begins))

    def record(self, leader: Any, date: Any, *marks: Mark, **more: Any) -> Batch:
        return service.record(actor=make.actor(leader), occurrence_id=date.id, marks=marks, **more)

    def record_first(self, mark: Mark | None = None, **more: Any) -> Batch:
        return self.record(self.choir_leader, self.first, mark or Mark(self.person.id, "present"), **more)

    def record_second(self, mark: Mark | None = None, **more: Any) -> Batch:
        return self.record(self.river_leader, self.second, mark or Mark(self.person.id, "present"), **more)


@pytest.fixture
def two(db: Any) -> Two:
    return Two()


def test_the_second_roll_call_says_who_and_when_and_records_nothing(two: Two) -> None:
    two.record_first()
    make.sign_up(two.second, two.person)
    with pytest.raises(SameMinutes) as refused:
        two.record_second()
    assert "欧阳春华在10:00–" in refused.value.message
    assert "11:00" in refused.value.message
    assert "合唱" not in refused.value.message
    assert balance(HOURS, two.person) == 120


def test_other_minutes_are_fine(two: Two) -> None:
    two.record_first()
    two.record_second(Mark(two.person.id, "late", 60))
    assert balance(HOURS, two.person) == 180


def test_who_left_the_first_early_may_be_at_the_second_whole(two: Two) -> None:
    two.record_first(Mark(two.person.id, "left_early", 60))
    two.record_second()
    assert balance(HOURS, two.person) == 180


@pytest.mark.parametrize("attendance", ["excused", "absent"])
def test_no_minutes_are_no_overlap(two: Two, attendance: Any) -> None:
    two.record_first()
    two.record_second(Mark(two.person.id, attendance))
    assert balance(HOURS, two.person) == 120


def test_dates_that_touch_do_not_overlap(two: Two) -> None:
    two.record_first()
    after = two.date(two.river, "11:00")
    two.record(two.river_leader, after, Mark(two.person.id, "present"))
    assert balance(HOURS, two.person) == 240


def test_an_extension_reaches_into_the_next_date(two: Two) -> None:
    two.record_first(extension=Extension(30, "雨停了才收工"))
    after = two.date(two.river, "11:00")
    with pytest.raises(SameMinutes):
        two.record(two.river_leader, after, Mark(two.person.id, "present"))


def test_what_was_taken_back_is_free_again(two: Two) -> None:
    batch = two.record_first()
    service.reverse(actor=make.actor(two.choir_leader), batch_id=batch.id, reason="点错了")
    two.record_second()
    with pytest.raises(SameMinutes):  # the correction goes the same way
        two.record_first()
    two.record_first(Mark(two.person.id, "left_early", 60))
    assert balance(HOURS, two.person) == 180


def test_check_ins_say_when_it_was(two: Two) -> None:
    """At the choir until 9:50, at the river from 10:05: nothing is there twice."""
    check_in(two.first, two.person.id, 0, 50)
    two.record_first(Mark(two.person.id, "present", minutes=50, source="auto"))
    check_in(two.second, two.person.id, 5, 120)
    two.record_second(Mark(two.person.id, "present", minutes=115, source="auto"))
    assert balance(HOURS, two.person) == 165


def test_check_ins_at_two_places_at_once_do_not_both_count(two: Two) -> None:
    check_in(two.first, two.person.id, 30, 110)
    two.record_first(Mark(two.person.id, "present", minutes=80, source="auto"))
    check_in(two.second, two.person.id, 20, 120)
    with pytest.raises(SameMinutes):
        two.record_second(Mark(two.person.id, "present", minutes=100, source="auto"))


def test_a_pair_nobody_closed_took_what_was_recorded(two: Two) -> None:
    check_in(two.first, two.person.id, 0, None)
    two.record_first(Mark(two.person.id, "present", minutes=60))  # left at ten
    two.record_second()
    assert balance(HOURS, two.person) == 180


def test_a_task_without_an_hour_shares_no_minute(two: Two) -> None:
    task = make.occurrence(
        make.series(two.choir, duration_minutes=60, is_flexible=True),
        starts_at=at("00:00"),
        ends_at=at("00:00") + 24 * HOUR,
        is_flexible=True,
    )
    two.record_first()
    two.record(two.choir_leader, task, Mark(two.person.id, "present"))
    assert balance(HOURS, two.person) == 180


def test_a_proposal_does_not_count_a_minute_twice_either(two: Two) -> None:
    long_day = make.occurrence(make.series(two.river), starts_at=at("08:00"), ends_at=at("18:00"))
    mark = Mark(two.person.id, "present")
    two.record_first()
    with pytest.raises(SameMinutes):
        approving.propose(
            actor=make.actor(two.river_leader), occurrence_id=long_day.id, marks=[mark], reason="值守"
        )


def test_what_was_recorded_since_the_proposal_stops_its_approval(two: Two) -> None:
    long_day = make.occurrence(make.series(two.river), starts_at=at("08:00"), ends_at=at("18:00"))
    staff = make.staff("community_staff", two.area)
    proposal = approving.propose(
        actor=make.actor(two.river_leader), occurrence_id=long_day.id,
        marks=[Mark(two.person.id, "present")], reason="值守",
    )  # fmt: skip
    two.record_first()
    with pytest.raises(SameMinutes):
        approving.approve(actor=make.actor(staff), proposal_id=proposal.id)
    assert balance(HOURS, two.person) == 120


# On the pages


def test_the_line_says_it_and_nothing_is_chosen(two: Two, client_for: Any) -> None:
    make.sign_up(two.second, two.person)
    batch = two.record_first()
    page = client_for(two.river_leader).get(f"/activities/{two.second.id}/roll-call").text
    assert "已经在别的活动记过时长" in page
    assert "合唱排练" not in page
    assert f"/batches/{batch.id}" not in page
    assert "还有 1 位要您选一下" in page


def test_who_may_see_the_other_roll_call_reads_its_name(two: Two, client_for: Any) -> None:
    make.sign_up(two.second, two.person)
    batch = two.record_first()
    staff = make.staff("community_staff", two.area)
    page = client_for(staff).get(f"/activities/{two.second.id}/roll-call").text
    assert "已经在“合唱排练”记过时长" in page
    assert f"/batches/{batch.id}" in page


def test_only_the_time_of_this_date_is_told(two: Two, client_for: Any) -> None:
    make.sign_up(two.second, two.person)
    two.record_first()
    page = client_for(two.river_leader).get(f"/activities/{two.second.id}/roll-call").text
    assert "10:00–" in page
    assert "9:00–" not in page


def test_marks_that_were_kept_in_a_phone_are_refused_at_the_line(two: Two, client_for: Any) -> None:
    """The page was opened before the other roll call; what was marked stands there again."""
    make.sign_up(two.second, two.person)
    other = make.sign_up(two.second, make.person(two.area, name="袁小明")).person_id
    two.record_first()
    url, id_ = f"/activities/{two.second.id}/roll-call", two.person.id
    browser = client_for(two.river_leader)
    sent = {f"mark-{id_}": "present", f"mark-{other}": "late", f"off-{other}": "20"}
    answer = browser.post(url, data=sent)
    assert answer.status_code == 422
    assert "不能再记一次" in answer.text
    assert 'value="20"' in answer.text
    late = {**sent, f"mark-{id_}": "late", f"off-{id_}": "59"}
    assert "不能再记一次" in browser.post(url, data=late).text
    assert browser.post(url, data={**late, f"off-{id_}": "60"}).status_code == 303
    assert balance(HOURS, two.person) == 180


def test_who_never_checked_out_may_be_late_where_part_is_taken(two: Two, client_for: Any) -> None:
    check_in(two.second, two.person.id, 5, None)
    make.sign_up(two.second, two.person)
    two.record_first()
    url, id_ = f"/activities/{two.second.id}/roll-call", two.person.id
    browser = client_for(two.river_leader)
    assert browser.post(url, data={f"mark-{id_}": "stayed"}).status_code == 422
    assert browser.post(url, data={f"mark-{id_}": "late", f"off-{id_}": "60"}).status_code == 303


def test_silence_on_paper_does_not_credit_a_minute_twice(two: Two, app: Any) -> None:
    make.sign_up(two.second, two.person)
    roster: Roster = service.print_roster(actor=make.actor(two.river_leader), occurrence_id=two.second.id)
    two.record_first()
    plan = load(two.second.id)
    assert plan is not None
    with app.test_request_context():
        silent = sheets.read(plan, roster, {"text": "", "walk_ins": ""})
        assert not silent.is_right
        [error] = silent.errors
        assert error.startswith("第 1 行 欧阳春华：")
        assert error.endswith("请在例外里写：1 迟到 60；整场都没来，就写：1 请假。")
        assert sheets.read(plan, roster, {"text": "1 请假", "walk_ins": ""}).is_right
        assert not sheets.read(plan, roster, {"text": "1 迟到 30", "walk_ins": ""}).is_right
        assert sheets.read(plan, roster, {"text": "1 迟到 60", "walk_ins": ""}).is_right


def test_who_went_on_to_something_else_is_recorded_as_gone_early(two: Two, app: Any) -> None:
    make.sign_up(two.first, two.person)
    roster: Roster = service.print_roster(actor=make.actor(two.choir_leader), occurrence_id=two.first.id)
    two.record_second()
    plan = load(two.first.id)
    assert plan is not None
    with app.test_request_context():
        [error] = sheets.read(plan, roster, {"text": "", "walk_ins": ""}).errors
        assert "请在例外里写：1 早走 60；" in error
        assert sheets.read(plan, roster, {"text": "1 早走 60", "walk_ins": ""}).is_right


def test_a_walk_in_on_paper_is_named_by_the_number(two: Two, app: Any) -> None:
    roster: Roster = service.print_roster(actor=make.actor(two.river_leader), occurrence_id=two.second.id)
    two.record_first()
    plan, number = load(two.second.id), two.person.number
    assert plan is not None
    with app.test_request_context():
        found = sheets.read(plan, roster, {"text": "", "walk_ins": number})
        assert f"{number} 请假" in found.errors[0]
        assert "欧阳春华" not in found.errors[0]
        assert sheets.read(plan, roster, {"text": f"{number} 迟到 60", "walk_ins": number}).is_right


def test_the_statements_do_not_grow_with_the_overlaps(two: Two, count_statements: Any) -> None:
    leader, costs = make.actor(two.river_leader), []
    for people in (2, 20):
        marks = [Mark(make.person(two.area).id, "left_early", 60) for _ in range(people)]
        first, second = two.date(two.choir, "13:00"), two.date(two.river, "14:00")
        two.record(two.choir_leader, first, *marks)
        seen = count_statements()
        seen.clear()
        service.record(
            actor=leader, occurrence_id=second.id, marks=[Mark(mark.person_id, "present") for mark in marks]
        )
        costs.append(len(seen))
    assert costs[0] == costs[1]


# The arithmetic


def attended(attendance: str, minutes: int, off: int = 0) -> Attended:
    return Attended(at("14:00"), at("16:00"), attendance, off, minutes)


@pytest.mark.parametrize(
    ("who", "pairs", "expected"),
    [
        (attended("present", 120), [], [("14:00", "16:00")]),
        (attended("present", 120), [("14:30", "15:00")], [("14:00", "16:00")]),
        (attended("late", 90, 30), [], [("14:30", "16:00")]),
        (attended("left_early", 90, 30), [], [("14:00", "15:30")]),
        (attended("present", 60), [("13:30", "15:00")], [("14:00", "15:00")]),
        (attended("present", 60), [("14:00", "14:20"), ("15:00", "15:40")], [("14:00", "14:20"), ("15:00", "15:40")]),
        (attended("present", 50), [("14:00", "14:20"), ("15:00", None)], [("14:00", "14:20"), ("15:00", "15:30")]),
        (attended("present", 60), [], [("14:00", "15:00")]),
        (attended("present", 0), [("14:00", "15:00")], []),
        (attended("absent", 0), [], []),
    ],
)  # fmt: skip
@pytest.mark.portable
def test_when_credited_minutes_were(who: Attended, pairs: Any, expected: Any) -> None:
    known = [(at(came), at(left) if left else None) for came, left in pairs]
    assert who.spans(known) == [(at(begin), at(end)) for begin, end in expected]


@pytest.mark.portable
def test_less_than_a_minute_is_not_shared() -> None:
    first = [(at("14:00"), at("15:00") + dt.timedelta(seconds=40))]
    assert shared(first, [(at("15:00"), at("16:00"))]) == []
    assert shared(first, [(at("14:59"), at("16:00"))])
