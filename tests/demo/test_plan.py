"""The plan of the demo gives the published figures before anything is loaded."""

from __future__ import annotations

import datetime as dt
import itertools
from functools import lru_cache

import pytest

from demo import facts, neighbourhood, programme, wishes
from demo.plan import Plan
from demo.programme import HELD, Date
from tests.conftest import NOW
from volunteer.people import phones, rules
from volunteer.wishes import publication
from volunteer.wishes.service import PublicWords

TODAY = NOW.date()
FIGURES = facts.figures()


@lru_cache(maxsize=2)
def plan(size: str = "full") -> Plan:
    return neighbourhood.build(size, TODAY)


@lru_cache(maxsize=2)
def dates(size: str = "full") -> list[Date]:
    return [date for series in programme.build(plan(size), NOW) for date in series.dates]


def test_places_people_and_teams_are_those_of_the_reports() -> None:
    assert len(plan().communities) == FIGURES["communities"] == 13
    assert len(plan().grids) == FIGURES["grids"] == 68
    assert len(plan().people) == FIGURES["volunteers"] == 3208
    assert len(plan().teams) == FIGURES["teams"] == 143


def test_the_firefly_team_takes_in_106_people_at_the_fair_and_no_other_team_recruits() -> None:
    recruits = {code: len(team.recruits) for code, team in plan().teams.items() if team.recruits}
    assert recruits == {"firefly": FIGURES["recruited_firefly"]} == {"firefly": 106}


def test_79_people_give_blood_once_each() -> None:
    donors = [
        mark.person for date in dates() if date.series.fact.category == "无偿献血" for mark in date.marks
    ]
    assert len(donors) == len(set(donors)) == FIGURES["blood_donors"] == 79


def test_at_least_600_activities_are_held() -> None:
    assert sum(date.fate == HELD for date in dates()) >= FIGURES["activities_held"]


def test_69_of_73_wishes_come_true() -> None:
    stories = wishes.plan(plan(), NOW)
    assert len(stories) == FIGURES["wishes_collected"] == 73
    assert sum("fulfil" in story.moments for story in stories) == FIGURES["wishes_fulfilled"] == 69
    open_ones = ["claim" in story.moments or "verify" in story.moments for story in stories[-4:]]
    assert open_ones == [True, True, True, False]


@pytest.mark.parametrize("size", ["small", "full"])
def test_steps_of_a_wish_follow_each_other(size: str) -> None:
    for story in wishes.plan(plan(size), NOW):
        moments = list(story.moments.values())
        assert moments == sorted(moments)
        assert all(moment < NOW for moment in moments)


def test_nobody_is_at_two_activities_on_one_day() -> None:
    for _on, day in itertools.groupby(sorted(dates(), key=lambda date: date.on), key=lambda date: date.on):
        there = [
            person for date in day for person in {mark.person for mark in date.marks} | set(date.sign_ups)
        ]
        assert len(there) == len(set(there))


def test_dates_lie_where_the_product_puts_them() -> None:
    """The junctions stay empty on holidays, the Friday clean-up comes before them."""
    by_code = {series.fact.code: series for series in programme.build(plan(), NOW)}
    calendar = programme.known_calendar(dt.date(2018, 12, 1), TODAY)
    assert not any(calendar.is_holiday(date.on) for date in by_code["junctions"].dates)
    moved = [date for date in by_code["friday-clean"].dates if date.on != date.original_on]
    assert moved
    assert all(date.on < date.original_on for date in moved)


@pytest.mark.parametrize("size", ["small", "full"])
def test_one_person_stays_away_so_often_that_the_rule_takes_notice(size: str) -> None:
    away = programme.absentee(plan(size))
    dates_away = [date.on for date in dates(size) for mark in date.marks if mark.person == away]
    assert len(dates_away) == programme.TOO_OFTEN
    assert len({day.year for day in dates_away}) == 1


def test_no_more_sign_ups_than_places_and_one_activity_is_full() -> None:
    coming = [date for date in dates() if date.starts_at > NOW]
    left = [date.series.fact.capacity - len(date.sign_ups) for date in coming]
    assert min(left) == 0
    assert 1 in left


@pytest.mark.parametrize("day", [dt.date(2026, 1, 1), dt.date(2026, 3, 1), dt.date(2027, 2, 28)])
def test_the_same_day_gives_the_same_plan_and_every_day_gives_one(day: dt.date) -> None:
    one, two = neighbourhood.build("full", day), neighbourhood.build("full", day)
    assert one == two
    assert len(one.people) == 3208


def test_invented_phones_are_valid_in_form_and_never_twice() -> None:
    used = [phones.normalise(who.phone) for who in plan().people]
    assert len(set(used)) == len(used)
    assert all(phone.startswith("+861990000") for phone in used)


def test_everybody_was_old_enough_to_register_alone() -> None:
    assert all(not rules.needs_guardian(who.born_on, who.registered_on) for who in plan().people)
    assert min(who.born_on.year for who in plan().people) >= 1940


@pytest.mark.parametrize("size", ["small", "full"])
def test_papers_are_invented_and_nearly_everybody_has_shown_one(size: str) -> None:
    people = plan(size).people
    assert len({who.document for who in people}) == len(people)
    assert all(who.document.startswith("DEMO") for who in people)
    unverified = [n for n, who in enumerate(people) if not who.is_verified]
    assert 0 < len(unverified) < len(people) / 4
    assert not set(unverified) & plan(size).staff


def test_who_was_not_yet_grown_up_came_with_a_guardian() -> None:
    minors = [who for who in plan().people if not who.is_adult_on(who.registered_on)]
    assert minors
    assert all(who.guardian for who in minors)


@pytest.mark.parametrize("size", ["small", "full"])
def test_every_wish_may_hang_on_the_wall(size: str) -> None:
    for story in wishes.plan(plan(size), NOW):
        wisher = publication.Wisher(story.contact_name, story.contact_phone, story.address)
        for text in (story.words.text, story.words.wisher):
            assert not [refusal.message for refusal in publication.faults(text, wisher)], text
    assert "public_text" in PublicWords.__annotations__
