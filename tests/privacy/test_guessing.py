"""Answers that differ for known and unknown are few in a quarter of an hour."""

from __future__ import annotations

from tests import make
from volunteer.acting.views.card import PINS_PER_ADDRESS
from volunteer.core import throttle
from volunteer.privacy.views.rights import CORRECTIONS


def test_nobody_finds_registered_phones_by_correcting_the_own_one(client_for, db):
    mine = client_for(make.person())
    form = {"name": "陈小明", "sex": "", "born_on": "1970-05-04", "phone": "12345"}
    for _time in range(CORRECTIONS):
        assert mine.post("/me/privacy/correct", data=form).status_code == 422
    assert mine.post("/me/privacy/correct", data=form).status_code == 429


def test_whoever_found_many_cards_tries_few_pins(client, db):
    token = make.card(make.person())
    for _time in range(PINS_PER_ADDRESS):
        throttle.count("pin-from", "127.0.0.1", limit=PINS_PER_ADDRESS)
    assert client.post(f"/card/{token}", data={"pin": "482915"}).status_code == 429
    assert client.get(f"/card/{token}").status_code == 200
