"""A series' rule and its dates."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from volunteer.activities.repeating import solar_terms
from volunteer.activities.repeating.lunar import LunarDayNotUnderstood
from volunteer.activities.repeating.offsets import OffsetNotUnderstood
from volunteer.activities.repeating.recurrence import (
    OffsetNeedsYearly,
    Rule,
    RuleNotUnderstood,
    WindowTooLong,
    check,
    dates_between,
    local_start,
    next_date,
    words,
)
from volunteer.activities.repeating.solar_terms import SolarTermUnknown
from volunteer.core import i18n

YEAR_2026 = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture(autouse=True, scope="module")
def reader() -> Iterator[None]:
    """An application that only knows languages, without any catalogue: sentences come out as written."""
    app = Flask(__name__)
    app.config["TIME_ZONE"] = "Asia/Shanghai"
    i18n.init(app)
    with app.app_context():
        yield


def rule(
    rrule: str | None = None,
    lunar: str | None = None,
    starts: str = "2019-01-01",
    at: str = "9:00",
    ends: str | None = None,
    solar_term: str | None = None,
    offset: str | None = None,
) -> Rule:
    hour, minute = at.split(":")
    return Rule(
        starts_on=dt.date.fromisoformat(starts),
        start_time=dt.time(int(hour), int(minute)),
        duration_minutes=120,
        rrule=rrule,
        lunar=lunar,
        ends_on=dt.date.fromisoformat(ends) if ends else None,
        solar_term=solar_term,
        offset=offset,
    )


def days(of: Rule, first: str, last: str) -> list[str]:
    found = dates_between(of, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    return [day.isoformat() for day in found]


# --- The requirements' own examples -------------------------------------------------------------


def test_first_saturdays_of_2026_are_those_of_the_wall_calendar() -> None:  # R050
    found = [day[5:] for day in days(rule("FREQ=MONTHLY;BYDAY=1SA"), "2026-01-01", "2026-12-31")]
    wanted = "01-03 02-07 03-07 04-04 05-02 06-06 07-04 08-01 09-05 10-03 11-07 12-05"
    assert found == wanted.split()


def test_a_fifth_saturday_exists_in_four_months_of_2026_only() -> None:  # R051
    found = dates_between(rule("FREQ=MONTHLY;BYDAY=5SA"), *YEAR_2026)
    assert [day.month for day in found] == [1, 5, 8, 10]


def test_dragon_boat_never_falls_into_the_leap_month() -> None:  # R056
    found = days(rule(lunar="5-5"), "2026-01-01", "2028-12-31")
    assert found == ["2026-06-19", "2027-06-09", "2028-05-28"]


def test_new_years_eve_is_the_last_day_of_the_twelfth_month() -> None:  # R057
    assert days(rule(lunar="12-last"), "2026-01-01", "2027-12-31") == ["2026-02-16", "2027-02-05"]


def test_double_ninth_is_found_from_the_day_after() -> None:
    assert next_date(rule(lunar="9-9"), dt.date(2026, 10, 17)) == dt.date(2026, 10, 18)
    assert next_date(rule(lunar="9-9"), dt.date(2026, 10, 18)) == dt.date(2027, 10, 8)


def test_a_leap_month_counts_only_when_it_is_asked_for() -> None:
    assert days(rule(lunar="5-5-leap"), "2020-01-01", "2030-12-31") == ["2028-06-27"]
    assert days(rule(lunar="12-8"), "2026-01-01", "2027-12-31") == ["2026-01-26", "2027-01-15"]


# --- Solar terms, and days told by their distance from others -------------------------------------


def test_solar_terms_fall_on_the_days_of_the_almanac() -> None:
    qingming, dongzhi = rule(solar_term="qingming"), rule(solar_term="dongzhi")
    assert days(qingming, "2025-01-01", "2028-12-31") == [
        "2025-04-04",
        "2026-04-05",
        "2027-04-05",
        "2028-04-04",
    ]
    assert days(dongzhi, "2025-01-01", "2027-12-31") == ["2025-12-21", "2026-12-22", "2027-12-22"]


def test_every_term_is_that_of_the_library_that_wrote_the_almanac() -> None:
    from lunar_python import Lunar

    for year in range(2000, 2060, 7):
        table = Lunar.fromYmd(year, 6, 1).getJieQiTable()
        names = {code: str(label) for code, label in solar_terms.TERMS} | {"dongzhi": "DONG_ZHI"}
        for code, _label in solar_terms.TERMS:
            [found] = dates_between(
                rule(solar_term=code, starts="2000-01-01"), dt.date(year, 1, 1), dt.date(year, 12, 31)
            )
            assert found.isoformat() == table[names[code]].toYmd()


@pytest.mark.parametrize(
    ("first", "middle", "last"),
    [  # as the almanacs of these years have them
        ("2015-07-13", "2015-07-23", "2015-08-12"),
        ("2016-07-17", "2016-07-27", "2016-08-16"),
        ("2017-07-12", "2017-07-22", "2017-08-11"),
        ("2018-07-17", "2018-07-27", "2018-08-16"),
        ("2019-07-12", "2019-07-22", "2019-08-11"),
        ("2020-07-16", "2020-07-26", "2020-08-15"),
        ("2021-07-11", "2021-07-21", "2021-08-10"),
        ("2022-07-16", "2022-07-26", "2022-08-15"),
        ("2023-07-11", "2023-07-21", "2023-08-10"),
        ("2024-07-15", "2024-07-25", "2024-08-14"),
        ("2025-07-20", "2025-07-30", "2025-08-09"),
        ("2026-07-15", "2026-07-25", "2026-08-14"),
    ],
)
def test_the_dog_days_begin_as_the_almanac_says(first: str, middle: str, last: str) -> None:
    year = first[:4]
    for code, day in (("chufu", first), ("zhongfu", middle), ("mofu", last)):
        asked = rule(solar_term=code, starts="2015-01-01")
        assert days(asked, f"{year}-01-01", f"{year}-12-31") == [day]


def test_the_dog_days_of_two_centuries_are_those_of_the_library() -> None:
    from lunar_python import Solar

    names = dict(zip(("chufu", "zhongfu", "mofu"), ("初伏", "中伏", "末伏"), strict=True))
    for year, code in itertools.product(range(1900, 2101), names):
        place = solar_terms.parse(code)
        [day] = solar_terms.dates(place, dt.date(year, 1, 1), dt.date(year, 12, 31))
        found = Solar.fromYmd(day.year, day.month, day.day).getLunar().getFu()
        assert (found.getName(), found.getIndex()) == (names[code], 1), day


@pytest.mark.parametrize(
    ("year", "first", "last", "length"),
    [("2025", "2025-07-20", "2025-08-18", 30), ("2026", "2026-07-15", "2026-08-23", 40)],
)
def test_the_whole_of_the_dog_days(year: str, first: str, last: str, length: int) -> None:
    found = days(rule(solar_term="sanfu", starts="2015-01-01"), f"{year}-01-01", f"{year}-12-31")
    assert (found[0], found[-1], len(found), len(set(found))) == (first, last, length, length)


def test_nothing_is_told_from_a_stretch_of_days() -> None:
    with pytest.raises(OffsetNeedsYearly):
        check(rule(solar_term="sanfu", offset="days:-3"))


def test_three_days_before_double_ninth() -> None:  # R058
    assert days(rule(lunar="9-9", offset="days:-3"), "2026-01-01", "2026-12-31") == ["2026-10-15"]
    assert days(rule(solar_term="qingming", offset="days:7"), "2026-01-01", "2026-12-31") == ["2026-04-12"]
    assert days(rule(solar_term="chufu", offset="days:-1"), "2026-01-01", "2026-12-31") == ["2026-07-14"]


LEI_FENG_DAY = "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5"


def test_the_week_of_a_day_runs_from_monday_to_sunday() -> None:  # R058
    week = rule(LEI_FENG_DAY, offset="week:MO,TU,WE,TH,FR,SA,SU")
    assert days(week, "2026-01-01", "2026-12-31") == [f"2026-03-0{day}" for day in range(2, 9)]
    assert days(rule(LEI_FENG_DAY, offset="week:SA"), "2026-01-01", "2027-12-31") == [
        "2026-03-07",
        "2027-03-06",
    ]


def test_the_nearest_weekday_may_lie_before_or_after() -> None:
    nearest = rule(LEI_FENG_DAY, offset="nearest:SA")  # a Thursday, a Friday, a Sunday, a Monday
    assert days(nearest, "2026-01-01", "2029-12-31") == [
        "2026-03-07",
        "2027-03-06",
        "2028-03-04",
        "2029-03-03",
    ]


def test_a_day_before_the_first_still_leads_to_a_day_of_the_series() -> None:
    week = rule(LEI_FENG_DAY, offset="week:SA,SU", starts="2026-03-07")
    assert days(week, "2026-01-01", "2026-12-31") == ["2026-03-07", "2026-03-08"]
    before = rule("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=2", offset="days:-5", starts="2026-12-28")
    assert days(before, "2026-01-01", "2028-01-01") == ["2026-12-28", "2027-12-28"]
    after = rule("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30", offset="days:5", starts="2027-01-04")
    assert days(after, "2026-01-01", "2028-06-01") == ["2027-01-04", "2028-01-04"]


def test_offsets_end_with_the_calendar() -> None:
    assert next_date(rule(LEI_FENG_DAY, offset="days:-60"), dt.date(9999, 6, 1)) is None
    assert dates_between(rule(lunar="12-8", offset="week:SU"), dt.date(9990, 1, 1), dt.date.max)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (rule("FREQ=WEEKLY", offset="days:1"), OffsetNeedsYearly),
        (rule("FREQ=YEARLY;COUNT=3", offset="days:1"), OffsetNeedsYearly),
        (rule("FREQ=YEARLY;INTERVAL=2", offset="days:1"), OffsetNeedsYearly),
        (rule(offset="days:1"), OffsetNeedsYearly),
        (rule(lunar="9-9", offset="days:0"), OffsetNotUnderstood),
        (rule(lunar="9-9", offset="days:61"), OffsetNotUnderstood),
        (rule(lunar="9-9", offset="days:x"), OffsetNotUnderstood),
        (rule(lunar="9-9", offset="week:"), OffsetNotUnderstood),
        (rule(lunar="9-9", offset="week:XX"), OffsetNotUnderstood),
        (rule(lunar="9-9", offset="nearest:SA,SU"), OffsetNotUnderstood),
        (rule(lunar="9-31"), LunarDayNotUnderstood),
        (rule(solar_term="清明"), SolarTermUnknown),
        (rule("FREQ=HOURLY"), RuleNotUnderstood),
    ],
)
def test_what_no_rule_can_say_is_refused(asked: Rule, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check(asked)


def test_what_a_rule_can_say_is_accepted() -> None:
    for asked in (rule(), rule("FREQ=WEEKLY"), rule(lunar="6-1-leap"), rule(LEI_FENG_DAY, offset="days:+3")):
        check(asked)


# --- The real series of the sub-district ----------------------------------------------------------

# code | first day and time | rule | the words; below, the first dates
LUGU_TEXT = """
grid-day | 2019-09-04 14:30 | FREQ=WEEKLY;BYDAY=WE | 每周三 14:30
    09-04 09-11 09-18
