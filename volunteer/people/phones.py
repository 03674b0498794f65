"""Mobile numbers: one stored form (E.164), and the keyed hashes by which they are found (R141)."""

from __future__ import annotations

import phonenumbers
from flask_babel import lazy_gettext as _l
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from volunteer.core import crypto
from volunteer.core.errors import Refused

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
REGION = "CN"


class NotAMobilePhone(Refused):
    sentence = _l("请填一个真实的手机号，例如 13812345678；国外号码请加上 + 和国家代码。")
    status = 422
    field = "phone"


def normalise(text: str) -> str:
    """'138 1234 5678' becomes '+8613812345678'; what is not a mobile number is refused."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise NotAMobilePhone from error
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _MOBILE:
        raise NotAMobilePhone
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def normalised_or_none(text: str) -> str | None:
    try:
        return normalise(text)
    except NotAMobilePhone:
        return None


def phone_hash(phone: str) -> str:
    """The hash of a normalised number."""
    return crypto.look_up_hash("phone", phone)
