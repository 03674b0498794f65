"""Names, ages, phones, passwords: rules on plain values."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.people import passwords, phones, rules


@pytest.mark.parametrize(
    "name", ["陈小明", "欧阳娜娜", "Anna-Maria O'Neil", "阿依古丽·买买提", "José", "李", "王2"]
)
def test_names_of_all_scripts_are_taken(name):
    assert rules.name(name) == name


@pytest.mark.parametrize(
    "name", ["", "12345", "-", "·", "陈" * 61, "陈😀", "<b>陈</b>", "陈\u200b明", "陈\u202e明", "陈/明"]
)
def test_what_is_no_name_is_refused(name):
    with pytest.raises(rules.NotAName):
        rules.name(name)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2012-11-21", "2026-11-20", 13),
        ("2012-11-21", "2026-11-21", 14),
        ("2012-02-29", "2026-02-28", 13),
        ("2012-02-29", "2026-03-01", 14),
        ("2012-02-29", "2028-02-28", 15),
        ("2012-02-29", "2028-02-29", 16),
        ("1950-01-01", "2026-01-01", 76),
    ],
)
def test_age_counts_birthdays(born, day, age):
    assert rules.age_on(dt.date.fromisoformat(born), dt.date.fromisoformat(day)) == age


def test_below_fourteen_needs_a_guardian():
    today = dt.date(2026, 11, 21)
    assert rules.needs_guardian(dt.date(2012, 11, 22), today)
    assert not rules.needs_guardian(dt.date(2012, 11, 21), today)


@pytest.mark.parametrize("born", ["2026-11-22", "1900-01-01"])
def test_a_birth_date_is_one_of_somebody_alive(born):
    with pytest.raises(rules.NotABirthDate):
        rules.birth_date(dt.date.fromisoformat(born), dt.date(2026, 11, 21))


def test_a_volunteer_number_has_eight_digits_and_is_read_back():
    assert rules.volunteer_number(12) == "V00000012"
    assert rules.as_volunteer_number(" v00000012 ") == "V00000012"
    assert rules.as_volunteer_number("00000012") == "V00000012"
    assert rules.as_volunteer_number("13812345678") is None


def test_only_listed_skills_and_parts_of_the_week_are_taken():
    assert rules.skills(["repair", "haircut", "repair"]) == ["haircut", "repair"]
    assert rules.slots([(6, "evening"), (0, "morning"), (0, "morning")]) == [(0, "morning"), (6, "evening")]
    with pytest.raises(rules.UnknownChoice):
        rules.skills(["flying"])
    for pair in [(7, "morning"), (-1, "morning"), (0, "night")]:
        with pytest.raises(rules.UnknownChoice):
            rules.slots([pair])


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "１３８１２３４５６７８",
        "+8613812345678",
        "008613812345678",
    ],
)
def test_one_phone_has_one_stored_form(text):
    assert phones.normalise(text) == "+8613812345678"


def test_a_mobile_phone_from_abroad_is_taken():
    assert phones.normalise("+852 9123 4567") == "+85291234567"


@pytest.mark.parametrize("text", ["", "abc", "1381234567", "0731 8888 8888", "110", "+86", "9" * 300])
def test_what_is_no_mobile_phone_is_refused(text):
    with pytest.raises(phones.NotAMobilePhone):
        phones.normalise(text)


ME = {
    "name": "Chen Xiaoming",
    "phone": "+8613912345678",
    "number": "V00000012",
    "born_on": dt.date(1970, 5, 4),
}


@pytest.mark.parametrize("password", ["紫荆花 开在岳麓山", "tree-7-lamp-boat", "liyuhe1953x"])
def test_a_password_nobody_guesses_is_taken(password):
    assert passwords.check(password, **ME) == password


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("a7-k2p", passwords.PasswordTooShort),
        ("x" * 129, passwords.PasswordTooLong),
        ("tree\u0000lamp-boat", passwords.PasswordTooLong),
        ("123456789", passwords.PasswordTooCommon),
        ("woaini1314", passwords.PasswordTooCommon),
        ("Password123", passwords.PasswordTooCommon),
        ("ｐａｓｓｗｏｒｄ１２３", passwords.PasswordTooCommon),
        ("88888888", passwords.PasswordTooCommon),
        ("5201314520", passwords.PasswordTooCommon),
        ("hgfedcba", passwords.PasswordTooCommon),
        ("qwerty123", passwords.PasswordTooCommon),
        ("13912345678", passwords.PasswordIsPersonal),
        ("+8613912345678", passwords.PasswordIsPersonal),
        ("chenxiaoming", passwords.PasswordIsPersonal),
        ("v00000012", passwords.PasswordIsPersonal),
        ("19700504", passwords.PasswordIsPersonal),
    ],
)
def test_a_password_others_guess_is_refused(password, refusal):
    with pytest.raises(refusal):
        passwords.check(password, **ME)


def test_the_list_of_common_passwords_is_long_and_holds_none_that_is_too_short():
    assert len(passwords.common()) > 3000
    assert min(map(len, passwords.common())) >= passwords.SHORTEST
