"""Registering oneself answers the same, byte for byte, for a phone that is known and one that is not (R004)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.outbox.models import Message
from volunteer.people.models import Person

KNOWN, UNKNOWN = "13812345678", "13812345679"
ADULT, CHILD = "1970-05-04", "2016-01-01"
PASSWORD = "tree-7-lamp"


def form(area, phone, born_on):
    return {
        "name": "陈小明", "phone": phone, "password": PASSWORD, "area": area.id, "born_on": born_on,
        "sex": "", "consent": "y",
    }  # fmt: skip


def answers_of(app, area, phone, born_on):
    """What a fresh browser gets to see: the answer to the form, and the page it leads to."""
    client = app.test_client()
    answer = client.post("/register", data=form(area, phone, born_on))
    page = client.get(answer.location)
    return [as_seen(one, phone) for one in (answer, page)]


def as_seen(answer, phone):
    """Status, headers and text, with what is random in both or was typed taken out."""
    headers = [(name, tokenless(value)) for name, value in answer.headers if name != "Content-Length"]
    return answer.status_code, sorted(headers), tokenless(answer.text).replace(phone, "PHONE")


def tokenless(text):
    text = re.sub(r"linli=[^;]+", "linli=COOKIE", text)
    text = re.sub(r"/registrations/[\w-]{22}", "/registrations/TOKEN", text)
    text = re.sub(r"<dt>回执号</dt><dd>[0-9]+</dd>", "<dt>回执号</dt>", text)  # one goes on counting for both
    return re.sub(r'name="(csrf_token|form_key)" value="[^"]*"', r'name="\1"', text)


@pytest.mark.parametrize("born_on", [ADULT, CHILD])
def test_a_known_phone_gets_the_answer_of_an_unknown_one(app, db, born_on):
    area = make.community()
    owner = make.person(area, phone=f"+86{KNOWN}", name="欧阳娜娜")
    unknown = answers_of(app, area, UNKNOWN, born_on)
    known = answers_of(app, area, KNOWN, born_on)
    assert known == unknown
    assert known[0][0] == 303
    assert known[1][0] == 200
    db.session.refresh(owner)
    assert (owner.name, owner.password_hash) == ("欧阳娜娜", None)
    told = db.session.scalars(sa.select(Message.kind).where(Message.person_id == owner.id)).all()
    assert told == ["registered_again"]


def test_control_an_answer_that_tells_is_found_out(app, db):
    """With another sentence for known phones the comparison fails."""
    area = make.community()
    one = answers_of(app, area, UNKNOWN, ADULT)
    other = answers_of(app, area, "13812345670", CHILD)
    assert one != other


@pytest.mark.parametrize("status", ["waiting", "disabled", "closed"])
def test_it_is_the_same_whatever_became_of_the_owner(app, db, status):
    area = make.community()
    make.person(area, phone=f"+86{KNOWN}", status=status)
    assert answers_of(app, area, KNOWN, ADULT) == answers_of(app, area, UNKNOWN, ADULT)


def test_the_owner_of_the_phone_keeps_the_own_password(app, db):
    area = make.community()
    owner = make.person(area, phone=f"+86{KNOWN}", password="boat-9-river")
    client = app.test_client()
    client.post("/register", data=form(area, KNOWN, ADULT))
    data = {"account": KNOWN}
    assert client.post("/sign-in", data=data | {"password": PASSWORD}).status_code == 422
    assert client.post("/sign-in", data=data | {"password": "boat-9-river"}).status_code == 303
    assert client.get("/me").text.count(owner.number[1:5]) >= 1


def test_what_is_wrong_in_the_form_is_said_alike(app, db):
    area = make.community()
    make.person(area, phone=f"+86{KNOWN}")
    pages = []
    for phone in (KNOWN, UNKNOWN):
        answer = app.test_client().post("/register", data=form(area, phone, ADULT) | {"password": phone})
        pages.append(as_seen(answer, phone))
    assert pages[0] == pages[1]
    assert pages[0][0] == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_who_registers_a_neighbour_on_the_own_phone_is_not_taken_for_the_neighbour(client_for, db):
    area = make.community()
    helper = make.person(area, name="王嘉杰", elder_mode=True)
    browser = client_for(helper)
    assert "您在替别人登记" in browser.get("/register").text
    answer = browser.post("/register", data=form(area, UNKNOWN, ADULT), follow_redirects=True)
    assert "登记收到了。请对方用自己的手机号" in answer.text
    assert helper.number not in answer.text
    newcomer = db.session.scalars(sa.select(Person).order_by(Person.id.desc())).first()
    assert newcomer.elder_mode is False
