"""What becomes of the dates that an edit leaves without a day: one choice for all or each its own, and who hears."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import LATER
from volunteer.activities.models import AGREED, Occurrence, Series
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing import editing
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.core import clock
from volunteer.outbox.models import Message

SUNDAY = dt.date(2026, 11, 22)
WEEK, DAY = dt.timedelta(weeks=1), dt.timedelta(days=1)
FORM = {
    "scope": "later", "title": "大扫除", "content": "打扫", "place": "社区广场", "capacity": "20",
    "risk_statement": "无", "times-0-starts_time": "10:00", "times-0-ends_time": "12:00", "repeat": "weekly",
    "first_on": "2026-12-12", "on_holiday": "keep", "on_makeup": "keep",
}  # fmt: skip


@pytest.fixture
def series(db: Any) -> Series:
    """On Sundays, eight weeks ahead."""
    row = make.series(
        make.team(), starts_on=SUNDAY, recurrence="FREQ=WEEKLY;BYDAY=SU", content="打扫", place="社区广场"
    )
    service.extend([row.id])
    db.session.commit()
    return row


@pytest.fixture
def browser(series: Series, client_for: Callable[[Any], FlaskClient]) -> FlaskClient:
    return client_for(leader_of(series))


def leader_of(series: Series) -> Any:
    return make.leader(make.db.session.get_one(make.Team, series.team_id))


def dates(series: Series) -> list[Occurrence]:
    """Of the series and the one split off from it."""
    ids = sa.select(Series.id).where(sa.or_(Series.id == series.id, Series.follows_id == series.id))
    statement = sa.select(Occurrence).where(Occurrence.series_id.in_(ids), Occurrence.state == "published")
    return list(
        make.db.session.scalars(
            statement.order_by(Occurrence.starts_at).execution_options(populate_existing=True)
        )
    )


def days(series: Series) -> list[dt.date]:
    return [clock.local(row.starts_at).date() for row in dates(series)]


def send(browser: FlaskClient, date: Occurrence, **typed: str) -> Any:
    return browser.post(f"/activities/{date.id}/edit", data=FORM | typed)


def confirm(browser: FlaskClient, date: Occurrence, **typed: str) -> Any:
    shown = re.search(r'name="shown" value="([^"]+)"', send(browser, date, **typed).text)
    assert shown
    return send(browser, date, step="confirm", shown=shown[1], **typed)


def told() -> int:
    statement = sa.select(sa.func.count(sa.distinct(Message.person_id)))
    return make.db.session.scalar(statement.where(Message.kind.like("activity_%"))) or 0


def test_a_day_before_the_chosen_date_is_free_to_begin_on(series: Series, browser: FlaskClient) -> None:
    date = dates(series)[3]
    assert clock.local(date.starts_at).date() == SUNDAY + 3 * WEEK
    assert confirm(browser, date).status_code == 303
    assert days(series)[2:5] == [SUNDAY + 2 * WEEK, SUNDAY + 3 * WEEK - DAY, SUNDAY + 4 * WEEK - DAY]
    assert len(set(days(series))) == len(days(series))
    assert "从2026年12月12日起，照新的安排接着办。" in browser.get(f"/series/{series.id}").text


@pytest.mark.portable
def test_a_day_on_which_the_date_before_stands_is_refused_at_the_field(
    series: Series, browser: FlaskClient
) -> None:
    page = send(browser, dates(series)[3], first_on="2026-12-06")
    assert page.status_code == 422
    assert re.search(r'id="first_on-error"[^>]*>\s*新的安排最早从2026年12月7日起', page.text)
    assert 'value="2026-12-06"' in page.text


@pytest.mark.portable
@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({"repeat": "same", "every": "2"}, "every", "请把这一格清空"),
        ({"repeat": "same", "first_on": "2026-12-12"}, "first_on", "请先选多久一次"),
        ({"repeat": "yearly", "every": "2"}, "every", "请把这一格清空"),
        ({"repeat": "weekly", "weekdays": "6"}, "weekdays", "请勾上周六"),
    ],
)
def test_what_would_say_nothing_is_refused_at_its_field(
    series: Series, browser: FlaskClient, typed: dict[str, str], name: str, sentence: str
) -> None:
    page = send(browser, dates(series)[3], **typed)
    assert page.status_code == 422
    assert re.search(rf'id="{name}-error"[^>]*>[^<]*{sentence}', page.text)
    assert 'value="2026-12-12"' in page.text


@pytest.mark.parametrize(
    "typed",
    [
        {"first_on": "2026-12-13"},
        {"first_on": ""},
        {"scope": "one", "first_on": "2026-12-12", "every": "2"} | dict.fromkeys(("on",), "2026-12-13"),
    ],
)
def test_what_was_not_touched_or_is_not_asked_for_is_no_fault(
    series: Series, browser: FlaskClient, typed: dict[str, str]
) -> None:
    date = {"starts_time": "10:00", "ends_time": "12:00", "date_place": "社区广场", "date_capacity": "20"}
    assert send(browser, dates(series)[3], **{"repeat": "same"} | date | typed).status_code == 200


def test_the_number_of_weeks_that_stands_there_goes_with_the_rule_as_it_is(
    series: Series, browser: FlaskClient
) -> None:
    series.recurrence = "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU"
    make.db.session.commit()
    typed = {"repeat": "same", "first_on": "2026-12-13"}
    assert send(browser, dates(series)[3], every="3", **typed).status_code == 200
    assert send(browser, dates(series)[3], every="4", **typed).status_code == 422


@pytest.mark.parametrize(("of", "first", "is_refused"), [(3, 15, True), (3, 16, False), (0, -2, True)])
def test_the_earliest_day_is_after_the_date_before_and_not_past(
    series: Series, of: int, first: int, is_refused: bool
) -> None:
    wish = Wish(rule=NewRule(SUNDAY + (first - 1) * DAY, "FREQ=WEEKLY;BYDAY=SA"))

    def rehearse() -> Any:
        return editing.rehearse(
            actor=make.actor(leader_of(series)), occurrence_id=dates(series)[of].id, scope=LATER, wish=wish
        )

    if is_refused:
        with pytest.raises(refusals.BeginsTooEarly):
            rehearse()
    else:
        assert rehearse().series.starts_on == wish.rule.starts_on  # type: ignore[union-attr]  # has one


@pytest.mark.portable
def test_the_preview_promises_what_happens(series: Series, browser: FlaskClient) -> None:
    person = make.person()
    for date in dates(series)[3:6]:
        make.sign_up(date, person)
    pair = make.sign_up(dates(series)[3])
    pair.partner_id, pair.partner_state = make.person().id, AGREED
    make.db.session.commit()
    page = send(browser, dates(series)[3]).text
    assert "3 场在新的安排里没有日子，报了名的 5 人次怎么办，在下面选" in page
    assert "场、报了名的" not in page
    all_of_them = page[: page.index("一场一场选")]
    assert all_of_them.count("3 人会收到通知") == 2  # all moved, all cancelled; each person once
    assert "原来那天单独办，新的日子也照样办，时间没变，您不写话就不发通知" in page
    assert re.search(r'name="fits" value="move" checked', page)


@pytest.mark.parametrize(
    ("fits", "people", "kept"), [("move", 1, False), ("keep", 0, True), ("cancel", 1, False)]
)
def test_one_choice_for_all(series: Series, browser: FlaskClient, fits: str, people: int, kept: bool) -> None:
    person = make.person()
    for date in dates(series)[3:6]:
        make.sign_up(date, person)
    date = dates(series)[3]
    words = {"words": "改到周六"} if fits == "cancel" else {}
    assert confirm(browser, date, fits=fits, **words).status_code == 303
    assert told() == people
    assert (SUNDAY + 3 * WEEK in days(series)) is kept
    assert SUNDAY + 3 * WEEK - DAY in days(series)


def test_all_cancelled_needs_words_and_keeps_what_was_chosen(series: Series, browser: FlaskClient) -> None:
    for date in dates(series)[3:5]:
        make.sign_up(date)
    refused = confirm(browser, dates(series)[3], fits="cancel")
    assert refused.status_code == 422
    assert "请写一句原因" in refused.text
    assert re.search(r'name="fits" value="cancel" checked', refused.text)


def test_one_by_one(series: Series, browser: FlaskClient) -> None:
    first, second = dates(series)[3:5]
    make.sign_up(first)
    make.sign_up(second)
    typed = {"fits": "each", f"fit-{first.id}": "keep", f"fit-{second.id}": "move"}
    assert confirm(browser, first, **typed).status_code == 303
    assert SUNDAY + 3 * WEEK in days(series)
    assert SUNDAY + 4 * WEEK not in days(series)


@pytest.mark.portable
def test_a_date_that_no_new_day_is_near_stays_and_the_page_says_so(
    series: Series, browser: FlaskClient
) -> None:
    for date in dates(series)[3:6]:
        make.sign_up(date)
    page = send(browser, dates(series)[3], repeat="monthly_date", first_on="2026-12-15").text
    assert "附近没有新日子的 1 场留在原来那天" in page
    page = send(browser, dates(series)[3], repeat="yearly", first_on="2027-11-01").text
    assert "全部挪过去" not in page
    assert re.search(r'name="fits" value="keep" checked', page)


@pytest.mark.portable
def test_one_date_alone_is_asked_about_by_itself(series: Series, browser: FlaskClient) -> None:
    date = dates(series)[3]
    make.sign_up(date)
    page = send(browser, date).text
    assert "一场一场选" not in page
    assert re.search(rf'name="fit-{date.id}" value="move" checked', page)


def test_what_happens_once_simply_moves_with_its_people(db: Any, client_for: Any) -> None:
    team = make.team()
    row = make.series(team, starts_on=SUNDAY, content="打扫")
    service.extend([row.id])
    [date] = dates(row)
    make.sign_up(date)
    typed = {
        "on": "2026-11-25", "starts_time": "09:00", "ends_time": "10:30", "date_place": "社区广场",
        "date_capacity": "20", "note": "",
    }  # fmt: skip
    browser = client_for(make.leader(team))
    page = send(browser, date, **typed).text
    assert "新的安排里没有这几天" not in page
    assert "1 场、报了名的 1 人次会收到通知" in page
    assert confirm(browser, date, **typed).status_code == 303
    assert (days(row), told()) == ([dt.date(2026, 11, 25)], 1)
