"""Proving anew who one is: by password or second factor, never by PIN; then ten minutes of peace."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import session

from tests import make
from tests.safety.conftest import PASSWORD, code_of, enrol, sign_in, unconfirm
from volunteer.core import clock
from volunteer.people import identity, sessions
from volunteer.people.models import SignInSession
from volunteer.people.sessions import hash_password, require_confirmed


@pytest.fixture
def old(client_for, resident):
    """A browser whose sign-in is from yesterday."""
    client = client_for(resident)
    unconfirm()
    return client


def is_confirmed(db):
    return db.session.scalar(sa.select(SignInSession.confirmed_at)) == clock.now()


def test_the_password_confirms_and_leads_on(old, db):
    answer = old.post("/confirm?next=/me/second-factor", data={"password": PASSWORD})
    assert answer.location == "/me/second-factor"
    assert is_confirmed(db)


def test_a_code_of_the_app_confirms(client_for, db, resident):
    secret, _ = enrol(resident)
    client = client_for(resident)
    unconfirm()
    assert "验证器" in client.get("/confirm").text
    assert client.post("/confirm", data={"one_time_code": code_of(secret)}).status_code == 303
    assert is_confirmed(db)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"password": "wrong-password"},
        {"password": "246810"},
        {"one_time_code": "000000"},
        {"credential": "x"},
    ],
)
def test_what_does_not_confirm(old, db, resident, form):
    """The PIN of the card is 246810: it confirms nothing."""
    resident.pin_hash = hash_password("246810")
    db.session.commit()
    assert old.post("/confirm", data=form).status_code == 422
    assert not is_confirmed(db)


def test_passwords_cannot_be_tried_without_end(app, old, db):
    for _ in range(app.config["SIGN_IN_ATTEMPTS"]):
        assert old.post("/confirm", data={"password": "wrong-password"}).status_code == 422
    assert old.post("/confirm", data={"password": PASSWORD}).status_code == 429
    assert not is_confirmed(db)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/sign-out", "/nowhere"])
def test_confirming_leads_nowhere_else(old, target):
    answer = old.post("/confirm", query_string={"next": target}, data={"password": PASSWORD})
    assert answer.location == "/"


def test_a_fresh_sign_in_is_confirmed_and_wears_off(app, client, resident):
    sign_in(client, resident)
    assert client.get("/me/second-factor/app").location == "/me/second-factor"
    with clock.fixed(clock.now() + dt.timedelta(minutes=app.config["CONFIRM_MINUTES"] + 1)):
        assert client.get("/me/second-factor/app").location == "/confirm?next=/me/second-factor/app"


def asked(app, client, path, **more):
    """What `require_confirmed` answers to a request of this browser."""
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    with app.test_request_context(path, **more):
        session.update(kept)
        from flask import g

        g._login_user = identity.load_by_token(session["_user_id"])
        answer = require_confirmed()
        return answer and answer.location


def test_a_page_is_asked_for_again_with_its_query(app, old):
    assert asked(app, old, "/me/second-factor?a=1&b=2") == "/confirm?next=/me/second-factor?a%3D1%26b%3D2"


def test_a_post_leads_back_to_the_page_it_came_from(app, old):
    page = "http://localhost/me/email?x=1"
    sent = {"method": "POST", "headers": {"Referer": page}}
    assert asked(app, old, "/me/password", method="POST") == "/confirm?next=/me/password"
    assert asked(app, old, "/me/sessions", **sent) == "/confirm?next=/me/email?x%3D1"
    sent["headers"] = {"Referer": "http://evil.example/me"}
    assert asked(app, old, "/me/sessions", **sent) == "/confirm?next=/me"


def test_nobody_has_nothing_to_confirm(app):
    with app.test_request_context("/"):
        assert require_confirmed() is None
        assert sessions.is_confirmed()


def test_the_page_is_for_those_who_are_signed_in(client):
    assert "/sign-in" in client.get("/confirm").location


def test_a_person_without_a_password_cannot_confirm_by_none(client_for, db):
    client = client_for(make.person())
    unconfirm()
    assert client.post("/confirm", data={"password": "anything-at-all"}).status_code == 422
    assert not is_confirmed(db)
