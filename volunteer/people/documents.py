"""Identity documents: their kinds, how their numbers look, and what a number says about its owner (R001, R005)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.core import crypto
from volunteer.core.errors import Refused

ID_CARD, PASSPORT, RESIDENCE_PERMIT = "id_card", "passport", "residence_permit"
HONG_KONG_MACAU, TAIWAN, COMPATRIOT_RESIDENCE = "hk_macau_permit", "taiwan_permit", "compatriot_residence"
KINDS: dict[str, Any] = {
    ID_CARD: _l("居民身份证"),
    HONG_KONG_MACAU: _l("港澳居民来往内地通行证"),
    TAIWAN: _l("台湾居民来往大陆通行证"),
    COMPATRIOT_RESIDENCE: _l("港澳台居民居住证"),
    RESIDENCE_PERMIT: _l("外国人永久居留身份证"),
    PASSPORT: _l("护照"),
}
FEMALE, MALE = "female", "male"
SEXES: dict[str, Any] = {FEMALE: _l("女"), MALE: _l("男")}
LONGEST = 30  # as typed, with spaces

_CITIZEN_NUMBER = re.compile(r"[0-9]{17}[0-9X]\Z", re.ASCII)
# Only how the numbers of these papers look; there is no check digit to compare.
_SHAPES = {
    PASSPORT: re.compile(r"(?=.*[0-9])[A-Z0-9]{5,15}\Z", re.ASCII),
    HONG_KONG_MACAU: re.compile(r"[HM][0-9]{8}([0-9]{2})?\Z", re.ASCII),
    TAIWAN: re.compile(r"[0-9]{8}([0-9]{2})?\Z", re.ASCII),
    RESIDENCE_PERMIT: re.compile(r"[A-Z]{3}[0-9]{12}\Z", re.ASCII),  # those given out before 2023
}
_SEPARATORS = re.compile(r"[\s\-–—.·]")


class NotADocumentNumber(Refused):
    sentence = _l("这个证件号码不像真的。请照着证件，一位一位再输一遍。")
    status = 422
    field = "document"


class NotAnIdCard(NotADocumentNumber):
    """R005."""

    sentence = _l("身份证号是 18 位，前 17 位是数字，最后一位是数字或 X。请照着证件再输一遍。")


class WrongCheckDigit(NotADocumentNumber):
    """R005."""

    sentence = _l("身份证号里有一位输错了。请照着证件，一位一位再输一遍。")


class UnknownKind(Refused):
    sentence = _l("请从列出的证件里选一种。")
    status = 422
    field = "document_kind"


class DocumentDisagrees(Refused):
    """R005: the number says something else than what was typed."""

    status = 422


class BirthDateDisagrees(DocumentDisagrees):
    sentence = _l("证件号码里的出生日期和登记的出生日期不一样。请看看是哪一个写错了。")
    field = "born_on"


class SexDisagrees(DocumentDisagrees):
    sentence = _l("证件号码里的性别和登记的性别不一样。请看看是哪一个写错了。")
    field = "sex"


@dataclass(frozen=True)
class Document:
    """A kind and the number in its stored form; what the number says about its owner, where it says so."""

    kind: str
    number: str
    born_on: dt.date | None = None
    sex: str | None = None

    @property
    def hash(self) -> str:
        """Over kind and number: by it a second registration with the same paper is found (R004)."""
        return crypto.look_up_hash("document", f"{self.kind}:{self.number}")


def read(kind: str, text: str) -> Document:
    """The document as it is stored, from the number as people type it; what cannot be one is refused."""
    if kind not in KINDS:
        raise UnknownKind
    number = compact(text)
    if kind == ID_CARD and len(number) != 18:
        raise NotAnIdCard
    if kind in (ID_CARD, COMPATRIOT_RESIDENCE) or (kind == RESIDENCE_PERMIT and len(number) == 18):
        return _citizen_number(kind, number)
    if not _SHAPES[kind].match(number):
        raise NotADocumentNumber
    return Document(kind, number)


def agree(document: Document, *, born_on: dt.date, sex: str | None) -> str | None:
    """Refuse when the number speaks of another birth date or sex (R005); the sex, from whoever knows it."""
    if document.born_on is not None and document.born_on != born_on:
        raise BirthDateDisagrees
    if document.sex is not None and sex is not None and document.sex != sex:
        raise SexDisagrees
    return sex or document.sex


def known_sex(code: str) -> str:
    if code not in SEXES:
        raise UnknownKind
    return code


def compact(text: str) -> str:
    """Without spaces and dashes, wide digits made narrow, in capitals."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _citizen_number(kind: str, number: str) -> Document:
    """GB 11643: place, birth date, order (odd for men), check digit. Whether the place exists is not asked."""
    from stdnum.cn import ric  # with its table of places in memory only where a number is looked at
    from stdnum.exceptions import ValidationError

    if not _CITIZEN_NUMBER.match(number):
        raise NotAnIdCard if kind == ID_CARD else NotADocumentNumber
    if ric.calc_check_digit(number) != number[-1]:
        raise WrongCheckDigit
    try:
        born_on = ric.get_birth_date(number)
    except ValidationError as error:
        raise NotADocumentNumber from error
    return Document(kind, number, born_on, MALE if int(number[16]) % 2 else FEMALE)
