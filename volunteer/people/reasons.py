"""Reasons that staff give. They stay in the audit log, so nothing that names a person may stand in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import inputs
from volunteer.core.database import db
from volunteer.core.errors import Refused
from volunteer.people.models import Guardian, Person

LONGEST = 200
OTHER = "other"
REVEAL: dict[str, Any] = {  # usual reasons to look at full values
    "counter": _l("本人在柜台办事，要核对"),
    "contact": _l("要联系本人，活动、心愿或回访"),
    "check": _l("核对或更正登记的信息"),
    "emergency": _l("紧急情况"),
    OTHER: _l("其他，写在下面"),
}
_NUMBERS = re.compile(  # phones and documents, however they are grouped; days and volunteer numbers may stand
    r"(?<![Vv0-9])[0-9]{8,}"
    r"|(?<![0-9])1[3-9][0-9](?:[\s.-]*[0-9]){8}(?![0-9])"
    r"|(?<![0-9])0[0-9]{2,3}[\s.-]+[0-9]{3,4}[\s.-]*[0-9]{4}(?![0-9])"
    r"|(?<![0-9])[0-9]{6}[\s.-]+(?:18|19|20)[0-9]{2}[\s.-]*[0-9]{4}[\s.-]*[0-9]{3}[0-9Xx]"
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fb\u00b7_/*"), "-")


class ReasonNeeded(Refused):
    sentence = _l("请写明原因。")
    status = 422
    field = "reason"


class ReasonTooLong(Refused):
    sentence = _l("原因请写短一些，最多 200 个字。")
    status = 422
    field = "reason"


class NumberInReason(Refused):
    sentence = _l("这句话会留很久，请不要写电话号码和证件号。")
    status = 422
    field = "reason"


def check(text: str, *, about: Iterable[int] = ()) -> str:
    """The reason, cleaned; an empty or long one or one with somebody's number is refused.

    What names the people whom it is `about` becomes stars.
    """
    text = inputs.clean(text)
    if not text:
        raise ReasonNeeded
    if len(text) > LONGEST:
        raise ReasonTooLong
    refuse_numbers(text)
    return without_names(text, about)


def refuse_numbers(text: str) -> None:
    """Also one written with spaces, dashes or full-width digits."""
    if _NUMBERS.search(unicodedata.normalize("NFKC", text).translate(_DASHES)):
        raise NumberInReason


def without_names(text: str, person_ids: Iterable[int]) -> str:
    """The text with whatever is known of these people and their guardians replaced by stars."""
    ids = list(person_ids)
    if not ids:
        return text
    known: list[str | None] = []
    for person in db.session.scalars(sa.select(Person).where(Person.id.in_(ids))):
        known += [person.name, _dialled(person.phone), person.document, person.email, person.address]
        known.append(person.school)
    for guardian in db.session.scalars(sa.select(Guardian).where(Guardian.ward_id.in_(ids))):
        known += [guardian.name, _dialled(guardian.phone)]
    for value in sorted(filter(None, known), key=len, reverse=True):
        text = text.replace(value, "***")
    return text


def _dialled(phone: str | None) -> str:
    return (phone or "").removeprefix("+86")
