"""Names, ages, skills and free time: choices and arithmetic on plain values."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused

# Of templates/people/notice_text.html: a change of meaning needs a new one, with its news (notice_news.html).
NOTICE_VERSION = "2026-12.3"
PRIVACY, GUARDIAN = "privacy", "guardian"  # kinds of consent

GUARDIAN_UNDER = 14
ADULT_FROM = 18
OLDEST = 120
OLDEST_CONSENT = dt.timedelta(days=366)

SKILLS: dict[str, Any] = {
    "haircut": _l("理发"),
    "repair": _l("修家电、换灯泡"),
    "medical": _l("看病护理、量血压"),
    "tutoring": _l("辅导功课"),
    "computer": _l("教用手机和电脑"),
    "driving": _l("开车接送"),
    "cooking": _l("做饭送餐"),
    "company": _l("陪老人聊天"),
    "cleaning": _l("打扫卫生"),
    "music": _l("唱歌跳舞、乐器"),
    "legal": _l("法律咨询"),
    "psychology": _l("心理疏导"),
    "photography": _l("拍照摄像"),
    "writing": _l("写字写作、代写书信"),
    "sewing": _l("缝补衣物"),
    "translation": _l("翻译、手语"),
}
PARTS: dict[str, Any] = {"morning": _l("上午"), "afternoon": _l("下午"), "evening": _l("晚上")}
SELF, IN_PERSON, ON_PAPER, IMPORTED = "self", "in_person", "on_paper", "import"  # ways of consent
COUNTER_WAYS: dict[str, Any] = {IN_PERSON: _l("当面听我念完，口头同意"), ON_PAPER: _l("在纸质同意书上签了字")}
RELATIONS: dict[str, Any] = {
    "parent": _l("父亲或母亲"),
    "grandparent": _l("爷爷奶奶或外公外婆"),
    "other": _l("其他监护人"),
}

_NAME_MARKS = frozenset(" ·•・.'’-‧")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}\Z", re.ASCII)
_NUMBER = re.compile(r"[Vv]?([0-9]{8})\Z", re.ASCII)


class NotAName(Refused):
    sentence = _l("请填真实姓名，可以用汉字或字母，最多 60 个字。")
    status = 422
    field = "name"


class NotABirthDate(Refused):
    sentence = _l("请填真实的出生日期。")
    status = 422
    field = "born_on"


class NotAnEmail(Refused):
    sentence = _l("这个邮箱地址写得不完整，例如 chen@example.cn。")
    status = 422
    field = "email"


class GuardianNeeded(Refused):
    """R007."""

    sentence = _l("未满 14 周岁需要监护人同意，请和监护人一起带上证件，到社区服务台登记。")
    status = 422
    field = "born_on"


class PhoneNeeded(Refused):
    """One signs in with it; a child's number is told at the counter, with the guardian there."""

    sentence = _l("请填写手机号，以后用它登录。没有手机的，请到社区服务台登记。")
    status = 422
    field = "phone"


class NotAConsentDate(Refused):
    """R006."""

    sentence = _l("同意的日期要在今天或以前，也不会早于一年。")
    status = 422
    field = "consent_on"


class UnknownChoice(Refused):
    sentence = _l("请从列出的选项里选。")
    status = 422


def name(text: str) -> str:
    """A name with at least one letter of any script; signs, pictures and invisible characters are refused."""
    if not 1 <= len(text) <= 60 or not any(character.isalpha() for character in text):
        raise NotAName
    if any(unicodedata.category(c)[0] not in "LMN" and c not in _NAME_MARKS for c in text):
        raise NotAName
    return text


def email(text: str) -> str:
    """A plausible address in ASCII, without anything that could forge a mail's header; empty is none."""
    text = text.strip()
    if text and (len(text) > 254 or not _EMAIL.match(text)):
        raise NotAnEmail
    return text


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Whole years; who was born on 29 February has the birthday on 1 March in a common year."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def birth_date(born_on: dt.date, today: dt.date) -> dt.date:
    """A birth date somebody alive can have."""
    if born_on > today or age_on(born_on, today) > OLDEST:
        raise NotABirthDate
    return born_on


def needs_guardian(born_on: dt.date, today: dt.date) -> bool:
    """R007: below 14 nobody is registered without a guardian's consent."""
    return age_on(born_on, today) < GUARDIAN_UNDER


def born_by(today: dt.date, years: int) -> dt.date:
    """The latest birth date of who is so old today."""
    is_leap_day = (today.month, today.day) == (2, 29)
    return dt.date(today.year - years, today.month, 28 if is_leap_day else today.day)


def is_minor(born_on: dt.date, today: dt.date) -> bool:
    """Below 18: no sign-up before a guardian's consent (R008), never for what is dangerous (R009)."""
    return age_on(born_on, today) < ADULT_FROM


def consent_date(day: dt.date, today: dt.date) -> dt.date:
    """R006: when consent was given; a paper older than a year is asked for anew."""
    if not today - OLDEST_CONSENT <= day <= today:
        raise NotAConsentDate
    return day


def volunteer_number(n: int) -> str:
    """R003: a running number that says nothing about the person."""
    return f"V{n:08d}"


def as_volunteer_number(text: str) -> str | None:
    """'v00000012' or '00000012' as typed at a counter, in its stored form; anything else is None."""
    match = _NUMBER.match(text.strip())
    return f"V{match[1]}" if match else None


def skills(codes: list[str]) -> list[str]:
    return _known(codes, SKILLS)


def slots(pairs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Parts of the week, each a weekday (0 is Monday) and a part of the day, without repeats."""
    if any(weekday not in range(7) or part not in PARTS for weekday, part in pairs):
        raise UnknownChoice
    return sorted(set(pairs))


def relation(code: str) -> str:
    return _known([code], RELATIONS)[0]


def counter_way(code: str) -> str:
    return _known([code], COUNTER_WAYS)[0]


def _known(codes: list[str], table: dict[str, Any]) -> list[str]:
    if any(code not in table for code in codes):
        raise UnknownChoice
    return sorted(set(codes))
