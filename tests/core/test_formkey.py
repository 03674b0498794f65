"""A form that is sent twice has one effect and one answer."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask, redirect, request

from tests import make
from volunteer.core import crypto, formkey
from volunteer.core.errors import Refused
from volunteer.people.models import NumberSeries


@pytest.fixture(scope="session")
def counting(application: Flask) -> Flask:
    """The application with a page that counts, one that refuses and one that answers 422."""
    from volunteer.core.database import db

    def count() -> object:
        db.session.execute(sa.update(NumberSeries).values(next_number=NumberSeries.next_number + 1))
        if request.form.get("refuse"):
            raise Refused
        if request.form.get("wrong"):
            return "no", 422
        return redirect("/counted", 303)

    if "count" not in application.view_functions:
        application._got_first_request = False
        application.add_url_rule("/test/count", "count", count, methods=["POST"])
    return application


@pytest.fixture
def total(db, counting):
    db.session.add(NumberSeries(kind="test", next_number=0))
    db.session.commit()

    def ask() -> int:
        return int(db.session.scalar(sa.select(NumberSeries.next_number)))

    return ask


def test_the_same_form_twice_counts_once_and_answers_the_same(client, total):
    key = crypto.token()
    answers = [client.post("/test/count", data={"form_key": key, "a": "1"}) for _ in range(3)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/counted")] * 3
    assert total() == 1


def test_another_body_under_the_same_key_is_refused(client, total):
    key = crypto.token()
    client.post("/test/count", data={"form_key": key, "a": "1"})
    assert client.post("/test/count", data={"form_key": key, "a": "2"}).status_code == 409
    assert total() == 1


def test_another_person_cannot_reuse_a_key(client, client_for, total):
    key = crypto.token()
    client.post("/test/count", data={"form_key": key})
    someone = client_for(make.person())
    assert someone.post("/test/count", data={"form_key": key}).status_code == 409
    assert total() == 1


@pytest.mark.parametrize("failing", [{"refuse": "1"}, {"wrong": "1"}])
def test_a_failed_attempt_leaves_nothing_and_frees_its_key(client, total, failing):
    key = crypto.token()
    assert client.post("/test/count", data={"form_key": key, **failing}).status_code in {409, 422}
    assert total() == 0
    assert client.post("/test/count", data={"form_key": key}).status_code == 303
    assert total() == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 500, "a" * 22 + "\x00", "你" * 22])
def test_a_form_without_a_proper_key_is_a_bad_request(client, total, key):
    assert client.post("/test/count", data={"form_key": key}).status_code == 400
    assert total() == 0


def test_the_button_of_a_list_completes_the_key_of_the_form_around_it(client, total):
    key = crypto.token()
    for suffix in (".1", ".2", ".2"):
        answer = client.post("/test/count", data={"form_key": [key, suffix]})
        assert answer.status_code == 303
    assert total() == 2


def test_forms_of_one_page_have_their_own_keys(app):
    with app.test_request_context():
        first, second = formkey.new_key(1), formkey.new_key(2)
    assert first != second
    assert first.split(".")[0] == second.split(".")[0]
