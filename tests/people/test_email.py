"""Where reminders go besides the inbox."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.people import service
from volunteer.people.models import Person


def test_an_address_is_kept_encrypted_and_can_be_taken_away(db):
    person = make.person()
    service.set_email(actor=make.actor(person), email=" chen@example.cn ")
    db.session.commit()
    assert db.session.get_one(Person, person.id).email == "chen@example.cn"
    raw = sa.text("SELECT email FROM person WHERE id = :id")
    stored = db.session.execute(raw, {"id": person.id}).scalar_one()
    assert "chen" not in stored
    service.set_email(actor=make.actor(person), email="")
    assert db.session.get_one(Person, person.id).email is None


NO_ADDRESS = ["chen", "a@b", "a b@example.cn", "a@example.cn\nBcc: x@y.cn", "陈@example.cn", "x" * 300]


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_refused_and_what_was_typed_stays(client_for, db, text):
    person = make.person()
    answer = client_for(person).post("/me/email", data={"email": text})
    assert answer.status_code == 422
    assert text[:3] in answer.get_data(as_text=True)
    assert db.session.get_one(Person, person.id).email is None
