"""A certificate says what the books say, and anybody may ask whether they still say it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_record import Mark, balance, held, record
from volunteer.areas.models import Area
from volunteer.core import clock, crypto
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound, TooManyAttempts
from volunteer.hours import paper, service
from volunteer.hours.models import Batch, Certificate
from volunteer.hours.service.certify import (
    NothingToCertify,
    NotVerified,
    PeriodBackwards,
    PeriodInFuture,
    PersonNotVerified,
)
from volunteer.ledger.models import HOURS, Seal

pytestmark = pytest.mark.usefixtures("any_date")


TODAY = dt.date(2026, 11, 21)
YEAR = {"from_on": dt.date(2026, 1, 1), "until_on": TODAY}


def served(*days_ago: int) -> Any:
    """Somebody who served 150 minutes on each of these days."""
    at, at.person = held(), make.person(name="陈桂芳")
    at.batches = []
    for days in days_ago:
        occurrence = make.occurrence(at.series, starts_at=at.occurrence.starts_at - dt.timedelta(days=days))
        at.batches.append(record(at, Mark(at.person.id, "present"), occurrence=occurrence))
    settle()
    return at


def settle() -> None:
    """The public notice of everything recorded so far is over."""
    database.session.execute(sa.update(Batch).values(notice_until=TODAY - dt.timedelta(days=1)))


def issue(person: Any, **period: dt.date) -> Certificate:
    settle()
    return service.issue_certificate(actor=make.actor(person), person_id=person.id, **{**YEAR, **period})


def check(code: str) -> service.Checked:
    database.session.commit()  # counting the attempt is a transaction of its own
    return service.check(code=code, address="10.0.0.1")


def test_certified_hours_are_the_hours_of_the_books(db):  # R069
    at = served(0, 7, 14)
    made = issue(at.person)
    assert made.certified_minutes == balance(HOURS, at.person) == 450
    assert (made.record_count, made.number, len(made.check_code)) == (3, "Z2026-000001", 10)
    assert issue(at.person).number == "Z2026-000002"


def test_who_is_not_verified_gets_none_and_is_told_before_trying(db, client_for):  # R002
    at = served(0)
    at.person.verified_at = None
    area = database.session.get_one(Area, at.person.area_id)
    staff = make.staff("community_staff", area)
    with pytest.raises(NotVerified):
        issue(at.person)
    with pytest.raises(PersonNotVerified):
        service.issue_certificate(actor=make.actor(staff), person_id=at.person.id, **YEAR)
    assert database.session.scalars(sa.select(Certificate)).all() == []
    own = client_for(at.person).get("/certificates").text
    assert "身份还没有核验" in own
    assert 'name="from_on"' not in own
    for_staff = client_for(staff).get(f"/certificates?person={at.person.id}").text
    assert f"/desk/people/{at.person.id}/identity" in for_staff
    at.person.verified_at = clock.now()
    database.session.commit()
    assert issue(at.person).certified_minutes == 150


def test_only_the_days_of_the_period_count_both_ends_included(db):
    at = served(0, 7, 14)
    week_ago = TODAY - dt.timedelta(days=7)
    assert issue(at.person, from_on=week_ago).certified_minutes == 300
    assert issue(at.person, from_on=week_ago, until_on=week_ago).certified_minutes == 150


def test_reversed_batches_are_left_out(db):
    at = served(0, 7)
    service.reverse(actor=at.actor, batch_id=at.batches[0].id, reason="点错了人")
    made = issue(at.person)
    assert made.certified_minutes == balance(HOURS, at.person) == 150


def test_the_newest_seal_stands_on_it_and_the_community_above_the_grid_issues(db):
    grid = make.grid()
    at = held()
    person = make.person(grid)
    record(at, Mark(person.id, "present"))
    for day, digest in ((19, "a" * 64), (20, "b" * 64)):
        db.session.add(
            Seal(
                day=dt.date(2026, 11, day),
                transfer_count=1,
                digest=digest,
                previous_digest="0" * 64,
                sealed_at=clock.now(),
            )
        )
    made = issue(person)
    assert made.seal_digest == "b" * 64
    assert made.area_id == grid.parent_id


@pytest.mark.parametrize(
    ("refusal", "period"),
    [
        (NothingToCertify, {"until_on": dt.date(2026, 10, 1)}),
        (PeriodBackwards, {"from_on": TODAY, "until_on": TODAY - dt.timedelta(days=1)}),
        (PeriodInFuture, {"until_on": TODAY + dt.timedelta(days=1)}),
    ],
)
def test_nothing_is_issued_for_nothing_or_for_the_future(db, refusal, period):
    at = served(0)
    with pytest.raises(refusal):
        issue(at.person, **period)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 0


def test_only_oneself_and_staff_over_the_area_may_ask_for_one(db):
    at = served(0)
    area = db.session.get_one(Area, at.person.area_id)
    for someone in (at.leader, make.staff("auditor", area), make.staff("community_staff", make.community())):
        with pytest.raises(NotFound):
            service.issue_certificate(actor=make.actor(someone), person_id=at.person.id, **YEAR)
    staff = make.actor(make.staff("community_staff", area))
    assert service.issue_certificate(actor=staff, person_id=at.person.id, **YEAR).person_id == at.person.id
    with pytest.raises(NotFound):
        service.issue_certificate(actor=staff, person_id=999_999, **YEAR)


def test_checking_shows_a_masked_name_and_the_figures(db):  # R071
    at = served(0)
    made = issue(at.person)
    found = check(made.check_code)
    assert (found.state, found.masked_name, found.minutes, found.number) == ("valid", "陈*", 150, made.number)
    assert (found.from_on, found.until_on) == (YEAR["from_on"], YEAR["until_on"])


def test_a_code_is_read_as_people_type_it(db):
    made = issue(served(0).person)
    code = made.check_code
    assert check(f" {code[:5].lower()} - {code[5:]} ").state == "valid"


@pytest.mark.parametrize("code", ["", "2", "A" * 10, "0" * 10, "A" * 11, "％" * 10, "' OR 1=1 --"])
def test_an_unknown_code_is_unknown(db, code):
    issue(served(0).person)
    assert check(code).state == "unknown"


def test_a_correction_in_the_period_supersedes_and_one_outside_does_not(db):  # R072
    at = served(0, 30)
    old = issue(at.person, until_on=TODAY - dt.timedelta(days=7))
    new = issue(at.person, from_on=TODAY)
    service.reverse(actor=at.actor, batch_id=at.batches[0].id, reason="点错了人")
    assert check(old.check_code).state == "valid"
    assert check(new.check_code).state == "superseded"


def test_a_revoked_certificate_says_so(db):
    made = issue(served(0).person)
    made.revoked_at = clock.now()
    assert check(made.check_code).state == "revoked"


def test_guessing_from_one_address_ends(db):
    for _ in range(60):
        assert check(crypto.letters(10)).state == "unknown"
    with pytest.raises(TooManyAttempts):
        check(crypto.letters(10))
    assert service.check(code="A" * 10, address="10.0.0.2").state == "unknown"


def test_the_sheet_lists_activities_and_puts_the_rest_on_a_second_page(db):
    at = held()
    person = make.person()
    for days in range(9):
        series = make.series(at.team, duration_minutes=60 + days, title=f"活动{days}")
        occurrence = make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=days + 1))
        record(at, Mark(person.id, "present"), occurrence=occurrence)
    sheet = paper.sheet(issue(person).id)
    assert [line.title for line in sheet.lines] == ["活动8", "活动7", "活动6", "活动5", "活动4"]
    assert sheet.left_out.times == 4
    assert len(sheet.records) == 9
    total = sum(line.minutes for line in sheet.lines) + sheet.left_out.minutes
    assert total == sheet.certificate.certified_minutes
