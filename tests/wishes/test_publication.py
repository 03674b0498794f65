"""What may not stand on the wall, and what may."""

from __future__ import annotations

import pytest

from volunteer.wishes import publication as guard

WISHER = guard.Wisher(
    name="王桂兰",
    phone="138 0013 8000",
    address="长沙市岳麓区麓谷街道桔苑社区麓山南路12号3栋2单元401",
    community="桔苑社区",
)


@pytest.mark.parametrize(
    ("text", "refusal", "found"),
    [
        ("王桂兰想要一盏台灯", guard.NamesTheWisher, "王桂兰"),
        ("王 桂 兰想要一盏台灯", guard.NamesTheWisher, "王桂兰"),
        ("桂兰想要一盏台灯", guard.NamesTheWisher, "桂兰"),
        ("王奶奶想要一盏台灯", guard.NamesTheWisher, "王奶奶"),
        ("王\u200b桂兰想要一盏台灯", guard.NamesTheWisher, "王桂兰"),
        ("请打13800138000", guard.HoldsPhone, "13800138000"),
        ("请打１３８００１３８０００", guard.HoldsPhone, "13800138000"),
        ("请打 138-0013 8000", guard.HoldsPhone, "13800138000"),
        ("微信 88123456", guard.HoldsPhone, "88123456"),
        ("一三八零零一三八零零零", guard.HoldsPhone, "一三八零零一三八零零零"),
        ("住在麓山南路", guard.HoldsAddress, "麓山南路"),
        ("住在 12 号", guard.HoldsAddress, "12号"),
        ("送到3栋", guard.HoldsAddress, "3栋"),
        ("送到 7 栋楼下", guard.HoldsAddress, "7 栋"),
        ("门牌是401", guard.HoldsAddress, "401"),
        ("在麓山实验小学读书", guard.NamesSchool, "在麓山实验小学"),
        ("得了糖尿病，想有人陪", guard.SpeaksOfHealth, "糖尿病"),
        ("陪我去透析", guard.SpeaksOfHealth, "透析"),
        ("一位残疾人", guard.SpeaksOfHealth, "残疾"),
        ("艾滋病人", guard.SpeaksOfHealth, "艾滋"),
        ("抑郁的年轻人", guard.SpeaksOfHealth, "抑郁"),
        ("needs help after Cancer", guard.SpeaksOfHealth, "Cancer"),
    ],
)
def test_what_gives_the_wisher_away_is_refused_and_named(
    text: str, refusal: type[guard.Refused], found: str
) -> None:
    with pytest.raises(refusal) as refused:
        guard.check(text, WISHER, field="public_text")
    assert refused.value.values == {"found": found}
    assert refused.value.field == "public_text"


@pytest.mark.parametrize(
    "text",
    [
        "想有人每周陪我说说话，下盘象棋。",
        "一盏护眼台灯，晚上写作业用，约 120 元。",
        "一位小学生",
        "孩子刚上小学，想要一套绘本。",
        "2026-12-01 前想换两节 5 号电池。",
        "桔苑社区的一位独居老人",
        "周三 8:30-10:00 有空",
        "室内拖鞋 42 码",
        "",
    ],
)
def test_ordinary_wishes_pass(text: str) -> None:
    assert list(guard.faults(text, WISHER)) == []


def test_a_family_name_of_two_signs_is_known_with_its_title() -> None:
    wisher = guard.Wisher(name="欧阳秀英", phone="", address="")
    assert [fault.values["found"] for fault in guard.faults("欧阳奶奶的心愿", wisher)] == ["欧阳奶奶"]


def test_a_latin_name_and_street_are_known_whatever_their_case() -> None:
    wisher = guard.Wisher(name="Anna Smith", phone="", address="12 Hill Road")
    assert [type(fault) for fault in guard.faults("for ANNA, of hill road", wisher)] == [
        guard.NamesTheWisher,
        guard.HoldsAddress,
    ]


def test_every_fault_of_a_draft_is_told_at_once() -> None:
    found = [type(fault) for fault in guard.faults("王桂兰，13800138000，住3栋，患病", WISHER)]
    assert found == [guard.NamesTheWisher, guard.HoldsPhone, guard.HoldsAddress, guard.SpeaksOfHealth]
