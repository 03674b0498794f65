"""What must not stand in a public text: who the wisher is, how to reach them, and their health (R118).

Staff write the public words; this only catches what slips through. It would
rather refuse a harmless word than let a name pass. Plain values only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from volunteer.core.errors import Refused

_HEALTH = re.compile(
    "癌|肿瘤|腫瘤|艾滋|愛滋|HIV|残疾|殘疾|残障|殘障|智障|抑郁|抑鬱|自闭|自閉|精神病|精神分裂|躁郁"
    "|糖尿病|透析|尿毒症|肾病|腎病|高血压|高血壓|心脏病|心臟病|中风|中風|偏瘫|偏癱|瘫痪|癱瘓"
    "|失能|失智|痴呆|癡呆|失明|盲人|聋|聾|哑|啞|白血病|肝炎|乙肝|结核|結核|帕金森|阿尔茨海默"
    "|癫痫|癲癇|化疗|化療|患病|重病|生病|病人|病重|卧病|臥病|住院"
    "|cancer|disabled|disabilit|depress|diabet|dialysis|dementia|autis|paraly|epilep",
    re.IGNORECASE,
)
_TITLES = (
    "奶奶|爷爷|爺爺|婆婆|公公|阿姨|叔叔|伯伯|大爷|大爺|大妈|大媽|大娘|大姐|大哥|大嫂|先生|女士|小姐|同学|同學"
    "|老师|老師|师傅|師傅|老人家|老伯|老太|某"
)
_STREET = re.compile(
    r"[\u4e00-\u9fff]+?(?:大道|胡同|小区|小區|公寓|花园|花園|新村|家园|家園|路|街|巷|弄|苑|园|園|里|村|府|湾|灣|城)"
    r"|[A-Za-z][A-Za-z' ]*?\s(?:Road|Street|Lane|Avenue|Rd|St|Ave)\b"
)
_ADMINISTRATIVE = re.compile(r"街道|社区|社區|省|市|(?<!小)区|(?<!小)區|县|縣|镇|鎮|乡|鄉")
_HOUSE_NUMBER = re.compile(r"\d+\s*(?:号楼|號樓|栋|棟|幢|单元|單元|室(?!内)|弄)|\d+-\d+-\d+")
_IN_ADDRESS = re.compile(r"\d+\s*(?:号|號|座|楼|樓|户|戶|门|門|组|組|层|層)|\d+-\d+|\d{3,}")
_SCHOOL = re.compile(
    r"[\u4e00-\u9fff]{0,5}[^上读讀念在入的个名所学學，。、\s]"
    r"(?:小学|小學|中学|中學|幼儿园|幼兒園)(?!生)"
)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-‐‑–—·.,()（）+]+(?=\d)")
_LONG_NUMBER = re.compile(r"\d{7,}|[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}")


class NamesTheWisher(Refused):
    sentence = _l("公开的文字里不能出现心愿人的姓名，请去掉“%(found)s”。")


class HoldsPhone(Refused):
    sentence = _l("公开的文字里不能有电话、证件这样的号码，请去掉“%(found)s”。")


class HoldsAddress(Refused):
    sentence = _l("公开的文字里不能有住址，请去掉“%(found)s”。")


class NamesSchool(Refused):
    sentence = _l("公开的文字里不能出现学校，请去掉“%(found)s”。")


class SpeaksOfHealth(Refused):
    sentence = _l("公开的文字里不能说健康情况，请去掉“%(found)s”，换一种说法。")


@dataclass(frozen=True)
class Wisher:
    """What must not be recognised; `community` is on the wall anyway and may be named."""

    name: str
    phone: str
    address: str
    community: str = ""


def check(text: str, wisher: Wisher, *, field: str | None = None) -> None:
    """Refuse a text that would give the wisher away; the refusal names what must go."""
    for refusal in faults(text, wisher):
        refusal.field = field
        raise refusal


def faults(text: str, wisher: Wisher) -> Iterator[Refused]:
    """Everything in one text that must not be public, each as its refusal."""
    community = _plain(wisher.community)
    plain = _plain(text).replace(community, " ") if community else _plain(text)
    address = _plain(wisher.address).replace(community, " ") if community else _plain(wisher.address)
    for refusal, found in (
        (NamesTheWisher, _name_in(plain, _plain(wisher.name))),
        (HoldsPhone, _number_in(plain, _plain(wisher.phone))),
        (HoldsAddress, _address_in(plain, address)),
        (NamesSchool, _first(_SCHOOL, plain)),
        (SpeaksOfHealth, _first(_HEALTH, plain)),
    ):
        if found:
            yield refusal(found=found)


def _plain(text: str) -> str:
    """Full-width and composed signs as plain ones, without invisible signs."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")


def _name_in(text: str, name: str) -> str | None:
    """The whole name, the given name alone, or the family name with a title ('王奶奶')."""
    name = name.strip()
    dense, given = re.sub(r"\s", "", text), name[1:]
    if len(name) < 2:
        return name if name and name in text else None
    if name.casefold() in text.casefold() or name in dense:
        return name
    if name.isascii():
        return next((part for part in name.split() if re.search(rf"\b{re.escape(part)}\b", text, re.I)), None)
    if len(given) >= 2 and given in dense:
        return given
    family = f"(?:{re.escape(name[0])}|{re.escape(name[:2])})"  # one sign, or two as in 欧阳
    return _first(re.compile(f"{family}(?:{_TITLES})"), dense)


def _number_in(text: str, phone: str) -> str | None:
    """Any long number, however it is spaced or spelled, and the wisher's own with seven digits or fewer."""
    joined = _BETWEEN_DIGITS.sub("", _DATE.sub(" ", text))
    digits = re.sub(r"\D", "", phone)
    if digits and len(digits) >= 5 and digits in joined:
        return digits
    return _first(_LONG_NUMBER, joined)


def _address_in(text: str, address: str) -> str | None:
    rest = _ADMINISTRATIVE.sub(" ", address)
    parts = [*_STREET.findall(rest), *_HOUSE_NUMBER.findall(rest), *_IN_ADDRESS.findall(rest)]
    dense = re.sub(r"\s", "", text).casefold()
    for part in parts:
        wanted = re.sub(r"\s", "", part).casefold()
        if len(wanted) >= 2 and re.search(rf"(?<!\d){re.escape(wanted)}(?![\d元块塊])", dense):
            return str(part).strip()
    return _first(_HOUSE_NUMBER, _DATE.sub(" ", text))


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group().strip() if found else None
