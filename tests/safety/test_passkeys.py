"""Passkeys, with a device in software: what is kept, what is refused. tests/browser has a real browser."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from tests import make
from tests.safety.authenticator import Device
from tests.safety.conftest import enrol, is_signed_in, sign_in, unconfirm
from volunteer.core import clock
from volunteer.people.models import Person, SignInSession
from volunteer.safety import queries
from volunteer.safety.models import Passkey


@pytest.fixture(autouse=True)
def by_name(app, monkeypatch):
    monkeypatch.setitem(app.config, "BASE_URL", "http://localhost")


def options(client, purpose):
    return json.loads(client.get(f"/passkeys/{purpose}").text)


def add(client, device, **form):
    answer = device.create(options(client, "register"))
    return client.post("/me/second-factor/passkeys", data={"credential": answer, **form})


def come_in(client, device):
    answer = device.get(options(client, "sign-in"))
    return client.post("/sign-in/passkey", data={"credential": answer})


@pytest.fixture
def device(client_for, resident):
    """A device of the resident that is known already."""
    made = Device()
    assert add(client_for(resident), made).status_code == 303
    return made


def test_the_first_key_is_a_second_factor_and_brings_recovery_codes(client_for, db, resident):
    client, elsewhere = client_for(resident), client_for(resident)
    assert add(client, Device(), name="我的手机").location == "/me/second-factor/codes"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert queries.codes_left(resident.id) == 10
    assert db.session.scalars(sa.select(Passkey.name)).all() == ["我的手机"]
    assert db.session.get_one(Person, resident.id).has_second_factor
    assert "我的手机" in client.get("/me/second-factor").text


def test_a_key_alone_signs_in_with_both_factors(app, db, device, resident):
    client = app.test_client()
    assert come_in(client, device).location == "/"
    assert is_signed_in(client)
    row = db.session.scalars(
        sa.select(SignInSession).order_by(SignInSession.created_at, SignInSession.way)
    ).first()
    assert (row.way, row.second_factor_at is not None) == ("passkey", True)


def test_staff_may_set_up_a_key_instead_of_an_app(client, staff):
    sign_in(client, staff)
    assert add(client, Device()).location == "/me/second-factor/codes"
    assert client.post("/me/second-factor/codes/kept").location == "/desk"


def test_a_key_takes_the_second_step(app, device, resident):
    client = app.test_client()
    assert sign_in(client, resident).location == "/sign-in/second-step"
    answer = device.get(options(client, "second"))
    assert client.post("/sign-in/second-step", data={"credential": answer}).location == "/"
    assert is_signed_in(client)


def test_anothers_key_does_not(app, device, staff):
    enrol(staff)
    client = app.test_client()
    sign_in(client, staff)
    answer = device.get(options(client, "second"))
    assert client.post("/sign-in/second-step", data={"credential": answer}).status_code == 422
    assert not is_signed_in(client)


def test_a_key_confirms(client_for, db, device, resident):
    client = client_for(resident)
    unconfirm()
    answer = device.get(options(client, "confirm"))
    assert client.post("/confirm?next=/me", data={"credential": answer}).location == "/me"
    assert clock.now() in db.session.scalars(sa.select(SignInSession.confirmed_at)).all()


def refused(client, answer):
    sent = client.post("/sign-in/passkey", data={"credential": answer})
    return sent.location == "/sign-in" and not is_signed_in(client)


def test_a_challenge_is_answered_once_even_with_a_copied_cookie(app, device):
    client, thief = app.test_client(), app.test_client()
    answer = device.get(options(client, "sign-in"))
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    assert client.post("/sign-in/passkey", data={"credential": answer}).location == "/"
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    device.counter = 0
    assert refused(thief, answer)


def test_control_without_spent_challenges_a_copied_cookie_would_do(app, device, monkeypatch):
    from volunteer.safety.service import passkeys

    monkeypatch.setattr(passkeys, "_spend", lambda challenge: None)
    client, thief = app.test_client(), app.test_client()
    device.counter = -1  # a device that does not count, as phones do
    answer = device.get(options(client, "sign-in"))
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    client.post("/sign-in/passkey", data={"credential": answer})
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert not refused(thief, answer)


def test_a_challenge_is_old_after_five_minutes(app, device):
    client = app.test_client()
    answer = device.get(options(client, "sign-in"))
    with clock.fixed(clock.now() + dt.timedelta(minutes=6)):
        assert refused(client, answer)


def test_a_challenge_serves_one_purpose(app, device, resident):
    client = app.test_client()
    sign_in(client, resident)
    answer = device.get(options(client, "sign-in"))
    assert client.post("/sign-in/second-step", data={"credential": answer}).status_code == 422


def test_a_challenge_of_another_browser_is_refused(app, device):
    client, other = app.test_client(), app.test_client()
    answer = device.get(options(other, "sign-in"))
    options(client, "sign-in")
    assert refused(client, answer)


def test_a_counter_that_does_not_grow_means_a_copied_key(app, db, device):
    first, second = app.test_client(), app.test_client()
    device.counter = 7
    assert come_in(first, device).location == "/"
    assert db.session.scalars(sa.select(Passkey.sign_count)).all() == [8]
    device.counter = 7
    assert refused(second, device.get(options(second, "sign-in")))


def test_a_device_that_does_not_know_its_owner_is_not_enough(app, device):
    device.verifies = False
    client = app.test_client()
    assert refused(client, device.get(options(client, "sign-in")))


@pytest.mark.parametrize(
    "lie", [{"origin": "https://evil.example"}, {"party": "evil.example"}, {"id": b"0" * 16}]
)
def test_another_site_or_key_is_refused(app, device, lie):
    for name, value in lie.items():
        setattr(device, name, value)
    client = app.test_client()
    assert refused(client, device.get(options(client, "sign-in")))


def test_a_wrong_signature_is_refused(app, device):
    device.key = Device().key
    client = app.test_client()
    assert refused(client, device.get(options(client, "sign-in")))


@pytest.mark.parametrize(
    "rubbish",
    ["", "{}", "[]", "null", "x", '{"id": 1}', "\u202e", "x" * 30_000,
     '{"id":"a","rawId":"a","type":"public-key","response":{}}',
     '{"id":"YQ","rawId":"YQ","type":"public-key","response":'
     '{"clientDataJSON":"YQ","authenticatorData":"YQ","signature":"YQ"}}'],
)  # fmt: skip
def test_rubbish_is_refused(app, device, resident, client_for, rubbish):
    client = app.test_client()
    options(client, "sign-in")
    assert refused(client, rubbish)
    signed_in = client_for(resident)
    options(signed_in, "register")
    assert signed_in.post("/me/second-factor/passkeys", data={"credential": rubbish}).status_code == 303
    assert len(queries.factors(resident.id).passkeys) == 1


def test_a_key_is_kept_once(client_for, device, resident):
    client = client_for(resident)
    add(client, device)
    assert len(queries.factors(resident.id).passkeys) == 1
    other = client_for(make.person())
    add(other, device)
    assert len(queries.factors(resident.id).passkeys) == 1


def test_a_person_has_ten_keys_at_most(client_for, resident):
    client = client_for(resident)
    for _ in range(11):
        add(client, Device())
    assert len(queries.factors(resident.id).passkeys) == 10


def test_one_takes_only_own_keys_away(client_for, db, device, resident):
    key_id = db.session.scalar(sa.select(Passkey.id))
    assert client_for(make.person()).post(f"/me/second-factor/passkeys/{key_id}/remove").status_code == 404
    assert client_for(resident).post(f"/me/second-factor/passkeys/{key_id}/remove").status_code == 303
    assert not db.session.get_one(Person, resident.id).has_second_factor


def test_a_key_that_was_taken_away_opens_nothing(app, client_for, db, device, resident):
    key_id = db.session.scalar(sa.select(Passkey.id))
    client_for(resident).post(f"/me/second-factor/passkeys/{key_id}/remove")
    client = app.test_client()
    assert refused(client, device.get(options(client, "sign-in")))


def test_a_disabled_person_does_not_come_in(app, db, device, resident):
    db.session.get_one(Person, resident.id).status = "disabled"
    db.session.commit()
    client = app.test_client()
    assert refused(client, device.get(options(client, "sign-in")))


def test_the_options_say_nothing_about_people(client, device, resident):
    """Asking to sign in lists no keys, so nobody learns who has one."""
    assert options(client, "sign-in").get("allowCredentials", []) == []


@pytest.mark.parametrize("purpose", ["second", "confirm", "nothing"])
def test_strangers_get_no_options(client, purpose):
    assert client.get(f"/passkeys/{purpose}").status_code == 404


def test_options_to_register_need_a_fresh_proof(client_for, resident):
    client = client_for(resident)
    unconfirm()
    assert client.get("/passkeys/register").status_code == 404


def test_without_a_name_there_are_no_passkeys(app, client, client_for, resident, monkeypatch):
    monkeypatch.setitem(app.config, "BASE_URL", "http://127.0.0.1:5000")
    assert "data-passkey" not in client.get("/sign-in").text
    assert client.get("/passkeys/sign-in").status_code == 404
    assert "data-passkey" not in client_for(resident).get("/me/second-factor").text
