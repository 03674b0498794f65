"""Signing in and out through the web: sessions, throttling, nothing told to guessers."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock, throttle
from volunteer.people.models import COMMUNITY_STAFF, SignInSession

PASSWORD = "tree-7-lamp"
PHONE = "+8613812345678"


def sign_in(client, account=PHONE, password=PASSWORD, **more):
    return client.post("/sign-in", data={"account": account, "password": password}, **more)


def is_signed_in(client):
    return client.get("/me").status_code == 200


def attempts(db):
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(throttle.Attempt.count), 0)))


@pytest.mark.parametrize("account", ["13812345678", "138 1234 5678", PHONE])
def test_the_phone_may_be_typed_in_many_ways(client, account):
    make.person(phone=PHONE, password=PASSWORD)
    answer = sign_in(client, account)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)


def test_the_volunteer_number_signs_in_as_well(client):
    person = make.person(password=PASSWORD)
    assert sign_in(client, person.number.lower()).status_code == 303


def test_staff_come_to_their_desk(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", False)
    make.staff(COMMUNITY_STAFF, make.community(), phone=PHONE, password=PASSWORD)
    assert "desk" in sign_in(client).location


def test_sign_in_returns_to_the_page_that_was_asked_for(client):
    make.person(phone=PHONE, password=PASSWORD)
    assert client.get("/me").location.endswith("/sign-in?next=%2Fme")
    answer = client.post("/sign-in?next=/me", data={"account": PHONE, "password": PASSWORD})
    assert answer.location == "/me"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out", "/nowhere"]
)
def test_sign_in_goes_nowhere_else(client, target):
    make.person(phone=PHONE, password=PASSWORD)
    data = {"account": PHONE, "password": PASSWORD}
    assert client.post("/sign-in", query_string={"next": target}, data=data).location == "/"


def test_unknown_wrong_and_disabled_accounts_get_the_same_answer(client):
    make.person(phone=PHONE, password=PASSWORD)
    make.person(phone="+8613812345679", password=PASSWORD, status="disabled")
    make.person(phone="+8613812345670")
    answers = [
        sign_in(client, PHONE, "wrong-password"),
        sign_in(client, "13912345678", PASSWORD),
        sign_in(client, "V99999999", PASSWORD),
        sign_in(client, "+8613812345679", PASSWORD),
        sign_in(client, "+8613812345670", PASSWORD),
    ]
    texts = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(texts) == 1
    assert "账号或密码不对" in texts.pop()


def test_wrong_attempts_are_counted_although_the_request_fails(client, db):
    make.person(phone=PHONE, password=PASSWORD)
    sign_in(client, password="wrong-password")
    assert attempts(db) == 2  # one for the account, one for the address


def test_a_right_attempt_does_not_count(client, db):
    make.person(phone=PHONE, password=PASSWORD)
    sign_in(client)
    assert attempts(db) == 0


def test_too_many_wrong_attempts_lock_the_account_for_a_while(app, client):
    make.person(phone=PHONE, password=PASSWORD)
    for spelling in ["13812345678", "138 1234 5678"] * (app.config["SIGN_IN_ATTEMPTS"] // 2):
        assert sign_in(client, spelling, "wrong-password").status_code == 422
    locked = sign_in(client)
    assert locked.status_code == 429
    assert "15 分钟" in locked.text
    with clock.fixed(clock.now() + dt.timedelta(minutes=16)):
        assert sign_in(client).status_code == 303


def test_phone_and_number_of_one_person_are_counted_together(app, client):
    person = make.person(phone=PHONE, password=PASSWORD)
    for account in [PHONE, person.number] * (app.config["SIGN_IN_ATTEMPTS"] // 2):
        assert sign_in(client, account, "wrong-password").status_code == 422
    assert [sign_in(client, account).status_code for account in (PHONE, person.number)] == [429, 429]


def test_an_unknown_account_is_locked_like_a_known_one(app, client):
    for _ in range(app.config["SIGN_IN_ATTEMPTS"]):
        sign_in(client, "13912345678", "wrong-password")
    assert sign_in(client, "13912345678").status_code == 429


def test_one_address_may_not_try_all_accounts(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_IN_ATTEMPTS", 1)
    for n in range(20):
        assert sign_in(client, f"139123456{n:02d}", "wrong-password").status_code == 422
    assert sign_in(client, "13912345699", "wrong-password").status_code == 429


@pytest.mark.parametrize(
    "form", [{}, {"account": PHONE}, {"password": PASSWORD}, {"account": "1" * 10_000, "password": "x"}]
)
def test_half_a_form_is_refused_without_counting(client, db, form):
    assert client.post("/sign-in", data=form).status_code == 422
    assert attempts(db) == 0


@pytest.mark.parametrize("password", ["\x00" * 10, "x" * 5000, "\u202e12345678"])
def test_a_strange_password_is_just_wrong(client, password):
    make.person(phone=PHONE, password=PASSWORD)
    assert sign_in(client, password=password).status_code == 422


def test_a_new_sign_in_gets_a_new_token(client, db):
    make.person(phone=PHONE, password=PASSWORD)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "chosen-by-an-attacker"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "chosen-by-an-attacker"
    stored = db.session.scalars(sa.select(SignInSession.token_hash)).one()
    assert stored != cookie["_user_id"]


def cookies_of(client):
    with client.session_transaction() as cookie:
        return dict(cookie)


def with_cookies(app, cookies):
    replay = app.test_client()
    with replay.session_transaction() as cookie:
        cookie.update(cookies)
    return replay


def test_a_copied_cookie_is_worth_nothing_after_sign_out(app, client):
    make.person(phone=PHONE, password=PASSWORD)
    sign_in(client)
    copied = cookies_of(client)
    assert is_signed_in(with_cookies(app, copied))
    assert client.post("/sign-out").location == "/sign-in"
    assert not is_signed_in(client)
    assert not is_signed_in(with_cookies(app, copied))


def test_a_copied_cookie_is_worth_nothing_after_a_new_password(app, client):
    make.person(phone=PHONE, password=PASSWORD)
    elsewhere = app.test_client()
    sign_in(client)
    sign_in(elsewhere)
    form = {"password": PASSWORD, "new_password": "boat-9-river", "again": "boat-9-river"}
    assert client.post("/me/password", data=form).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert sign_in(elsewhere).status_code == 422
    assert sign_in(elsewhere, password="boat-9-river").status_code == 303


def test_other_devices_can_be_signed_out(app, client):
    make.person(phone=PHONE, password=PASSWORD)
    elsewhere = app.test_client()
    sign_in(client)
    sign_in(elsewhere)
    assert "2 台设备" in client.get("/me").text
    assert client.post("/me/sessions").status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_idle_sign_ins_end_sooner_for_staff(app, client_for, monkeypatch):
    area = make.community()
    resident, staff = client_for(make.person(area)), client_for(make.staff(COMMUNITY_STAFF, area))
    with clock.fixed(clock.now() + dt.timedelta(minutes=app.config["STAFF_IDLE_MINUTES"] + 1)):
        assert is_signed_in(resident)
        assert not is_signed_in(staff)
    with clock.fixed(clock.now() + dt.timedelta(days=app.config["SESSION_DAYS"] + 1)):
        assert not is_signed_in(resident)


def test_signing_in_again_while_signed_in_goes_on(client_for):
    assert client_for(make.person()).get("/sign-in").status_code == 302


def test_signing_out_twice_is_no_error(client):
    assert client.post("/sign-out").status_code == 303
    assert client.post("/sign-out").status_code == 303
