"""Codes as they are typed, half minutes, and which addresses have passkeys."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.safety import rules


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456 ", "１２３４５６"])
def test_a_code_may_be_typed_in_many_ways(typed):
    assert rules.plain(typed) == "123456"
    assert rules.is_totp(rules.plain(typed))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "ABCDE-FGHJK", "١٢٣٤٥٦"])
def test_what_is_no_code_of_an_app(typed):
    assert not rules.is_totp(rules.plain(typed))


def test_letters_stand_in_two_groups_on_paper():
    assert rules.grouped("ABCDEFGHJK") == "ABCDE-FGHJK"
    assert rules.plain("abcde-fghjk") == "ABCDEFGHJK"


def test_a_phone_may_be_half_a_minute_off():
    moment = dt.datetime(2026, 11, 21, 2, 0, 15, tzinfo=dt.UTC)
    assert list(rules.steps_around(moment)) == [rules.step_at(moment) + n for n in (-1, 0, 1)]
    assert rules.step_at(moment + dt.timedelta(seconds=30)) == rules.step_at(moment) + 1


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://linli.example", ("linli.example", "https://linli.example")),
        ("https://linli.example:8443/people", ("linli.example", "https://linli.example:8443")),
        ("http://localhost:5000", ("localhost", "http://localhost:5000")),
        ("http://linli.example", None),
        ("http://127.0.0.1:5000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
        ("", None),
    ],
)
def test_passkeys_need_a_name_and_https(address, party):
    found = rules.party(address)
    assert (found and (found.id, found.origin)) == party
