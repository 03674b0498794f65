"""Which repeat rules are understood, and how they are stored."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.activities.repeating import lunar
from volunteer.activities.repeating.lunar import LunarDayNotUnderstood
from volunteer.activities.repeating.rrule import (
    CountOutOfRange,
    EndsTwice,
    RepeatsTooOften,
    RuleNotUnderstood,
    RuleTooLong,
    validate,
)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", RuleNotUnderstood),
        ("every day", RuleNotUnderstood),
        ("BYDAY=MO", RuleNotUnderstood),
        ("FREQ=HOURLY", RepeatsTooOften),
        ("FREQ=MINUTELY;INTERVAL=10", RepeatsTooOften),
        ("FREQ=SECONDLY", RepeatsTooOften),
        ("FREQ=DAILY;BYHOUR=8,10", RepeatsTooOften),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260101", EndsTwice),
        ("FREQ=DAILY;COUNT=0", CountOutOfRange),
        ("FREQ=DAILY;COUNT=-1", CountOutOfRange),
        ("FREQ=DAILY;COUNT=1001", CountOutOfRange),
        ("FREQ=DAILY;COUNT=99999999999999999999", CountOutOfRange),
        ("FREQ=DAILY;UNTIL=20260230", RuleNotUnderstood),
        ("FREQ=DAILY;UNTIL=00000101", RuleNotUnderstood),
        ("FREQ=DAILY;UNTIL=20261231T160000Z", RuleNotUnderstood),
        ("FREQ=DAILY;INTERVAL=0", RuleNotUnderstood),
        ("FREQ=DAILY;INTERVAL=1000", RuleNotUnderstood),
        ("FREQ=DAILY;INTERVAL=２", RuleNotUnderstood),
        ("FREQ=DAILY;FREQ=WEEKLY", RuleNotUnderstood),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", RuleNotUnderstood),  # begun on a Tuesday it has no date at all
        ("FREQ=DAILY;INTERVAL=2;BYMONTH=2", RuleNotUnderstood),
        ("FREQ=WEEKLY;BYDAY=2SA", RuleNotUnderstood),
        ("FREQ=WEEKLY;BYDAY=XX", RuleNotUnderstood),
        ("FREQ=WEEKLY;BYMONTHDAY=5", RuleNotUnderstood),
        ("FREQ=MONTHLY;BYDAY=6SA", RuleNotUnderstood),
        ("FREQ=MONTHLY;BYDAY=0SA", RuleNotUnderstood),
        ("FREQ=MONTHLY;BYDAY=MO,1SA", RuleNotUnderstood),
        ("FREQ=MONTHLY;BYMONTHDAY=32", RuleNotUnderstood),
        ("FREQ=MONTHLY;BYSETPOS=1", RuleNotUnderstood),
        ("FREQ=YEARLY;BYMONTH=13", RuleNotUnderstood),
        ("FREQ=YEARLY;BYEASTER=1", RuleNotUnderstood),
        ("FREQ=YEARLY;BYWEEKNO=10", RuleNotUnderstood),
        ("FREQ=WEEKLY;WKST=1MO", RuleNotUnderstood),
        ("FREQ=WEEKLY;BYDAY=MO\x00", RuleNotUnderstood),
        ("FREQ=DAILY;" + "X" * 500, RuleTooLong),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(text: str, refusal: type[RuleNotUnderstood]) -> None:
    with pytest.raises(ValueError) as raised:
        validate(text)
    assert type(raised.value) is refusal
    assert raised.value.message
    assert "%(" not in raised.value.message


@given(st.text(max_size=60) | st.text("FREQ=BYDAILYWKMON;,0123456789-+", max_size=60))
def test_any_text_is_understood_or_refused(text: str) -> None:
    with suppress(RuleNotUnderstood):
        assert validate(validate(text)) == validate(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9",
        "13-1",
        "0-1",
        "5-31",
        "5-0",
        "12-Last",
        "5-5-5",
        "last",
        "5-last-leap",
        "5-5-leap-leap",
        "-leap",
        "５-５",
        "5-5\n",
    ],
)
def test_a_lunar_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(LunarDayNotUnderstood):
        lunar.parse(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("rrule:freq=weekly;byday=fr,mo,fr;interval=1", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("INTERVAL=2;FREQ=WEEKLY;WKST=SU", "FREQ=WEEKLY;INTERVAL=2;WKST=SU"),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=1SA"),
        ("FREQ=DAILY;BYDAY=SA,SU", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("FREQ=DAILY;BYMONTH=7", "FREQ=WEEKLY;BYMONTH=7;BYDAY=MO,TU,WE,TH,FR,SA,SU"),
        ("FREQ=DAILY;BYMONTHDAY=5,-1", "FREQ=MONTHLY;BYMONTHDAY=-1,5"),
        ("FREQ=MONTHLY;BYDAY=+1SA;UNTIL=20261231T090000;", "FREQ=MONTHLY;UNTIL=20261231;BYDAY=1SA"),
    ],
)
def test_a_rule_is_stored_in_one_normal_form(text: str, normal: str) -> None:
    assert validate(text) == normal
