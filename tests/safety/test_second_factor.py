"""The second step: staff must, residents may; a code counts once; the password alone is nobody."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from tests import make
from tests.safety.conftest import PASSWORD, code_of, enrol, is_signed_in, second, sign_in, unconfirm
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.outbox.models import Message
from volunteer.people.models import COMMUNITY_STAFF, SYSTEM_ADMIN, Person, SignInSession
from volunteer.safety import queries, service
from volunteer.safety.models import RecoveryCode, TotpSecret


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def kinds(db):
    return set(db.session.scalars(sa.select(Message.kind)))


def set_up(client, person):
    """From the overview to the recovery codes, as a browser goes: the secret and the codes' page."""
    assert client.post("/me/second-factor/app/new").location == "/me/second-factor/app"
    assert "<svg" in client.get("/me/second-factor/app").text
    secret = queries.waiting_secret(person.id)
    answer = client.post("/me/second-factor/app", data={"one_time_code": code_of(secret)})
    assert answer.location == "/me/second-factor/codes"
    return secret, client.get("/me/second-factor/codes").text


def test_staff_without_a_second_factor_are_led_to_set_it_up_and_may_nothing_else(client, staff):
    assert sign_in(client, staff, next="/desk").location == "/me/second-factor?next=/desk"
    assert "第二步验证" in client.get("/me/second-factor?next=/desk").text
    for path in ("/desk", "/me", "/desk/people", "/messages"):
        assert "/sign-in" in client.get(path).location
    _, page = set_up(client, staff)
    assert len(re.findall(r"<strong class=\"num\"", page)) == 10
    assert client.post("/me/second-factor/codes/kept").location == "/desk"
    assert client.get("/desk").status_code == 200


def test_staff_with_one_are_asked_for_a_code(client, staff):
    secret, _ = enrol(staff)
    assert sign_in(client, staff, next="/me").location == "/sign-in/second-step?next=/me"
    assert client.get("/sign-in/second-step?next=/me").status_code == 200
    assert not is_signed_in(client)
    assert second(client, code_of(secret)).location == "/me"
    assert is_signed_in(client)


def test_the_token_of_the_first_step_is_not_that_of_the_sign_in(client, staff):
    secret, _ = enrol(staff)
    sign_in(client, staff)
    with client.session_transaction() as cookie:
        before = cookie["_user_id"]
    second(client, code_of(secret))
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before
    copied = client.application.test_client()
    with copied.session_transaction() as cookie:
        cookie["_user_id"] = before
    assert not is_signed_in(copied)


def test_the_password_alone_cannot_add_another_factor(client, staff):
    """Control: with the question left out, somebody with the password would enrol an own phone."""
    enrol(staff)
    sign_in(client, staff)
    for answer in (
        client.get("/me/second-factor"),
        client.post("/me/second-factor/app/new"),
        client.post("/me/second-factor/app", data={"one_time_code": "123456"}),
        client.post("/me/second-factor/passkeys", data={"credential": "{}"}),
    ):
        assert answer.location.startswith("/sign-in/second-step")
    assert queries.waiting_secret(staff.id) is None


def test_the_second_step_must_be_taken_within_ten_minutes(client, staff):
    secret, _ = enrol(staff)
    sign_in(client, staff)
    with clock.fixed(clock.now() + dt.timedelta(minutes=11)):
        assert "/sign-in" in second(client, code_of(secret)).location
        assert not is_signed_in(client)


def test_a_code_counts_once(app, client, staff):
    secret, _ = enrol(staff)
    code = code_of(secret)
    sign_in(client, staff)
    second(client, code)
    elsewhere = app.test_client()
    sign_in(elsewhere, staff)
    answer = second(elsewhere, code)
    assert answer.status_code == 422
    assert "已经用过" in answer.text
    assert not is_signed_in(elsewhere)
    with clock.fixed(clock.now() + dt.timedelta(seconds=30)):
        assert second(elsewhere, code_of(secret)).status_code == 303


def test_an_older_code_does_not_count_after_a_newer_one(db, staff):
    secret, _ = enrol(staff)
    service.check_code(staff.id, code_of(secret, later=1))
    db.session.commit()
    with pytest.raises(service.WrongCode):
        service.check_code(staff.id, code_of(secret))


@pytest.mark.parametrize("later", [-2, 2])
def test_a_code_of_another_minute_is_wrong(db, staff, later):
    secret, _ = enrol(staff)
    with pytest.raises(service.WrongCode):
        service.check_code(staff.id, code_of(secret, later=later))


@pytest.mark.parametrize("code", ["", "x" * 30, "000000", "ABCDE-FGHJK", "'; DROP", "\u202e123456"])
def test_a_wrong_code_is_refused(client, staff, code):
    enrol(staff)
    sign_in(client, staff)
    assert second(client, code).status_code == 422
    assert not is_signed_in(client)


