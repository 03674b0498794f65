"""The state calendar on plain values: holidays, make-up workdays, working days."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.workdays import known, plan_text
from volunteer.workdays.rules import HOLIDAY, WORKDAY, Calendar, Day, stretches

D = dt.date


def calendar(*years: int) -> Calendar:
    return Calendar({day.day: day for year in years for day in known.days_of(year)})


def test_ten_working_days_after_28_september_2026_are_16_october() -> None:
    assert calendar(2026).add_working_days(D(2026, 9, 28), 10) == D(2026, 10, 16)  # R042


def test_without_the_calendar_the_same_term_ends_too_early() -> None:
    assert Calendar().add_working_days(D(2026, 9, 28), 10) == D(2026, 10, 12)


@pytest.mark.parametrize("day", [D(2026, 5, 9), D(2026, 10, 10)])
def test_a_make_up_saturday_is_worked(day: dt.date) -> None:
    table = calendar(2026)
    assert table.is_makeup(day)
    assert table.is_working_day(day)
    assert not table.is_holiday(day)


def test_an_ordinary_sunday_is_no_holiday_and_no_working_day() -> None:
    table = calendar(2026)
    assert not table.is_holiday(D(2026, 11, 22))
    assert not table.is_working_day(D(2026, 11, 22))
    assert table.name_of(D(2026, 11, 22)) is None


def test_a_holiday_has_a_name() -> None:
    assert calendar(2026).name_of(D(2026, 10, 2)) == "国庆节"


def test_what_is_in_time_and_what_is_overdue_meet_at_one_day() -> None:
    table = calendar(2026)
    for ahead in range(60):
        today = D(2026, 9, 1) + dt.timedelta(days=ahead)
        first = table.first_in_time(today, 10)
        assert table.add_working_days(first - dt.timedelta(days=1), 10) < today
        assert table.add_working_days(first, 10) >= today


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2027, {"春节": "02-05 02-06 02-07 02-08", "端午节": "06-09", "中秋节": "09-15", "清明节": "04-05"}),
        (2028, {"春节": "01-25 01-26 01-27 01-28", "端午节": "05-28", "中秋节": "10-03", "清明节": "04-04"}),
    ],
)
def test_the_law_alone_gives_thirteen_days(year: int, expected: dict[str, str]) -> None:
    days = known.days_of(year)
    for name, when in expected.items():
        month_days = {f"{day.day:%m-%d}" for day in days}
        assert set(when.split()) <= month_days, name
    national = {D(year, 10, 1), D(year, 10, 2), D(year, 10, 3)}
    assert national <= {day.day for day in days}
    assert len(days) == 13 - (year == 2028)  # the Mid-Autumn Festival of 2028 lies within the National Day's


def test_the_law_agrees_with_the_announced_years() -> None:
    for year in (2025, 2026):
        announced = {day.day for day in known.days_of(year) if day.kind == HOLIDAY}
        assert {day.day for day in known.by_law(year)} <= announced


def test_days_are_said_as_stretches() -> None:
    spring = [s for s in stretches(known.days_of(2026)) if s.name == "春节"]
    assert [(s.first, s.last, s.kind, s.length) for s in spring] == [
        (D(2026, 2, 14), D(2026, 2, 14), WORKDAY, 1),
        (D(2026, 2, 15), D(2026, 2, 23), HOLIDAY, 9),
        (D(2026, 2, 28), D(2026, 2, 28), WORKDAY, 1),
    ]


NOTICE = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。"""


def test_the_official_notice_is_read_as_it_is() -> None:
    plan = plan_text.read(NOTICE, 2026)
    assert plan.problems == ()
    assert plan.days == known.days_of(2026)
    assert [line.number for line in plan.unused] == [1, 9]


