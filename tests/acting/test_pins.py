"""PINs are made by the system, hashed, and tried five times at most."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import make
from volunteer.core import clock
from volunteer.core.errors import TooManyAttempts
from volunteer.people import pins

PIN, WRONG = "480257", "480258"


@pytest.mark.parametrize(
    "pin", ["111111", "121212", "112233", "123456", "654321", "975319", "123123", "482482", "482284"]
)
def test_what_somebody_would_try_first_is_trivial(pin: str) -> None:
    assert pins.is_trivial(pin)


def test_a_new_pin_has_six_digits_and_is_not_trivial() -> None:
    made = {pins.new_pin() for _time in range(200)}
    assert len(made) > 190
    assert all(len(pin) == 6 and pin.isdigit() and not pins.is_trivial(pin) for pin in made)


def test_only_a_hash_is_kept_and_the_same_pin_gives_another(db: object) -> None:
    assert PIN not in pins.hash_pin(PIN)
    assert pins.hash_pin(PIN) != pins.hash_pin(PIN)


@pytest.mark.parametrize("typed", [PIN, " 480 257 ", "480-257", "４８０２５７"])
def test_the_right_pin_however_it_is_typed(db: object, typed: str) -> None:
    person = make.person(pin_hash=pins.hash_pin(PIN))
    assert pins.check(person_id=person.id, pin=typed).person_id == person.id


@pytest.mark.parametrize("typed", ["", WRONG, "48025", "4802570", "x" * 5000])
def test_a_wrong_pin(db: object, typed: str) -> None:
    person = make.person(pin_hash=pins.hash_pin(PIN))
    with pytest.raises(pins.WrongPin):
        pins.check(person_id=person.id, pin=typed)


def test_who_has_none_and_who_is_closed_are_answered_like_a_wrong_pin(db: object) -> None:
    closed = make.person(pin_hash=pins.hash_pin(PIN), status="closed")
    for person_id in (make.person().id, closed.id, 10**9):
        with pytest.raises(pins.WrongPin):
            pins.check(person_id=person_id, pin=PIN)


def test_after_five_wrong_ones_even_the_right_one_waits_a_quarter_of_an_hour(db: object) -> None:
    person, other = (make.person(pin_hash=pins.hash_pin(PIN)) for _one in range(2))
    for _time in range(3):
        pins.check(person_id=person.id, pin=PIN)  # right ones are not counted
    for _time in range(pins.ATTEMPTS):
        with pytest.raises(pins.WrongPin):
            pins.check(person_id=person.id, pin=WRONG)
    with pytest.raises(TooManyAttempts):
        pins.check(person_id=person.id, pin=PIN)
    assert pins.check(person_id=other.id, pin=PIN)
    with clock.fixed(clock.now() + dt.timedelta(minutes=15)):
        assert pins.check(person_id=person.id, pin=PIN)