repair-corner | 2019-09-07 9:00 | FREQ=WEEKLY;BYDAY=SA | 每周六 9:00
    09-07 09-14 09-21
story-weeks | 2020-05-06 15:00 | FREQ=WEEKLY;COUNT=6 | 每周三 15:00，共 6 次
    05-06 05-13 05-20 05-27 06-03 06-10
service-fair | 2019-06-15 9:00 | FREQ=MONTHLY;BYDAY=3SA | 每月第三个星期六 9:00
    06-15 07-20 08-17
convention-day | 2019-01-05 8:30 | FREQ=MONTHLY;BYDAY=1SA | 每月第一个星期六 8:30
    01-05 02-02 03-02
friday-clean | 2019-01-04 15:00 | FREQ=WEEKLY;BYDAY=FR | 每周五 15:00
    01-04 01-11 01-18
bimonthly-order | 2019-01-20 8:00 | FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=20 | 每两个月的20日 8:00
    01-20 03-20 05-20
quarterly-large | 2019-03-09 9:00 | FREQ=MONTHLY;INTERVAL=3;BYDAY=2SA | 每季度第三个月的第二个星期六 9:00
    03-09 06-08 09-14
moral-lecture | 2019-01-10 19:00 | FREQ=WEEKLY;BYDAY=TH | 每周四 19:00
    01-10 01-17 01-24
