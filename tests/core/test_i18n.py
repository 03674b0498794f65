"""Which language a reader gets, and how days and durations look in it."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.core import clock, formats, i18n

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh_Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
        ("zh-TW,zh;q=0.9", "zh_Hant"),
        ("zh-HK", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"),
        ("zh-Hans-HK", "zh_Hans"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,en;q=0.5,zh;q=0.4", "en"),
        ("fr-FR", "zh_Hans"),
        ("en;q=0,zh-TW", "zh_Hant"),
        ("en;q=rubbish,zh-TW", "zh_Hant"),
        ("x" * 10000, "zh_Hans"),
    ],
)
def test_the_browser_gets_the_script_it_asks_for(header, language):
    assert i18n.pick(header) == language


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_Hans", "11月28日 周\u2060六 15:00–\u206017:00"),
        ("en", "Sat 28 Nov, 15:00–\u206017:00"),
        ("zh_Hant", "11月28日 週\u2060六 15:00–\u206017:00"),
    ],
)
def test_spans_read_naturally(app, language, words):
    starts = dt.datetime(2026, 11, 28, 7, 0, tzinfo=dt.UTC)
    with i18n.speaking(language):
        assert formats.span(starts, starts + dt.timedelta(hours=2)) == words


def test_durations_are_hours_and_minutes_never_decimals(app):
    with i18n.speaking("zh_Hans"):
        assert [formats.minutes(m) for m in (0, 45, 60, 150, -90)] == [
            "0 分钟",
            "45 分钟",
            "1 小时",
            "2 小时 30 分",
            "−1 小时 30 分",
        ]


def test_names_and_phones_are_masked():
    assert formats.masked_name("袁隆") == "袁*"
    assert formats.masked_phone("+8613812345678") == "138****5678"
    assert formats.masked_phone(None) == ""


NOVEMBER, DECEMBER = dt.date(2026, 11, 23), dt.date(2026, 12, 4)


@pytest.mark.parametrize(
    ("language", "first", "last", "words"),
    [
        ("zh_Hans", NOVEMBER, dt.date(2026, 11, 29), "11月23日—29日任何一天"),
        ("zh_Hans", NOVEMBER, DECEMBER, "11月23日—12月4日任何一天"),
        ("zh_Hans", dt.date(2027, 1, 4), dt.date(2027, 1, 9), "2027年1月4日—9日任何一天"),
        ("zh_Hans", dt.date(2026, 12, 28), dt.date(2027, 1, 3), "12月28日—2027年1月3日任何一天"),
        ("zh_Hans", NOVEMBER, NOVEMBER, "11月23日 周一几点都行"),
    ],
)
def test_what_has_no_hour_is_told_by_its_days(app, language, first, last, words):
    starts, ends = clock.at_local(first, dt.time()), clock.at_local(last, formats.LAST_SECOND)
    with i18n.speaking(language):
        assert formats.span(starts, ends).replace(formats.JOINED, "") == words
        assert formats.when(starts, ends) == formats.span(starts, ends)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (NOVEMBER, dt.date(2026, 11, 29), "23–29 Nov"),
        (NOVEMBER, DECEMBER, "23 Nov – 4 Dec"),
        (dt.date(2026, 12, 28), dt.date(2027, 1, 3), "28 Dec – 3 Jan 2027"),
    ],
)
def test_days_in_english(app, first, last, words):
    with i18n.speaking("en"):
        assert formats.days(first, last).replace(formats.JOINED, "") == words


def test_a_date_from_midnight_to_midnight_has_hours(app):
    starts = clock.at_local(NOVEMBER, dt.time())
    with i18n.speaking("zh_Hans"):
        assert formats.span(starts, starts + dt.timedelta(hours=23, minutes=59)).endswith("23:59")


def test_no_line_ends_between_two_times(app):
    starts = clock.at_local(NOVEMBER, dt.time(15))
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            for text in (formats.span(starts, starts + HOUR), formats.hours(starts, starts + HOUR)):
                assert f"15:00–{formats.JOINED}16:00" in text


def test_a_leaf_holds_the_days_of_what_has_no_hour(app):
    starts, ends = clock.at_local(NOVEMBER, dt.time()), clock.at_local(DECEMBER, formats.LAST_SECOND)
    with i18n.speaking("zh_Hans"):
        leaf = [text.replace(formats.JOINED, "") for text in formats.leaf(starts, ends)]
        assert leaf == ["11–12月", "23–4", "任何一天"]
        assert formats.leaf(starts, starts + HOUR) == formats.leaf(NOVEMBER) == ("11月", "23", "周一")
