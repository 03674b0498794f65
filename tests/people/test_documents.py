"""Identity documents: what a number must look like, what it says, and how it is shown (R001, R005, R142)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import formats
from volunteer.people import documents
from volunteer.people.documents import FEMALE, ID_CARD, MALE

BORN = dt.date(1949, 12, 31)
SAMPLE = "11010519491231002X"  # from the standard GB 11643 itself; belongs to nobody


def id_card(born_on=BORN, order=2, place="110105"):
    """A made-up number with the right check digit, reckoned here by the standard's weights."""
    body = f"{place}{born_on:%Y%m%d}{order:03d}"
    total = sum(int(digit) * pow(2, 17 - place_, 11) for place_, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


def test_an_id_card_tells_birth_date_and_sex():
    assert id_card() == SAMPLE
    document = documents.read(ID_CARD, SAMPLE)
    assert (document.number, document.born_on, document.sex) == (SAMPLE, BORN, FEMALE)
    assert documents.read(ID_CARD, id_card(order=3)).sex == MALE


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_one_number_has_one_stored_form_and_one_hash(text):
    document = documents.read(ID_CARD, text)
    assert document.number == SAMPLE
    assert document.hash == documents.read(ID_CARD, SAMPLE).hash


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.integers(1, 999))
def test_every_birth_date_is_read_back_29_february_too(born_on, order):
    document = documents.read(ID_CARD, id_card(born_on, order))
    assert (document.born_on, document.sex) == (born_on, MALE if order % 2 else FEMALE)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born_on, place, more):
    number = id_card(born_on)
    digit = "10" if number[place] == "X" else number[place]
    wrong = number[:place] + str((int(digit) + more) % 10) + number[place + 1 :]
    if wrong == number:
        return
    with pytest.raises(documents.NotADocumentNumber):
        documents.read(ID_CARD, wrong)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", documents.NotAnIdCard),
        ("110105491231002", documents.NotAnIdCard),  # the 15 digits of long ago
        ("11010519491231002Y", documents.NotAnIdCard),
        ("X1010519491231002X", documents.NotAnIdCard),
        ("110105194912310021", documents.WrongCheckDigit),
        ("110105194913310024", documents.NotADocumentNumber),  # a thirteenth month
        ("110105202702290027", documents.NotADocumentNumber),  # no such 29 February
    ],
)
def test_what_is_no_id_card_is_refused(text, refusal):
    with pytest.raises(refusal):
        documents.read(ID_CARD, text)


def test_an_impossible_date_is_refused_even_with_the_right_check_digit():
    body = "11010520270229002"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    with pytest.raises(documents.NotADocumentNumber):
        documents.read(ID_CARD, body + "10X98765432"[total % 11])


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("passport", " e 1234-5678 ", "E12345678"),
        ("passport", "DEMO000123", "DEMO000123"),
        ("hk_macau_permit", "h12345678", "H12345678"),
        ("hk_macau_permit", "M1234567801", "M1234567801"),
        ("taiwan_permit", "12345678", "12345678"),
        ("residence_permit", "usa110099010101", "USA110099010101"),
        ("residence_permit", id_card(place="911123"), id_card(place="911123")),
        ("compatriot_residence", id_card(place="810000"), id_card(place="810000")),
    ],
)
def test_other_papers_are_taken_when_they_look_like_one(kind, text, number):
    assert documents.read(kind, text).number == number


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("passport", "ABCDEF"),
        ("passport", "1"),
        ("passport", "E1234567812345678"),
        ("passport", "护照12345"),
        ("hk_macau_permit", "12345678"),
        ("taiwan_permit", "1234567"),
        ("residence_permit", "USA11009901010"),
        ("compatriot_residence", "810000199012310021"),
    ],
)
def test_other_papers_are_refused_when_they_look_like_none(kind, text):
    with pytest.raises(documents.NotADocumentNumber):
        documents.read(kind, text)


@pytest.mark.parametrize("kind", ["", "driving_licence", "id_card "])
def test_a_kind_that_is_not_listed_is_refused(kind):
    with pytest.raises(documents.UnknownKind):
        documents.read(kind, SAMPLE)


def test_birth_date_and_sex_must_agree_with_the_number():
    document = documents.read(ID_CARD, SAMPLE)
    assert documents.agree(document, born_on=BORN, sex=FEMALE) == FEMALE
    assert documents.agree(document, born_on=BORN, sex=None) == FEMALE  # the number knows it
    with pytest.raises(documents.BirthDateDisagrees) as refusal:
        documents.agree(document, born_on=dt.date(1949, 12, 30), sex=FEMALE)
    assert refusal.value.field == "born_on"
    with pytest.raises(documents.SexDisagrees) as refusal:
        documents.agree(document, born_on=BORN, sex=MALE)
    assert refusal.value.field == "sex"


def test_a_passport_agrees_with_everybody():
    document = documents.read("passport", "E12345678")
    assert documents.agree(document, born_on=BORN, sex=None) is None
    assert documents.agree(document, born_on=BORN, sex=MALE) == MALE


def test_kinds_with_the_same_number_have_different_hashes():
    hashes = {documents.read(kind, "12345678").hash for kind in ("passport", "taiwan_permit")}
    assert len(hashes) == 2


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("440308199001011234", "440308********1234"),
        (SAMPLE, "110105********002X"),
        ("E12345678", "E1****78"),
        ("1234", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_lists_show_the_ends_of_a_number(number, masked):
    assert formats.masked_document(number) == masked