leifeng-day | 2019-03-05 9:00 | FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5 | 每年3月5日 9:00
    2019-03-05 2020-03-05 2021-03-05
morality-day | 2019-09-20 9:00 | FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=20 | 每年9月20日 9:00
    2019-09-20 2020-09-20 2021-09-20
lantern | 2019-02-19 14:00 | lunar 1-15 | 每年元宵节 14:00
    2019-02-19 2020-02-08 2021-02-26
dragon-boat | 2019-06-07 14:00 | lunar 5-5 | 每年端午节 14:00
    2019-06-07 2020-06-25 2021-06-14
double-ninth | 2019-10-07 9:00 | lunar 9-9 | 每年重阳节 9:00
    2019-10-07 2020-10-25 2021-10-14
junctions | 2019-01-07 7:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR | 每周一至周五 7:30
    01-07 01-08 01-09 01-10 01-11 01-14
water-day | 2019-03-22 9:00 | once | 只此一次
    03-22
"""
_LINES = LUGU_TEXT.strip().splitlines()
LUGU = [(*row.split(" | "), dates.split()) for row, dates in zip(_LINES[::2], _LINES[1::2], strict=True)]
LUGU_RULES = [part for part in LUGU_TEXT.split() if part.startswith("FREQ")]


@pytest.mark.parametrize(("code", "begins", "text", "said", "first_dates"), LUGU)
def test_series_of_the_sub_district(
    code: str, begins: str, text: str, said: str, first_dates: list[str]
) -> None:
    starts, at = begins.split()
    rrule = text if text.startswith("FREQ") else None
    lunar = text.removeprefix("lunar ") if text.startswith("lunar") else None
    series = rule(rrule, lunar, starts, at)
    wanted = [day if len(day) == 10 else f"{starts[:4]}-{day}" for day in first_dates]
    found = days(series, starts, "2022-12-31")
    assert found[: len(wanted)] == wanted
    assert words(series) == said
    if code in ("story-weeks", "water-day"):
        assert len(found) == len(wanted)


@given(
    st.sampled_from(LUGU_RULES),
    st.dates(dt.date(2019, 1, 1), dt.date(2030, 1, 1)),
)
def test_the_next_date_is_the_first_of_all_later_dates(text: str, after: dt.date) -> None:
    series = rule(text)
    later = dates_between(series, after + dt.timedelta(days=1), after + dt.timedelta(days=800))
    assert next_date(series, after) == (later[0] if later else None)


# --- Bounds ---------------------------------------------------------------------------------------


def test_a_series_of_29_february_skips_the_years_without_one() -> None:
    found = days(rule("FREQ=YEARLY", starts="2096-02-29"), "2096-01-01", "2110-01-01")
    assert found == ["2096-02-29", "2104-02-29", "2108-02-29"]


def test_the_31st_skips_short_months() -> None:
    found = days(rule("FREQ=MONTHLY", starts="2026-12-31"), "2026-12-01", "2027-06-30")
    assert found == ["2026-12-31", "2027-01-31", "2027-03-31", "2027-05-31"]


def test_the_30th_of_a_lunar_month_skips_years_in_which_it_has_29_days() -> None:
    assert days(rule(lunar="12-30"), "2024-01-01", "2030-12-31") == ["2024-02-09", "2030-02-02"]


@pytest.mark.parametrize("text", ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"])
def test_the_first_and_the_last_day_of_the_calendar_are_days_like_others(text: str) -> None:
    begun = rule(text, starts="0001-01-01")
    assert days(begun, "0001-01-01", "0001-01-07")[0] == "0001-01-01"
    assert len(days(begun, "0001-01-01", "0001-01-07")) == (7 if text == "FREQ=DAILY" else 1)
    ending = rule(text, starts="9999-12-31")
    assert days(ending, "9999-01-01", "9999-12-31") == ["9999-12-31"]
    assert next_date(ending, dt.date.max) is None
    assert next_date(ending, dt.date(9999, 12, 30)) == dt.date.max


def test_lunar_days_near_the_ends_of_the_calendar_do_not_fail() -> None:
    assert dates_between(rule(lunar="12-last", starts="0001-01-01"), dt.date(1, 1, 1), dt.date(10, 1, 1))
    assert dates_between(rule(lunar="1-1"), dt.date(9990, 1, 1), dt.date.max)


def test_nothing_lies_before_the_start_or_after_the_end() -> None:
    series = rule("FREQ=WEEKLY;BYDAY=WE", starts="2026-03-02", ends="2026-03-18")
    assert days(series, "2026-01-01", "2026-12-31") == ["2026-03-04", "2026-03-11", "2026-03-18"]
    assert next_date(series, dt.date(2026, 3, 18)) is None
    assert next_date(rule(lunar="9-9", ends="2026-10-17"), dt.date(2026, 1, 1)) is None


def test_a_date_that_happens_once_is_in_any_window_around_it() -> None:
    once = rule(starts="2026-05-01")
    assert dates_between(once, dt.date.min, dt.date.max) == [dt.date(2026, 5, 1)]
    assert dates_between(once, dt.date(2026, 5, 2), dt.date.max) == []
    assert next_date(once, dt.date(2026, 5, 1)) is None


def test_more_than_forty_years_at_once_are_refused() -> None:
    with pytest.raises(WindowTooLong):
        dates_between(rule("FREQ=DAILY"), dt.date(2026, 1, 1), dt.date(2067, 1, 1))


def test_a_rule_without_any_date_ends_at_once() -> None:
    impossible = rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert dates_between(impossible, *YEAR_2026) == []
    assert next_date(impossible, dt.date(2026, 1, 1)) is None


def test_the_wall_clock_decides_the_moment() -> None:
    series = rule("FREQ=WEEKLY", starts="2026-03-04", at="8:30")
    assert local_start(dt.date(2026, 3, 4), series, ZoneInfo("Asia/Shanghai")) == dt.datetime(
        2026, 3, 4, 0, 30, tzinfo=dt.UTC
    )
    winter, summer = dt.date(2026, 3, 25), dt.date(2026, 4, 1)
    assert local_start(winter, series, ZoneInfo("Europe/Berlin")).hour == 7
    assert local_start(summer, series, ZoneInfo("Europe/Berlin")).hour == 6


def test_the_lunar_calendar_is_loaded_only_for_a_lunar_rule() -> None:
    program = "import sys, volunteer.activities.repeating.recurrence; sys.exit('lunar_python' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