def test_codes_cannot_be_tried_without_end(app, client, staff):
    secret, _ = enrol(staff)
    sign_in(client, staff)
    for _ in range(app.config["SIGN_IN_ATTEMPTS"]):
        assert second(client, "000000").status_code == 422
    assert second(client, code_of(secret)).status_code == 429
    assert not is_signed_in(client)


def test_a_recovery_code_counts_once_and_is_told(app, client, db, staff):
    _, codes = enrol(staff)
    sign_in(client, staff)
    assert second(client, codes[3].lower()).status_code == 303
    assert is_signed_in(client)
    assert queries.codes_left(staff.id) == 9
    assert "recovery_code_used" in kinds(db)
    elsewhere = app.test_client()
    sign_in(elsewhere, staff)
    assert second(elsewhere, codes[3]).status_code == 422


def test_another_persons_recovery_code_is_wrong(client, staff, resident):
    enrol(staff)
    _, codes = enrol(resident)
    sign_in(client, staff)
    assert second(client, codes[0]).status_code == 422


def test_nothing_that_opens_the_door_is_stored_in_clear(db, staff):
    secret, codes = enrol(staff)
    stored = db.session.execute(sa.text("SELECT secret FROM totp_secret")).scalar_one()
    assert secret not in stored
    hashes = " ".join(db.session.scalars(sa.select(RecoveryCode.code_hash)))
    assert not any(code.replace("-", "") in hashes for code in codes)


def test_codes_are_shown_for_ten_minutes_and_put_away(client_for, resident):
    client = client_for(resident)
    _, page = set_up(client, resident)
    assert client.get("/me/second-factor/codes").text.count('lang="en"') == page.count('lang="en"')
    with clock.fixed(clock.now() + dt.timedelta(minutes=11)):
        assert client.get("/me/second-factor/codes").status_code == 303
    client.post("/me/second-factor/codes/kept")
    assert client.get("/me/second-factor/codes").location == "/me/second-factor"


def test_codes_in_a_copied_cookie_are_not_readable(client_for, resident):
    client = client_for(resident)
    _, page = set_up(client, resident)
    first = re.search(r"<strong class=\"num\" lang=\"en\">([A-Z0-9-]+)</strong>", page)[1]
    with client.session_transaction() as cookie:
        assert first not in str(dict(cookie))


def test_residents_sign_in_by_password_alone_unless_they_want_more(client, resident):
    assert sign_in(client, resident).location == "/"
    assert is_signed_in(client)


def test_a_resident_may_switch_it_on(app, client, db, client_for, resident):
    sign_in(client, resident)
    elsewhere = client_for(resident)
    secret, _ = set_up(client, resident)
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert "second_factor_added" in kinds(db)
    assert "second_factor_added" in acts(db)
    other = app.test_client()
    assert sign_in(other, resident).location == "/sign-in/second-step"


def test_a_resident_may_switch_it_off(app, client_for, db, resident):
    enrol(resident)
    client, elsewhere = client_for(resident), client_for(resident)
    assert client.post("/me/second-factor/app/remove").location == "/me/second-factor"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert not db.session.get_one(Person, resident.id).has_second_factor
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []
    assert "second_factor_removed" in kinds(db)
    assert sign_in(app.test_client(), resident).location == "/"
    assert client.post("/me/second-factor/app/remove").status_code == 409


def test_staff_may_not_switch_the_last_one_off(client_for, staff, db):
    enrol(staff)
    answer = client_for(staff).post("/me/second-factor/app/remove")
    assert answer.status_code == 409
    assert db.session.get_one(TotpSecret, staff.id).secret


def test_where_staff_need_none_they_may(app, client_for, staff, monkeypatch):
    monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", False)
    enrol(staff)
    assert client_for(staff).post("/me/second-factor/app/remove").status_code == 303


def test_a_new_phone_takes_over_with_its_first_code(client_for, db, staff):
    old, _ = enrol(staff)
    client, elsewhere = client_for(staff), client_for(staff)
    client.post("/me/second-factor/app/new")
    assert db.session.get_one(TotpSecret, staff.id).secret == old
    secret = queries.waiting_secret(staff.id)
    assert client.post("/me/second-factor/app", data={"one_time_code": code_of(old)}).status_code == 422
    answer = client.post("/me/second-factor/app", data={"one_time_code": code_of(secret)})
    assert answer.location == "/me/second-factor"
    assert db.session.get_one(TotpSecret, staff.id).secret == secret
    assert queries.codes_left(staff.id) == 10
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_the_picture_comes_after_the_button(client_for, resident):
    assert client_for(resident).get("/me/second-factor/app").location == "/me/second-factor"
    answer = client_for(resident).post("/me/second-factor/app", data={"one_time_code": "123456"})
    assert answer.location == "/me/second-factor"


def test_new_recovery_codes_replace_the_old_ones(client_for, db, resident):
    _, codes = enrol(resident)
    client = client_for(resident)
    assert client.post("/me/second-factor/codes/new").location == "/me/second-factor/codes"
    assert queries.codes_left(resident.id) == 10
    with pytest.raises(service.WrongCode):
        service.check_code(resident.id, codes[0])


