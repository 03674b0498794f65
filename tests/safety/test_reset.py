"""Forgotten passwords: nobody learns who is registered; links and slips count once, for a while."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from tests import make
from tests.safety.conftest import PASSWORD, is_signed_in, sign_in, unconfirm
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.jobs import tasks
from volunteer.outbox import dispatch
from volunteer.outbox.models import EMAIL, INBOX, Message
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK, SUBDISTRICT_STAFF, SYSTEM_ADMIN, Person
from volunteer.safety import messages, service
from volunteer.safety.models import ResetRequest, ResetToken

NEW = "boat-9-river"
TWICE = {"new_password": NEW, "again": NEW}


def ask(client, account):
    return client.post("/forgot", data={"account": account})


def mails(db):
    """What goes out, rendered as it is sent."""
    sent: list[str] = []
    tasks.answer_forgotten_passwords()
    from volunteer.jobs.addresses import recipients

    dispatch.send_due(recipients, deliver=lambda message, to: sent.append(f"{to}\n{message.get_content()}"))
    return sent


def link(text):
    return re.search(r"/reset/[A-Za-z0-9_-]+", text)[0]


@pytest.fixture
def person(app):
    return make.person(password=PASSWORD, email="someone@example.org")


@pytest.fixture
def address(client, db, person):
    """The link that a mail brought."""
    ask(client, person.number)
    return link(mails(db)[0])


def test_a_link_sets_a_new_password_and_ends_all_sign_ins(app, client, client_for, db, person):
    theirs = client_for(person)
    assert ask(client, person.number).location == "/forgot/asked"
    (mail,) = mails(db)
    assert mail.startswith("someone@example.org")
    assert client.get(link(mail)).status_code == 200
    assert client.post(link(mail), data=TWICE).location == "/sign-in"
    assert not is_signed_in(theirs)
    assert sign_in(client, person).status_code == 422
    assert sign_in(client, person, NEW).status_code == 303
    assert {"password_reset", "reset_link_sent"} <= set(db.session.scalars(sa.select(AuditEntry.act)))
    assert "password_changed" in set(db.session.scalars(sa.select(Message.kind)))


def test_a_link_counts_once(client, person, address):
    client.post(address, data=TWICE)
    assert "已经用过" in client.get(address).text
    again = client.post(address, data={"new_password": "lake-3-cloud", "again": "lake-3-cloud"})
    assert again.status_code == 422
    assert sign_in(client, person, NEW).status_code == 303


def test_a_link_is_over_after_an_hour(client, person, address):
    with clock.fixed(clock.now() + dt.timedelta(minutes=61)):
        assert client.post(address, data=TWICE).status_code == 422
        assert sign_in(client, person).status_code == 303


def test_an_invented_link_is_over_as_well(client):
    assert "重新申请" in client.get("/reset/abc").text
    assert client.post("/reset/abc", data=TWICE).status_code == 422


@pytest.mark.parametrize(
    ("password", "again"), [("short", "short"), ("12345678", "12345678"), (NEW, "other")]
)
def test_a_bad_password_leaves_the_link_good(client, person, address, password, again):
    answer = client.post(address, data={"new_password": password, "again": again})
    assert answer.status_code == 422
    assert client.post(address, data=TWICE).status_code == 303


def test_the_own_phone_is_no_password(client, person, address):
    phone = person.phone.removeprefix("+86")
    assert client.post(address, data={"new_password": phone, "again": phone}).status_code == 422


def test_the_link_stands_in_the_mail_and_nowhere_else(app, client, db, person, address):
    token = address.removeprefix("/reset/")
    stored = db.session.execute(sa.text("SELECT key, payload FROM message")).all()
    assert token not in str(stored)
    assert token not in str(db.session.scalars(sa.select(ResetToken.token_hash)).all())
    channels = db.session.scalars(sa.select(Message.channel).where(Message.kind == messages.RESET_LINK)).all()
    assert channels == [EMAIL]
    assert INBOX not in channels


@pytest.mark.parametrize("change", [{"status": "disabled"}, {"email": None}])
def test_who_gets_no_mail(client, db, person, change):
    for name, value in change.items():
        setattr(person, name, value)
    db.session.commit()
    ask(client, person.number)
    assert mails(db) == []
    assert db.session.scalars(sa.select(ResetToken)).all() == []


def test_known_and_unknown_accounts_get_the_same_answer_and_one_row(client, db, person):
    known, unknown = ask(client, person.number), ask(client, "V99999999")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    pages = [client.get(answer.location).text for answer in (known, unknown)]
    assert pages[0] == pages[1]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ResetRequest)) == 2
    assert db.session.scalars(sa.select(Message)).all() == []


def test_asking_looks_no_account_up(client, count_statements, person):
    """Known and unknown cost the same statements, none of them about people."""
    costs = []
    for account in (person.number, "V99999999"):
        before = len(count_statements())
        ask(client, account)
        costs.append(count_statements()[before:])
    assert costs[0] == costs[1]
    assert not any("FROM person" in statement for statement in costs[0])


def test_the_account_is_encrypted_and_forgotten_after_a_week(client, db, person):
    ask(client, person.number)
    assert person.number not in str(db.session.execute(sa.text("SELECT account FROM reset_request")).all())
    mails(db)
    with clock.fixed(clock.now() + dt.timedelta(days=8)):
        tasks.forget()
    assert db.session.scalars(sa.select(ResetRequest)).all() == []


def test_the_job_answers_a_request_once(client, db, person):
    ask(client, person.number)
    assert len(mails(db)) == 1
    assert mails(db) == []
    assert tasks.answer_forgotten_passwords() == 0


def test_a_request_from_yesterday_is_not_answered_any_more(client, db, person):
    ask(client, person.number)
    with clock.fixed(clock.now() + dt.timedelta(days=1)):
        assert mails(db) == []


def test_the_mail_speaks_the_persons_language(client, db, person):
    person.language = "en"
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie["language"] = "zh_Hans"
    ask(client, person.number)
    (mail,) = mails(db)
    assert "password" in mail
    assert "密码" not in mail


def test_an_account_cannot_be_flooded(client, db, person):
    for _ in range(5):
        assert ask(client, person.number).status_code == 303
    assert ask(client, person.number).status_code == 429
    assert ask(client, f" {person.number.lower()} ").status_code == 429
    for _ in range(5):
        assert ask(client, "V99999999").status_code == 303
    assert ask(client, "V99999999").status_code == 429


def test_half_a_form_writes_nothing(client, db):
    assert ask(client, "").status_code == 422
    assert db.session.scalars(sa.select(ResetRequest)).all() == []


# A slip from the counter.


@pytest.fixture
def desk(app):
    area = make.community()
    staff = make.staff(COMMUNITY_STAFF, area, password=PASSWORD)
    return staff, make.person(area, password=PASSWORD)


def slip(client, person):
    """Make the slip and read its code."""
    answer = client.post(f"/desk/people/{person.id}/reset-password")
    assert answer.location == f"/desk/people/{person.id}/reset-slip"
    digits = re.search(r'class="code-digits">(.*?)</p>', client.get(answer.location).text, re.DOTALL)[1]
    return re.sub(r"<[^>]*>|\s", "", digits)


def use(client, person, code, **more):
    return client.post("/reset", data={"account": person.number, "slip_code": code, **TWICE, **more})


def test_a_slip_sets_a_new_password_once(client, client_for, db, desk):
    staff, person = desk
    theirs, code = client_for(person), slip(client_for(staff), person)
    assert len(code) == 8
    assert client.get("/reset").status_code == 200
    assert use(client, person, f" {code[:4].lower()} {code[4:].lower()}").location == "/sign-in"
    assert not is_signed_in(theirs)
    assert use(client, person, code).status_code == 422
    assert sign_in(client, person, NEW).status_code == 303
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "reset_code_given")).one()
    assert (entry.actor_id, entry.object_id) == (staff.id, person.id)
    assert "password_reset_code" in set(db.session.scalars(sa.select(Message.kind)))


def test_a_slip_opens_the_lock_that_sent_one_to_the_counter(app, client, client_for, desk):
    staff, person = desk
    for _ in range(app.config["SIGN_IN_ATTEMPTS"] + 1):
        locked = sign_in(client, person, "wrong-password")
    assert locked.status_code == 429
    assert use(client, person, slip(client_for(staff), person)).status_code == 303
    assert sign_in(client, person, NEW).status_code == 303


def test_a_slip_is_over_after_a_day(client, client_for, desk):
    staff, person = desk
    code = slip(client_for(staff), person)
    with clock.fixed(clock.now() + dt.timedelta(hours=25)):
        assert use(client, person, code).status_code == 422


def test_a_newer_slip_replaces_the_older(client, client_for, desk):
    staff, person = desk
    first, second = slip(client_for(staff), person), slip(client_for(staff), person)
    assert use(client, person, first).status_code == 422
    assert use(client, person, second).status_code == 303


def test_a_slip_is_good_for_its_person_only(client, client_for, desk):
    staff, person = desk
    code = slip(client_for(staff), person)
    other = make.person(password=PASSWORD)
    answers = [
        use(client, other, code),
        client.post("/reset", data={"account": "V99999999", "slip_code": code, **TWICE}),
    ]
    texts = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(texts) == 1


def test_a_slip_is_no_link(client, client_for, desk):
    staff, person = desk
    code = slip(client_for(staff), person)
    assert client.post(f"/reset/{code}", data=TWICE).status_code == 422


def test_codes_cannot_be_tried_without_end(app, client, client_for, desk):
    staff, person = desk
    code = slip(client_for(staff), person)
    for _ in range(app.config["SIGN_IN_ATTEMPTS"]):
        assert use(client, person, "AAAA2222").status_code == 422
    assert use(client, person, code).status_code == 429


def test_the_slip_is_shown_to_who_made_it_for_ten_minutes(client_for, desk):
    staff, person = desk
    client = client_for(staff)
    slip(client, person)
    colleague = make.staff(COMMUNITY_STAFF, database.session.get_one(make.Area, person.area_id))
    assert client_for(colleague).get(f"/desk/people/{person.id}/reset-slip").status_code == 303
    with clock.fixed(clock.now() + dt.timedelta(minutes=11)):
        assert client.get(f"/desk/people/{person.id}/reset-slip").status_code == 303


@pytest.mark.parametrize(
    ("helper", "helped", "may"),
    [
        (COMMUNITY_STAFF, None, True),
        (SUBDISTRICT_STAFF, None, True),
        (SYSTEM_ADMIN, None, True),
        (COUNTER_CLERK, None, False),
        (COMMUNITY_STAFF, COUNTER_CLERK, True),
        (COMMUNITY_STAFF, COMMUNITY_STAFF, False),
        (COMMUNITY_STAFF, SUBDISTRICT_STAFF, False),
        (SUBDISTRICT_STAFF, COMMUNITY_STAFF, True),
        (SUBDISTRICT_STAFF, SYSTEM_ADMIN, False),
        (SYSTEM_ADMIN, SYSTEM_ADMIN, True),
    ],
)
def test_who_helps_whom(client_for, db, helper, helped, may):
    area = make.subdistrict()
    staff = make.staff(helper, area)
    person = make.staff(helped, area) if helped else make.person(area)
    answer = client_for(staff).post(f"/desk/people/{person.id}/reset-password")
    assert answer.status_code == (303 if may else 404)
    assert (db.session.scalar(sa.select(ResetToken.person_id)) is not None) is may


def test_nobody_helps_oneself_or_a_neighbourhood_away(client_for, db, desk):
    staff, person = desk
    stranger = make.staff(COMMUNITY_STAFF, make.community())
    for helper, helped in ((staff, staff), (stranger, person), (person, staff)):
        answer = client_for(helper).post(f"/desk/people/{helped.id}/reset-password")
        assert answer.status_code == 404
    assert client_for(staff).post(f"/desk/people/{10**12}/reset-password").status_code == 404
    assert db.session.scalars(sa.select(ResetToken)).all() == []


def test_a_disabled_person_gets_no_slip(client_for, db, desk):
    staff, person = desk
    db.session.get_one(Person, person.id).status = "disabled"
    db.session.commit()
    assert client_for(staff).post(f"/desk/people/{person.id}/reset-password").status_code == 409


def test_a_slip_needs_a_fresh_proof(client_for, db, desk):
    staff, person = desk
    client = client_for(staff)
    unconfirm()
    answer = client.post(f"/desk/people/{person.id}/reset-password")
    assert answer.location.startswith("/confirm")
    assert db.session.scalars(sa.select(ResetToken)).all() == []


def test_a_link_does_not_go_round_the_second_factor(client, db, person, address):
    from tests.safety.conftest import enrol

    enrol(person)
    client.post(address, data=TWICE)
    assert sign_in(client, person, NEW).location == "/sign-in/second-step"
    assert not is_signed_in(client)


def test_of_two_uses_at_once_one_counts(db, client, person, address):
    token = address.removeprefix("/reset/")
    service.set_by_link(token=token, password_hash="one")
    with pytest.raises(service.LinkIsOver):
        service.set_by_link(token=token, password_hash="two")
    assert db.session.get_one(Person, person.id).password_hash == "one"
