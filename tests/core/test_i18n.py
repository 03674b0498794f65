"""Which language a reader gets, and how days and durations look in it."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.core import formats, i18n


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
        ("zh_Hans", "11月28日 周六 15:00–17:00"),
        ("en", "Sat 28 Nov, 15:00–17:00"),
        ("zh_Hant", "11月28日 週六 15:00–17:00"),
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
