"""A series whose next day lies too far ahead to have a date is edited from its rule."""

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
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.planning import refusals
from volunteer.activities.repeating import expected
from volunteer.activities.service.changing import editing_rule
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound, Stale

SignIn = Callable[[Any], FlaskClient]
SPRING = dt.date(2027, 3, 5)
FORM = {
    "scope": "all", "title": "学雷锋", "content": "便民服务", "place": "河边", "capacity": "30", "risk_statement": "无",
    "times-0-starts_time": "09:00", "times-0-ends_time": "11:00", "repeat": "same", "on_holiday": "keep",
    "on_makeup": "keep",
}  # fmt: skip


@pytest.fixture
def series(db: Any) -> Series:
    """Every year on 5 March; in November it has no date."""
    row = make.series(
        make.team(), starts_on=SPRING, recurrence="FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5", content="便民服务"
    )
    service.extend([row.id])
    db.session.commit()
    return row


@pytest.fixture
def leader(series: Series) -> Any:
    return make.leader(make.db.session.get_one(make.Team, series.team_id))


def days(series: Series) -> list[dt.date]:
    rows = make.db.session.scalars(sa.select(Occurrence.starts_at).where(Occurrence.series_id == series.id))
    return sorted(clock.local(starts_at).date() for starts_at in rows)


def test_the_next_day_is_foreseen(series: Series) -> None:
    assert expected.next_day(series) == SPRING
    series.renewed_until = SPRING - dt.timedelta(days=1)
    assert expected.soon_to_be_made(series) is None
    series.ends_on = series.renewed_until
    assert expected.next_day(series) is None
    assert expected.foreseen(series).original_on == clock.today()


def test_a_series_that_is_done_or_ended_foresees_nothing(series: Series) -> None:
    series.made_until = dt.date.max
    assert expected.next_day(series) is None
    series.made_until, series.state = None, "ended"
    assert expected.next_day(series) is None


def test_the_service_changes_the_rule_and_makes_what_it_gives(series: Series, leader: Any) -> None:
    friday = dt.date(2026, 11, 27)
    wish = Wish({"place": "河边"}, rule=NewRule(friday, "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=27"))
    editing_rule.edit_rule(actor=make.actor(leader), series_id=series.id, wish=wish)
    row = make.db.session.get_one(Series, series.id, populate_existing=True)
    assert (row.place, days(series)) == ("河边", [friday])
    [entry] = make.db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "series_changed"))
    assert "rule" in entry.details["changed"]


def test_whom_it_is_refused(series: Series, leader: Any) -> None:
    actor, wish = make.actor(leader), Wish({"place": "河边"})
    with pytest.raises(NotFound):
        editing_rule.edit_rule(actor=make.actor(make.person()), series_id=series.id, wish=wish)
    with pytest.raises(Stale):
        editing_rule.edit_rule(actor=actor, series_id=series.id, wish=wish, shown="old")
    make.db.session.rollback()
    once = make.series(make.db.session.get_one(make.Team, series.team_id))
    with pytest.raises(refusals.OccurrenceOver):
        editing_rule.edit_rule(actor=actor, series_id=once.id, wish=wish)
    series.state = "ended"
    make.db.session.commit()
    with pytest.raises(refusals.SeriesEnded):
        editing_rule.edit_rule(actor=actor, series_id=series.id, wish=wish)


@pytest.mark.portable
def test_the_page_shows_the_rule_looks_ahead_and_changes_it(
    series: Series, leader: Any, client_for: SignIn
) -> None:
    browser, address = client_for(leader), f"/series/{series.id}/edit"
    public = browser.get(f"/series/{series.id}").text
    assert "下一次大约在 2027年3月5日，到时再排。" in public
    assert address in public
    page = browser.get(address).text
    assert 'value="2027-03-05"' in page
    assert 'value="社区广场"' in page
    wrong = browser.post(address, data=FORM | {"capacity": "0", "place": "新地方"})
    assert wrong.status_code == 422
    assert 'value="新地方"' in wrong.text
    preview = browser.post(address, data=FORM)
    assert preview.status_code == 200
    assert make.db.session.get_one(Series, series.id, populate_existing=True).capacity == 20
    shown = re.search(r'name="shown" value="([^"]+)"', preview.text)
    assert shown
    stale = browser.post(address, data=FORM | {"step": "confirm", "shown": "old"})
    assert stale.status_code == 409
    done = browser.post(address, data=FORM | {"step": "confirm", "shown": shown[1]})
    assert done.status_code == 303
    row = make.db.session.get_one(Series, series.id, populate_existing=True)
    assert (row.title, row.place, row.capacity) == ("学雷锋", "河边", 30)
    assert (row.start_time, row.duration_minutes) == (dt.time(9), 120)


@pytest.mark.portable
def test_within_how_many_days_is_shown_and_changed_before_there_is_a_date(
    series: Series, leader: Any, client_for: SignIn
) -> None:
    series.kind, series.window_days, series.start_time = "flexible", 7, dt.time()
    make.db.session.commit()
    browser, address = client_for(leader), f"/series/{series.id}/edit"
    data = {key: value for key, value in FORM.items() if not key.startswith("times")} | {"window_days": "3"}
    preview = browser.post(address, data=data).text
    assert "<dt>几天之内做完</dt>" in preview
    assert re.search(r"<s>7</s>\s*<b>3</b>", preview)
    shown = re.search(r'name="shown" value="([^"]+)"', preview)
    assert shown
    browser.post(address, data=data | {"step": "confirm", "shown": shown[1]})
    assert make.db.session.get_one(Series, series.id, populate_existing=True).window_days == 3


@pytest.mark.portable
def test_with_a_coming_date_its_page_opens(series: Series, leader: Any, client_for: SignIn) -> None:
    date = make.occurrence(series)
    answer = client_for(leader).get(f"/series/{series.id}/edit")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/activities/{date.id}/edit?scope=all")
