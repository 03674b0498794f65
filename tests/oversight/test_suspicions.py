"""The list of findings: each question finds its planted case, leaves the clean one alone, and keeps to the areas."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.attendance.models import CheckIn
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.hours.models import Batch, ServiceRecord
from volunteer.ledger import service as ledger
from volunteer.oversight import findings, suspicions
from volunteer.oversight.models import SuspicionReview
from volunteer.people import reasons
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF

SignIn = Callable[[Any], Any]
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
_keys = itertools.count(1)


class Town:
    """A community with a team, its leader, and activities recorded as a test says."""

    def __init__(self) -> None:
        self.area = make.community()
        self.team = make.team(self.area)
        self.leader = make.leader(self.team)
        self.paths = (self.area.path,)

    def batch(
        self,
        *people: Any,
        begun: dt.datetime | None = None,
        recorded: dt.datetime | None = None,
        minutes: int = 120,
        by: Any = None,
        reversed_by: Any = None,
    ) -> Batch:
        """An activity of two hours three days ago, recorded on the same day, everybody with `minutes`."""
        begun = begun or clock.now() - 3 * DAY
        recorded = recorded or begun + dt.timedelta(hours=3)
        occurrence = make.occurrence(make.series(self.team, person_in_charge=self.leader), starts_at=begun)
        batch = make._keep(
            Batch(
                occurrence_id=occurrence.id,
                recorded_at=recorded,
                recorded_by_id=(by or self.leader).id,
                reversed_at=clock.now() if reversed_by else None,
                reversed_by_id=reversed_by.id if reversed_by else None,
                reversed_reason="点错了人" if reversed_by else None,
            )
        )
        for person in people:
            make._keep(
                ServiceRecord(
                    batch_id=batch.id,
                    occurrence_id=occurrence.id,
                    person_id=person.id,
                    attendance="present",
                    source="leader",
                    hours_transfer_id=hours(person, minutes, begun),
                )
            )
        return batch

    def person(self) -> Any:
        return make.person(self.area)


def hours(person: Any, minutes: int, at: dt.datetime) -> int:
    issue = ledger.account(book="hours", owner_kind="system", owner_id=0, purpose="issue")
    own = ledger.account(book="hours", owner_kind="person", owner_id=person.id)
    key = f"suspicion:{next(_keys)}"
    moved = ledger.Movement("hours", issue, own, minutes, "service", key, key, at)
    return ledger.move(moved, recorded_by=None)


def found(key: str, paths: Any) -> list[tuple[int, int]]:
    """(whom it is about, what it says first) of everything that is listed."""
    rows = suspicions.open_findings(suspicions.kind_of(key), paths)
    return [(row.person_id, row.first) for row in rows]


@pytest.fixture
def town(app):
    return Town()


def test_who_was_recorded_late_for_a_third_of_the_hours_is_listed(town):
    late, prompt = town.person(), town.person()
    town.batch(late, prompt, begun=clock.now() - 30 * DAY)
    town.batch(prompt, begun=clock.now() - 29 * DAY)
    town.batch(late, begun=clock.now() - 20 * DAY, recorded=clock.now() - 12 * DAY)
    assert found("back_filled", town.paths) == [(late.id, 120)]


@pytest.mark.parametrize(("days", "listed"), [(7, False), (8, True)])
def test_a_week_is_not_late(town, days, listed):
    someone = town.person()
    begun = clock.now() - 30 * DAY
    town.batch(someone, begun=begun, recorded=begun + days * DAY + dt.timedelta(hours=1))
    assert bool(found("back_filled", town.paths)) is listed


@pytest.mark.parametrize(("prompt", "listed"), [(2, True), (3, False)])
def test_up_to_thirty_per_cent_may_be_late(town, prompt, listed):
    someone = town.person()
    for number in range(prompt):
        town.batch(someone, begun=clock.now() - (40 + number) * DAY)
    town.batch(someone, begun=clock.now() - 20 * DAY, recorded=clock.now() - 5 * DAY)
    assert bool(found("back_filled", town.paths)) is listed


def test_what_was_taken_back_is_not_held_against_anybody(town):
    someone = town.person()
    town.batch(someone, begun=clock.now() - 20 * DAY, recorded=clock.now() - 5 * DAY, reversed_by=town.leader)
    assert found("back_filled", town.paths) == []


def test_three_activities_recorded_in_one_minute_are_listed_and_three_in_three_minutes_are_not(town):
    at = clock.now().replace(second=5) - DAY
    for second in (0, 20, 50):
        town.batch(town.person(), recorded=at + dt.timedelta(seconds=second))
    for number in range(3):
        town.batch(town.person(), recorded=at + (number + 10) * MINUTE)
    assert found("same_minute", town.paths) == [(town.leader.id, 3)]


def test_two_people_in_the_same_minute_are_two_people(town):
    at = clock.now().replace(second=5) - DAY
    for by in (town.leader, make.leader(town.team), make.leader(town.team)):
        town.batch(town.person(), recorded=at, by=by)
    assert found("same_minute", town.paths) == []


def test_who_calls_the_roll_and_stands_on_it_is_listed(town):
    town.batch(town.leader, town.person(), minutes=90)
    town.batch(town.person())
    assert found("own", town.paths) == [(town.leader.id, 90)]


def test_more_minutes_than_planned_are_listed(town):
    long, right = town.person(), town.person()
    town.batch(long, minutes=121)
    town.batch(right, minutes=120)
    kind = suspicions.kind_of("too_long")
    (row,) = suspicions.open_findings(kind, town.paths)
    assert (row.person_id, row.first, row.second) == (long.id, 121, 120)


@pytest.mark.parametrize(("times", "listed"), [(2, False), (3, True)])
def test_who_reverses_again_and_again_is_listed(town, times, listed):
    staff = make.staff(COMMUNITY_STAFF, town.area)
    for _ in range(times):
        town.batch(town.person(), reversed_by=staff)
    assert found("reversals", town.paths) == ([(staff.id, 3)] if listed else [])


def test_hours_at_two_places_at_a_time_are_listed_and_one_after_the_other_are_not(town):
    twice, busy = town.person(), town.person()
    begun = clock.now() - 3 * DAY
    town.batch(twice, busy, begun=begun)
    town.batch(twice, begun=begun + 30 * MINUTE)
    town.batch(busy, begun=begun + 120 * MINUTE)
    assert found("overlaps", town.paths) == [(twice.id, 0)]


def test_a_long_activity_around_two_short_ones_overlaps_both(town):
    someone = town.person()
    begun = clock.now() - 3 * DAY
    long = town.batch(someone, begun=begun)
    database.session.execute(
        sa.update(make.Occurrence)
        .where(make.Occurrence.id == long.occurrence_id)
        .values(ends_at=begun + dt.timedelta(hours=9))
    )
    town.batch(someone, begun=begun + dt.timedelta(hours=1))
    town.batch(someone, begun=begun + dt.timedelta(hours=5))
    assert len(found("overlaps", town.paths)) == 2


def everything(town: Town) -> None:
    """One of each kind."""
    at, someone = clock.now().replace(second=5) - 2 * DAY, town.person()
    for number in range(3):
        town.batch(town.person(), recorded=at + dt.timedelta(seconds=number))
    town.batch(town.leader, town.person(), minutes=150, begun=clock.now() - 9 * DAY)
    town.batch(someone, begun=clock.now() - 30 * DAY, recorded=clock.now() - 5 * DAY)
    town.batch(someone, begun=clock.now() - 30 * DAY + MINUTE)
    for _ in range(3):
        town.batch(town.person(), reversed_by=town.leader)
    one_phone(town, town.batch(town.person(), begun=clock.now() - 4 * DAY), people=4)
    forgets(town, town.person(), times=3)


def one_phone(town: Town, batch: Batch, *, people: int, device: str | None = "d" * 40) -> list[Any]:
    """So many people checked in at that date with one phone, all of whom left."""
    made = [town.person() for _ in range(people)]
    for someone in made:
        came(batch, someone, device=device, left_at=clock.now())
    return made


def forgets(town: Town, someone: Any, *, times: int) -> None:
    """Comes so often, never checks out, and is credited all the same."""
    for number in range(times):
        came(town.batch(someone, begun=clock.now() - (40 + number) * DAY), someone)


def came(batch: Batch, someone: Any, **more: Any) -> CheckIn:
    moment = clock.now() - dt.timedelta(hours=1)
    return make._keep(
        CheckIn(
            occurrence_id=batch.occurrence_id, person_id=someone.id, came_at=moment, came_way="qr",
            came_by_id=someone.id, **more,
        )
    )  # fmt: skip


@pytest.mark.parametrize(("people", "listed"), [(3, False), (4, True)])
def test_one_phone_for_four_people_is_listed_about_the_first(town, people, listed):
    first, *_others = one_phone(town, town.batch(town.person()), people=people)
    assert found("same_phone", town.paths) == ([(first.id, 4)] if listed else [])


def test_one_phone_at_several_dates_or_none_at_all_is_nothing(town):
    for _ in range(2):
        one_phone(town, town.batch(town.person()), people=2)
    one_phone(town, town.batch(town.person()), people=6, device=None)
    assert found("same_phone", town.paths) == []


def test_check_ins_that_were_taken_back_do_not_count(town):
    batch = town.batch(town.person())
    one_phone(town, batch, people=3)
    came(batch, town.person(), device="d" * 40, void_at=clock.now())
    assert found("same_phone", town.paths) == []


@pytest.mark.parametrize(("times", "listed"), [(2, False), (3, True)])
def test_who_never_checks_out_is_listed_from_the_third_time(town, times, listed):
    someone = town.person()
    forgets(town, someone, times=times)
    assert found("no_check_out", town.paths) == ([(someone.id, 3)] if listed else [])


def test_every_kind_keeps_to_the_areas_of_the_reader(town):
    other = Town()
    everything(town)
    counted = suspicions.counts(town.paths)
    assert all(counted.values()), counted
    assert suspicions.counts(other.paths) == dict.fromkeys(findings.KINDS, 0)
    everything(other)
    assert suspicions.counts(town.paths) == counted


def test_old_matters_are_left_alone(town):
    with clock.fixed(clock.now() - 400 * DAY):
        everything(town)
    assert suspicions.counts(town.paths) == dict.fromkeys(findings.KINDS, 0)


@pytest.mark.parametrize("key", list(findings.KINDS))
def test_behind_each_finding_stand_its_rows(town, key):
    everything(town)
    kind = suspicions.kind_of(key)
    for row in suspicions.open_findings(kind, town.paths):
        one = suspicions.finding(kind, town.paths, subject_id=row.subject_id, mark_id=row.mark_id)
        behind = suspicions.rows_behind(kind, one)
        assert len(behind) == {"same_minute": 3, "reversals": 3, "overlaps": 2, "no_check_out": 3}.get(key, 1)
        assert all(bool(line.minutes) is kind.has_records for line in behind)


def check_off(actor: Any, row: Any, key: str, note: str = "问过队长，是补录") -> None:
    suspicions.check_off(
        actor=actor,
        kind=suspicions.kind_of(key),
        subject_id=row.subject_id,
        mark_id=row.mark_id,
        note=note,
    )


def test_what_was_checked_is_listed_no_more_until_there_is_something_new(town):
    staff = make.actor(make.staff(COMMUNITY_STAFF, town.area))
    someone, kind = town.person(), suspicions.kind_of("back_filled")
    town.batch(someone, begun=clock.now() - 30 * DAY, recorded=clock.now() - 9 * DAY)
    (row,) = suspicions.open_findings(kind, town.paths)
    check_off(staff, row, "back_filled")
    assert suspicions.open_findings(kind, town.paths) == []
    (review,) = suspicions.checked(kind, staff, town.paths)
    assert review.SuspicionReview.note == "问过队长，是补录"
    acts = database.session.scalars(sa.select(AuditEntry.act)).all()
    assert acts[-1] == "suspicion_checked"
    town.batch(someone, begun=clock.now() - 29 * DAY, recorded=clock.now() - 8 * DAY)
    assert found("back_filled", town.paths) == [(someone.id, 240)]


def reviews() -> int:
    return int(database.session.scalar(sa.select(sa.func.count()).select_from(SuspicionReview)) or 0)


def test_nobody_checks_a_finding_about_oneself(town):
    staff = make.staff(COMMUNITY_STAFF, town.area)
    town.batch(staff, by=staff)
    (row,) = suspicions.open_findings(suspicions.kind_of("own"), town.paths)
    with pytest.raises(suspicions.AboutOneself):
        check_off(make.actor(staff), row, "own")
    assert reviews() == 0


def test_a_check_needs_a_note_without_numbers_and_is_written_once(town):
    staff = make.actor(make.staff(COMMUNITY_STAFF, town.area))
    town.batch(town.leader)
    (row,) = suspicions.open_findings(suspicions.kind_of("own"), town.paths)
    with pytest.raises(reasons.ReasonNeeded):
        check_off(staff, row, "own", " ")
    with pytest.raises(reasons.NumberInReason):
        check_off(staff, row, "own", "打过 13800138000")
    check_off(staff, row, "own")
    with pytest.raises(suspicions.AlreadyChecked):
        check_off(staff, row, "own")
    assert reviews() == 1


def test_auditors_read_and_strangers_find_nothing(town):
    town.batch(town.leader)
    (row,) = suspicions.open_findings(suspicions.kind_of("own"), town.paths)
    strangers = (make.staff(AUDITOR, town.area), make.staff(COMMUNITY_STAFF, make.community()), town.leader)
    for stranger in strangers:
        with pytest.raises(NotFound):
            check_off(make.actor(stranger), row, "own")
    assert reviews() == 0


def test_the_pages_lead_from_the_list_to_the_batch_and_to_the_check(client_for: SignIn, town):
    batch = town.batch(town.leader)
    client = client_for(make.staff(COMMUNITY_STAFF, town.area))
    path = f"/desk/suspicions/own/{batch.id}/0"
    page = client.get("/desk/suspicions?kind=own").text
    assert path in page
    assert "请核对一下" in page
    assert town.leader.name not in page
    one = client.get(path).text
    assert f"/batches/{batch.id}" in one
    assert client.post(path, data={"form_key": crypto.token()}).status_code == 422
    answer = client.post(path, data={"form_key": crypto.token(), "reason": "队长也在场"})
    assert answer.status_code == 303
    assert path not in client.get("/desk/suspicions?kind=own").text
    assert "队长也在场" in client.get("/desk/suspicions?kind=own&tab=checked").text
    assert client.post(path, data={"form_key": crypto.token(), "reason": "再来"}).status_code == 409


def test_an_auditor_sees_no_form_and_cannot_send_one(client_for: SignIn, town):
    path = f"/desk/suspicions/own/{town.batch(town.leader).id}/0"
    client = client_for(make.staff(AUDITOR, town.area))
    assert "<textarea" not in client.get(path).text
    assert client.post(path, data={"form_key": crypto.token(), "reason": "看过"}).status_code == 404


def test_the_list_goes_on_page_by_page_in_a_fixed_number_of_statements(
    client_for: SignIn, town, count_statements: Callable[[], list[str]], monkeypatch
):
    monkeypatch.setattr(suspicions, "PAGE", 2)
    for number in range(3):
        town.batch(town.leader, begun=clock.now() - (number + 2) * DAY)
    kind = suspicions.kind_of("own")
    first = suspicions.open_findings(kind, town.paths)
    last = first[1]
    mark = suspicions.Cursor(last.at, last.subject_id, last.mark_id)
    assert suspicions.open_findings(kind, town.paths, after=mark) == first[2:]
    client = client_for(make.staff(COMMUNITY_STAFF, town.area))
    page = client.get("/desk/suspicions?kind=own").text
    assert "mark=" in page

    def statements() -> int:
        before = len(count_statements())
        client.get("/desk/suspicions?kind=own")
        return len(count_statements()) - before

    few = statements()
    for _ in range(4):
        town.batch(town.leader)
    assert statements() == few


@pytest.mark.parametrize("query", ["kind=rubbish", "mark=1", "mark=1-2", "mark=a-1-1"])
def test_rubbish_in_the_address_is_refused(client_for: SignIn, town, query):
    client = client_for(make.staff(COMMUNITY_STAFF, town.area))
    assert client.get(f"/desk/suspicions?{query}").status_code in {404, 422}