def test_without_a_factor_there_are_no_recovery_codes(client_for, resident, db):
    assert client_for(resident).post("/me/second-factor/codes/new").status_code == 409
    assert db.session.scalars(sa.select(RecoveryCode)).all() == []


@pytest.mark.parametrize(
    "path",
    ["app/new", "app", "app/remove", "codes/new", "passkeys", "passkeys/1/remove"],
)
def test_changes_need_a_fresh_proof_of_who_one_is(client_for, resident, path):
    enrol(resident)
    client = client_for(resident)
    unconfirm()
    assert client.post(f"/me/second-factor/{path}").location.startswith("/confirm?next=")


@pytest.mark.parametrize("off", [{"STAFF_SECOND_FACTOR": False}, {"DEMO": True}])
def test_a_demo_and_an_express_wish_let_staff_in_by_password(app, client, staff, monkeypatch, off):
    for name, value in off.items():
        monkeypatch.setitem(app.config, name, value)
    assert sign_in(client, staff).location == "/desk"
    assert client.get("/desk").status_code == 200


def test_somebody_made_staff_sets_it_up_at_the_next_sign_in(client, resident):
    sign_in(client, resident)
    make.grant(resident, COMMUNITY_STAFF, area=make.community())
    assert client.get("/me").status_code == 302
    assert sign_in(client, resident).location == "/me/second-factor"


def test_a_card_neither_adds_nor_removes_a_factor(client_for, db, resident):
    """A sign-in by card and PIN is for a few acts at the counter; it never proves who one is (see acting)."""
    enrol(resident)
    client = client_for(resident)
    db.session.execute(sa.update(SignInSession).values(way="card", second_factor_at=None, confirmed_at=None))
    db.session.commit()
    client.post("/me/second-factor/app/new")
    client.post("/me/second-factor/app/remove")
    client.post("/me/second-factor/codes/new")
    row = db.session.get_one(TotpSecret, resident.id)
    assert (row.secret is not None, row.next_secret) == (True, None)
    assert queries.codes_left(resident.id) == 10


def test_signing_out_ends_the_first_step_as_well(client, db, staff):
    enrol(staff)
    sign_in(client, staff)
    client.post("/sign-out")
    assert db.session.scalars(sa.select(SignInSession)).all() == []
    assert "/sign-in" in client.get("/sign-in/second-step").location


def test_a_disabled_person_does_not_get_through_the_second_step(client, db, staff):
    secret, _ = enrol(staff)
    sign_in(client, staff)
    db.session.get_one(Person, staff.id).status = "disabled"
    db.session.commit()
    second(client, code_of(secret))
    assert not is_signed_in(client)


def test_who_is_signed_in_needs_no_second_step(client_for, resident):
    assert client_for(resident).get("/sign-in/second-step").location == "/"


# Staff at the counter: a lost phone.


def test_staff_take_a_residents_lost_phone_away(app, client_for, db, staff):
    person = make.person(database.session.get_one(make.Area, staff.area_id), password=PASSWORD)
    enrol(person)
    theirs = client_for(person)
    answer = client_for(staff).post(f"/desk/people/{person.id}/remove-factor")
    assert answer.location.endswith(f"/desk/people/{person.id}")
    assert not is_signed_in(theirs)
    assert "second_factor_removed" in kinds(db)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "second_factor_removed")).one()
    assert (entry.actor_id, entry.object_id) == (staff.id, person.id)
    assert sign_in(app.test_client(), person).location == "/"


def test_whom_staff_may_not_help(client_for, db):
    area = make.community()
    staff, colleague = make.staff(COMMUNITY_STAFF, area), make.staff(COMMUNITY_STAFF, area)
    admin = make.staff(SYSTEM_ADMIN, area)
    outside = make.person(make.community())
    for person in (staff, colleague, admin, outside):
        enrol(person)
        answer = client_for(staff).post(f"/desk/people/{person.id}/remove-factor")
        assert answer.status_code == 404
        assert db.session.get_one(Person, person.id).has_second_factor
    assert client_for(admin).post(f"/desk/people/{admin.id}/remove-factor").status_code == 404
    assert client_for(admin).post(f"/desk/people/{staff.id}/remove-factor").status_code == 303


def test_nothing_to_take_away_is_said(client_for, staff):
    person = make.person(database.session.get_one(make.Area, staff.area_id))
    assert client_for(staff).post(f"/desk/people/{person.id}/remove-factor").status_code == 409


def test_taking_away_needs_a_fresh_proof(client_for, staff, db):
    person = make.person(database.session.get_one(make.Area, staff.area_id))
    enrol(person)
    client = client_for(staff)
    unconfirm()
    answer = client.post(f"/desk/people/{person.id}/remove-factor")
    assert answer.location.startswith("/confirm")
    assert db.session.get_one(Person, person.id).has_second_factor
