"""Somebody is forgotten and the books stay whole."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.privacy import histories
from tests.privacy.canaries import VALUES, found_in_tables, planted
from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, transaction
from volunteer.core.database import db as database
from volunteer.people.models import CLOSED, MERGED, Person
from volunteer.privacy import service
from volunteer.privacy.models import Erasure
from volunteer.privacy.service import erasing

pytestmark = pytest.mark.usefixtures("any_date")


@pytest.fixture
def history(app) -> histories.History:
    return histories.History(24)


def test_nothing_that_was_planted_is_left(app):
    person = planted()
    assert set(found_in_tables()) == set(VALUES)  # the search finds them while they are there
    service.erase(person.id, by=person.id)
    database.session.commit()
    assert found_in_tables() == {}


def test_the_audit_log_never_held_them(app):
    """Not even when staff wrote them into the reason: nothing can be taken out of the log again."""
    person = planted()
    staff = make.actor(make.staff("community_staff", database.session.get_one(Area, person.area_id)))
    reason = f"{VALUES['name']}（{VALUES['phone']}）到服务台申请"
    service.erase_for(actor=staff, person_id=person.id, reason=reason)
    texts = [
        json.dumps(row.details, ensure_ascii=False) for row in database.session.scalars(sa.select(AuditEntry))
    ]
    assert any("***" in text for text in texts)
    assert not [value for value in VALUES.values() if any(value in text for text in texts)]


def test_the_search_fails_when_one_eraser_is_missing(app, monkeypatch):
    person = planted()
    monkeypatch.setattr(erasing, "_erase_rows", lambda kind, id: None)
    service.erase(person.id, by=person.id)
    database.session.commit()
    assert found_in_tables()


def test_hours_and_points_stay_under_the_pseudonym(history):
    before = histories.totals()
    for person_id in history.ids:
        service.erase(person_id, by=None)
    database.session.commit()
    assert histories.totals() == before
    assert histories.faults() == []


def test_the_record_keeps_its_number_and_loses_the_rest(app):
    person = planted()
    number, born = person.number, person.born_on
    service.erase(person.id, by=None)
    person = database.session.get_one(Person, person.id)
    assert person.status == CLOSED
    assert person.number == number
    assert person.name.startswith("注销用户-")
    assert person.born_on == dt.date(born.year, 1, 1)
    kept = (person.phone, person.phone_hash, person.email, person.address, person.school, person.document,
            person.document_hash, person.password_hash, person.pin_hash, person.sex)  # fmt: skip
    assert set(kept) == {None}


def test_a_second_time_changes_nothing(app):
    person = planted()
    assert service.erase(person.id, by=None) == [person.id]
    name = database.session.get_one(Person, person.id).name
    assert service.erase(person.id, by=None) == []
    assert database.session.get_one(Person, person.id).name == name
    assert len(database.session.scalars(sa.select(Erasure)).all()) == 1


def test_who_was_merged_into_the_person_goes_as_well(app):
    gone = planted()
    area = database.session.get_one(Area, gone.area_id)
    kept = make.person(area, name="陈小明")
    staff = make.actor(make.staff("community_staff", area))
    service.merge(actor=staff, kept_id=kept.id, gone_id=gone.id, reason="本人来核对过")
    database.session.commit()
    assert service.erase(kept.id, by=kept.id) == [kept.id, gone.id]
    database.session.commit()
    assert found_in_tables() == {}
    assert database.session.get_one(Person, gone.id).status == MERGED


def test_a_merged_record_is_forgotten_when_nothing_is_undone_any_more(app):
    gone = planted()
    area = database.session.get_one(Area, gone.area_id)
    kept = make.person(area, name="陈小明")
    staff = make.actor(make.staff("community_staff", area))
    service.merge(actor=staff, kept_id=kept.id, gone_id=gone.id, reason="本人来核对过")
    database.session.commit()
    assert service.over_ids(clock.now()) == []
    with clock.fixed(clock.now() + dt.timedelta(days=31)):
        assert service.over_ids(clock.now()) == [gone.id]
        assert service.forget_merged(gone.id)
        assert service.over_ids(clock.now()) == []
    assert database.session.get_one(Person, gone.id).name.startswith("注销用户-")
    assert database.session.get_one(Person, kept.id).name == "陈小明"


def test_the_file_itself_is_clean(fresh_url, database_kind):
    """Not one byte of the plain values or of their old ciphertexts is left in the SQLite file after VACUUM."""
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL keeps its pages to itself")
    from tests.conftest import SECRET
    from volunteer import create_app

    app = create_app({"DATABASE_URL": fresh_url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        with transaction.transaction():
            person_id = planted().id
        tokens = _ciphertexts()
        file = fresh_url.removeprefix("sqlite:///")
        _vacuum()
        assert [token for token in tokens if token in _bytes(file)] == tokens
        with transaction.transaction():
            service.erase(person_id, by=None)
        _vacuum()
        left = _bytes(file)
        assert [token for token in tokens if token in left] == []
        assert [value for value in VALUES.values() if value.encode() in left] == []
        database.session.remove()
        database.engine.dispose()


def _ciphertexts() -> list[bytes]:
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, phone, email, address, school, document FROM person WHERE phone_hash IS NOT NULL "
            "AND document IS NOT NULL"
        ).all()
    return [value.encode() for row in rows for value in row]


def _vacuum() -> None:
    database.session.remove()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _bytes(file: str) -> bytes:
    with open(file, "rb") as stream:
        return stream.read()


@pytest.mark.proof
def test_two_hundred_random_people_merged_and_erased_leave_every_book_whole(app):
    """Issue 3: merging and erasing 200 random people keeps every book's sum, and the check finds nothing."""
    _merge_and_erase(200)


def test_forty_random_people_merged_and_erased_leave_every_book_whole(app):
    _merge_and_erase(40)


def _merge_and_erase(count: int) -> None:
    history = histories.History(count)
    before = histories.totals()
    assert before["issued"]["hours"] > 0
    assert histories.faults() == []
    for kept, gone in history.pairs():
        service.merge(actor=history.staff, kept_id=kept, gone_id=gone, reason="本人来核对过")
    database.session.commit()
    assert histories.totals() == before
    assert histories.faults() == []
    for person_id in history.ids:
        service.erase(person_id, by=None)
    database.session.commit()
    assert histories.totals() == before
    assert histories.faults() == []