def test_number_and_signature_of_a_notice_are_no_days() -> None:
    head = "国办发明电〔2025〕7号\n各省、自治区、直辖市人民政府：\n现将2026年元旦放假调休日期的具体安排通知如下。\n"
    plan = plan_text.read(f"{head}{NOTICE}\n国务院办公厅\n2025年11月4日\n", 2026)
    assert plan.problems == plan.elsewhere == ()
    assert plan.days == known.days_of(2026)
    assert [line.number for line in plan.unused] == [1, 2, 3, 4, 12, 13, 14]


def test_days_of_the_year_before_come_apart() -> None:
    plan = plan_text.read(
        "一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。", 2019
    )
    assert plan.problems == ()
    assert plan.days == (Day(D(2019, 1, 1), HOLIDAY, "元旦"),)
    assert plan.elsewhere == (
        Day(D(2018, 12, 29), WORKDAY, "元旦"),
        Day(D(2018, 12, 30), HOLIDAY, "元旦"),
        Day(D(2018, 12, 31), HOLIDAY, "元旦"),
    )


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("三、清明节：4月5日放假，与周末连休。", D(2019, 4, 5), D(2019, 4, 7)),  # a Friday
        ("五、端午节：6月10日放假，与周末连休。", D(2024, 6, 8), D(2024, 6, 10)),  # a Monday
        ("三、清明节：4月5日放假，与周末连休。", D(2020, 4, 4), D(2020, 4, 5)),  # a Sunday
        ("六、中秋节：9月9日放假，与周末连休。", D(2020, 9, 9), D(2020, 9, 9)),  # a Wednesday
    ],
)
def test_the_weekend_beside_a_feast_belongs_to_it(line: str, first: dt.date, last: dt.date) -> None:
    days = [day.day for day in plan_text.read(line, first.year).days]
    assert (days[0], days[-1], len(days)) == (first, last, (last - first).days + 1)


def test_single_days_and_ranges_are_read() -> None:
    text = (
        "2027-02-05 放假 春节\n2027-02-14 上班\n2027-10-01 至 2027-10-07 放假 国庆节\n2027/9/19 上班 国庆节\n"
    )
    plan = plan_text.read(text, 2027)
    assert plan.problems == ()
    assert plan.days[0] == Day(D(2027, 2, 5), HOLIDAY, "春节")
    assert plan.days[1] == Day(D(2027, 2, 14), WORKDAY, "")
    assert plan.days[2] == Day(D(2027, 9, 19), WORKDAY, "国庆节")
    assert [day.day.day for day in plan.days[3:]] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2027-02-05 春节", plan_text.NO_KIND),
        ("2027-02-30 放假", plan_text.NO_SUCH_DAY),
        ("2028-02-05 放假", plan_text.OTHER_YEAR),
        ("2027-02-15 上班", plan_text.NOT_A_WEEKEND),  # a Monday
        ("2027-02-09 至 2027-02-05 放假", plan_text.BACKWARDS),
        ("2027-01-01 至 2027-12-31 放假", plan_text.BACKWARDS),
        ("5日放假", plan_text.NO_SUCH_DAY),  # of which month?
        ("2027-02-05 放假 " + "春" * 41, plan_text.NAME_TOO_LONG),
        ("2027-02-06 放假，2027-02-14 上班", plan_text.NO_KIND),
    ],
)
def test_a_wrong_line_comes_back_with_what_is_wrong(line: str, sentence: object) -> None:
    plan = plan_text.read(f"2027-01-01 放假 元旦\n{line}\n", 2027)
    assert [day.day for day in plan.days] == [D(2027, 1, 1)]
    assert [(p.number, p.line, p.sentence) for p in plan.problems] == [(2, line, sentence)]


def test_a_day_cannot_be_both() -> None:
    plan = plan_text.read("2027-02-13 放假\n2027-02-13 上班", 2027)
    assert [p.sentence for p in plan.problems] == [plan_text.BOTH_KINDS]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_what_is_written_is_read_back(year: int) -> None:
    days = known.days_of(year)
    assert plan_text.read(plan_text.write(days), year).days == days
