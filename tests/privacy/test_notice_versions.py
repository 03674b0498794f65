"""A new version of the privacy notice is shown until it was read and agreed to (R143)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.acting.test_cards import card_client
from volunteer.core import clock
from volunteer.people import rules
from volunteer.people.models import COMMUNITY_STAFF, Consent, Person
from volunteer.privacy.service import consents

BAND = "信息保护说明有改动"
BUTTON = "我看过，同意"


def agreed(person: Person, version: str, kind: str = rules.PRIVACY) -> Person:
    make.db.session.add(
        Consent(person_id=person.id, kind=kind, notice_version=version, given_at=clock.now(), way="self")
    )
    make.db.session.commit()
    return person


def versions(person: Person) -> list[tuple[str, str]]:
    rows = make.db.session.execute(
        sa.select(Consent.notice_version, Consent.way)
        .where(Consent.person_id == person.id, Consent.kind == rules.PRIVACY)
        .order_by(Consent.id)
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("address", ["/", "/me", "/me/privacy", "/welcome"])
def test_a_band_stands_until_the_new_version_was_agreed_to(db, client_for, address):
    person = agreed(make.person(), "2020-01")
    browser = client_for(person)
    assert BAND in browser.get(address).text
    assert browser.post("/me/privacy/notice").status_code == 303
    assert BAND not in browser.get(address).text
    assert versions(person) == [("2020-01", "self"), (rules.NOTICE_VERSION, "self")]


def test_no_band_for_who_agreed_to_this_version_or_is_not_signed_in(db, client, client_for):
    assert BAND not in client_for(agreed(make.person(), rules.NOTICE_VERSION)).get("/").text
    assert BAND not in client.get("/").text


def test_the_newest_consent_decides_and_other_kinds_do_not(db, client_for):
    person = agreed(agreed(make.person(), "2020-01"), rules.NOTICE_VERSION)
    assert BAND not in client_for(agreed(person, "2019-01", kind="health")).get("/").text


def test_the_notice_says_what_changed_and_asks(db, client_for):
    page = client_for(agreed(make.person(), "2020-01")).get("/privacy").text
    assert "改了什么" in page
    assert BUTTON in page
    page = client_for(agreed(make.person(), rules.NOTICE_VERSION)).get("/privacy").text
    assert BUTTON not in page


def test_pressing_twice_leaves_one_row(db, client_for):
    person = agreed(make.person(), "2020-01")
    browser = client_for(person)
    for _ in range(2):
        assert browser.post("/me/privacy/notice").status_code == 303
    assert len(versions(person)) == 2


def test_the_privacy_page_says_day_and_version(db, client_for):
    page = client_for(agreed(make.person(), "2020-01")).get("/me/privacy").text
    assert "版本 2020-01" in page


def test_a_child_is_sent_to_the_counter_with_the_guardian(db, client_for):
    child = agreed(make.person(born_on=dt.date(2016, 1, 1)), "2020-01")
    browser = client_for(child)
    assert BAND in browser.get("/").text
    assert BUTTON not in browser.get("/privacy").text
    assert browser.post("/me/privacy/notice").status_code == 409
    assert len(versions(child)) == 1


def test_staff_write_it_down_at_the_counter(db, client_for):
    area = make.community()
    person = agreed(make.person(area), "2020-01")
    browser = client_for(make.staff(COMMUNITY_STAFF, area))
    address = f"/desk/people/{person.id}/consents"
    assert BAND in browser.get(address).text
    data = {"kind": "privacy", "wanted": "1", "way": "in_person"}
    assert browser.post(address, data=data).status_code == 303
    assert versions(person)[-1] == (rules.NOTICE_VERSION, "in_person")
    assert BAND not in browser.get(address).text


def test_the_basic_consent_is_no_switch(db, client_for):
    person = agreed(make.person(), rules.NOTICE_VERSION)
    with pytest.raises(rules.UnknownChoice):
        consents.withdraw(actor=make.actor(person), person_id=person.id, kind="privacy")


def test_by_card_it_stands_below_the_three_buttons_and_asks_nothing(app, db):
    elder = agreed(make.person(elder_mode=True, password_hash=None), "2020-01")
    client = card_client(app, elder)
    page = client.get("/").text
    assert page.index("说个心愿") < page.index(BAND)
    assert BUTTON not in client.get("/privacy").text
    assert client.post("/me/privacy/notice").status_code == 403
