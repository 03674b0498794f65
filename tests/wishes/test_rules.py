"""Which verb fits which state of a wish, and the small choices around it."""

from __future__ import annotations

import datetime as dt

import pytest

from volunteer.core import i18n
from volunteer.wishes import rules
from volunteer.wishes.models import STATES

# The whole table by hand: what may follow in each state, and where it leads.
MAY_FOLLOW = {
    "collected": {
        "publish": "published",
        "refuse": "refused",
        "refer": "referred",
        "take_down": "taken_down",
    },
    "refused": {"restore": "collected"},
    "referred": {"restore": "collected"},
    "taken_down": {"restore": "collected"},
    "published": {"amend": "published", "claim": "claimed", "take_down": "taken_down"},
    "claimed": {
        "get_in_touch": "claimed",
        "cancel_claim": "published",
        "revoke_claim": "published",
        "fulfil": "fulfilled",
        "take_down": "taken_down",
    },
    "fulfilled": {"confirm": "confirmed", "deny": "claimed"},
    "confirmed": {"close": "closed", "resume": "claimed", "reopen": "published"},
    "closed": {},
}
NAMES = {
    "collected": rules.StillToVerify,
    "refused": rules.NotVerified,
    "referred": rules.Referred,
    "published": rules.OnTheWall,
    "claimed": rules.AlreadyClaimed,
    "fulfilled": rules.AlreadyFulfilled,
    "confirmed": rules.AlreadyConfirmed,
    "closed": rules.AlreadyClosed,
    "taken_down": rules.TakenDown,
}


def test_the_table_knows_every_state_and_every_verb() -> None:
    assert set(MAY_FOLLOW) == set(STATES) == set(NAMES) == set(rules.REFUSALS)
    assert {verb for verbs in MAY_FOLLOW.values() for verb in verbs} == set(rules.TRANSITIONS)
    assert sorted(state for tab in rules.TABS.values() for state in tab) == sorted(STATES)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", sorted(rules.TRANSITIONS))
def test_a_verb_leads_on_or_is_refused_by_the_name_of_the_state(verb: str, state: str) -> None:
    target = MAY_FOLLOW[state].get(verb)
    assert rules.may_follow(verb, state) == (target is not None)
    if target is not None:
        assert rules.after(verb, state) == target
    else:
        with pytest.raises(NAMES[state]):
            rules.after(verb, state)


def test_a_wish_above_the_ceiling_is_refused_and_one_at_it_is_not() -> None:
    rules.check_price(300, 300)
    rules.check_price(None, 300)
    with pytest.raises(rules.TooDear) as refused:
        rules.check_price(301, 300)
    assert refused.value.values == {"price": 301, "ceiling": 300}


def test_fulfilment_lies_between_the_claim_and_today() -> None:
    claimed, today = dt.date(2026, 11, 10), dt.date(2026, 11, 21)
    for day in (claimed, today):
        rules.check_fulfilled_on(day, claimed_on=claimed, today=today)
    with pytest.raises(rules.FulfilledBeforeClaim):
        rules.check_fulfilled_on(dt.date(2026, 11, 9), claimed_on=claimed, today=today)
    with pytest.raises(rules.FulfilledInFuture):
        rules.check_fulfilled_on(dt.date(2026, 11, 22), claimed_on=claimed, today=today)


def test_a_weekday_alone_means_the_whole_day_and_a_part_alone_any_day() -> None:
    assert rules.wanted_slots(None, None) == frozenset()
    assert rules.wanted_slots(2, "morning") == {(2, "morning")}
    assert rules.wanted_slots(2, None) == {(2, "morning"), (2, "afternoon"), (2, "evening")}
    assert rules.wanted_slots(None, "evening") == {(day, "evening") for day in range(7)}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("weekday", "part", "said"),
    [
        (None, None, ""),
        (2, None, "周三有空"),
        (4, "afternoon", "周五下午有空"),
        (0, "morning", "周一上午有空"),
        (6, "evening", "周日晚上有空"),
        (None, "morning", "上午有空"),
    ],
)
def test_free_time_is_said_in_words(weekday: int | None, part: str | None, said: str) -> None:
    with i18n.speaking("zh_Hans"):
        assert rules.free_time(weekday, part) == said


@pytest.mark.parametrize("today", [dt.date(2026, 11, 21), dt.date(2026, 3, 31), dt.date(2028, 2, 29)])
def test_adults_are_known_by_the_day_of_birth(today: dt.date) -> None:
    born = rules.adults_born_by(today)
    assert not rules.is_minor(born, today)
    assert rules.is_minor(born + dt.timedelta(days=1), today)
