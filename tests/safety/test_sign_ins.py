"""The own sign-ins: listed with when and how, ended one by one."""

from __future__ import annotations

import re

import sqlalchemy as sa

from tests import make
from tests.safety.conftest import is_signed_in
from volunteer.people import sessions
from volunteer.people.models import SignInSession


def keys(page):
    return re.findall(r'name="sign_in" value="([0-9a-f]+)"', page)


def test_each_sign_in_but_this_one_can_be_ended(client_for, resident):
    here, phone, tablet = (client_for(resident) for _ in range(3))
    page = here.get("/me").text
    assert page.count("用密码") == 3
    assert len(keys(page)) == 2
    assert here.post("/me/sign-ins/end", data={"sign_in": keys(page)[0]}).location == "/me"
    assert is_signed_in(here)
    assert [is_signed_in(phone), is_signed_in(tablet)].count(True) == 1


def test_anothers_sign_in_cannot_be_ended(client_for, db, resident):
    other = make.person()
    theirs, mine = client_for(other), client_for(resident)
    token_hash = db.session.scalar(
        sa.select(SignInSession.token_hash).where(SignInSession.person_id == other.id)
    )
    assert mine.post("/me/sign-ins/end", data={"sign_in": sessions._key(token_hash)}).status_code == 303
    assert is_signed_in(theirs)


def test_an_unknown_sign_in_is_gone_already(client_for, resident):
    client = client_for(resident)
    assert client.post("/me/sign-ins/end", data={"sign_in": "0" * 20}).status_code == 303
    assert client.post("/me/sign-ins/end").status_code == 303
    assert client.post("/me/sign-ins/end", data={"sign_in": "\U0001f511" * 30}).status_code == 303
    assert is_signed_in(client)


def test_the_key_of_a_sign_in_opens_nothing(app, client_for, resident):
    client_for(resident)
    page = client_for(resident).get("/me").text
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = keys(page)[0]
    assert not is_signed_in(thief)


def test_no_remember_cookie_is_ever_set(client, resident):
    """The row in the database decides how long a sign-in lasts; flask-login's own cookie would outlive it."""
    answer = client.post("/sign-in", data={"account": resident.number, "password": "tree-7-lamp"})
    set_cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in set_cookies] == ["linli"]
    assert client.get_cookie("remember_token") is None
    with client.session_transaction() as cookie:
        assert not any(name.startswith("_remember") for name in cookie)


def test_a_forged_remember_cookie_signs_nobody_in(app, client, resident):
    from flask_login.utils import encode_cookie

    with app.test_request_context():
        forged = encode_cookie(str(resident.id))
    client.set_cookie("remember_token", forged)
    assert not is_signed_in(client)
