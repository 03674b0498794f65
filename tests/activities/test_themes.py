"""The words of a month (R063)."""

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
from volunteer.activities.models import Series, SeriesTheme
from volunteer.activities.service.planning import themes
from volunteer.core.errors import NotFound

SignIn = Callable[[Any], FlaskClient]
NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)


@pytest.fixture
def series(db: Any) -> Series:
    return make.series(make.team(), recurrence="FREQ=WEEKLY")


def actor_of(series: Series) -> Any:
    return make.actor(make.leader(make.db.session.get_one(make.Team, series.team_id)))


def kept(db: Any) -> list[tuple[dt.date, str]]:
    rows = db.session.execute(sa.select(SeriesTheme.month, SeriesTheme.text).order_by(SeriesTheme.month))
    return [tuple(row) for row in rows]


def test_set_changed_and_taken_away(db: Any, series: Series) -> None:
    actor = actor_of(series)

    def put(texts: dict[dt.date, str]) -> int:
        return service.set_themes(actor=actor, series_id=series.id, texts=texts)

    assert put({NOVEMBER: "消防安全", DECEMBER: " 国际志愿者日 "}) == 2
    assert kept(db) == [(NOVEMBER, "消防安全"), (DECEMBER, "国际志愿者日")]
    assert put({NOVEMBER: "消防安全", DECEMBER: ""}) == 1
    assert kept(db) == [(NOVEMBER, "消防安全")]
    assert put({NOVEMBER: "消防安全"}) == 0


def test_what_is_refused_leaves_nothing(db: Any, series: Series) -> None:
    actor = actor_of(series)
    for month, text, refusal in (
        (NOVEMBER, "长" * 121, themes.ThemeTooLong),
        (dt.date(2026, 10, 1), "过去了", themes.NotAMonth),
        (dt.date(2026, 11, 2), "不是一号", themes.NotAMonth),
        (dt.date(2027, 11, 1), "太远", themes.NotAMonth),
    ):
        with pytest.raises(refusal):
            service.set_themes(actor=actor, series_id=series.id, texts={month: text})
    stranger = make.actor(make.leader(make.team()))
    with pytest.raises(NotFound):
        service.set_themes(actor=stranger, series_id=series.id, texts={NOVEMBER: "x"})
    assert kept(db) == []


def test_the_page_keeps_what_was_typed(db: Any, series: Series, client_for: SignIn) -> None:
    team = db.session.get_one(make.Team, series.team_id)
    leader, page = client_for(make.leader(team)), f"/series/{series.id}/themes"
    assert len(re.findall('<input[^>]* id="theme-', leader.get(page).text)) == 12
    long = "长" * 121
    answer = leader.post(page, data={"theme-2026-11": "消防安全", "theme-2026-12": long})
    assert answer.status_code == 422
    assert 'value="消防安全"' in answer.text
    assert f'value="{long}"' in answer.text
    assert 'href="#theme-2026-12"' in answer.text  # where it is wrong
    assert kept(db) == []
    assert leader.post(page, data={"theme-2026-11": "消防安全"}).status_code == 303
    assert 'value="消防安全"' in leader.get(page).text


def test_a_row_for_each_month_that_has_a_date(db: Any, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(
        team, starts_on=dt.date(2026, 11, 28), recurrence="FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28"
    )
    leader = client_for(make.leader(team))
    page = leader.get(f"/series/{series.id}/themes").text
    assert re.findall('<input[^>]* id="theme-([^"]+)"', page) == ["2026-11", "2027-02", "2027-05", "2027-08"]
    assert "1 场：11月28日" in page
    service.set_themes(actor=actor_of(series), series_id=series.id, texts={DECEMBER: "早先写的"})
    assert 'value="早先写的"' in leader.get(f"/series/{series.id}/themes").text


def test_a_series_without_dates_ahead_has_no_months(db: Any, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(
        team, starts_on=dt.date(2026, 10, 5), recurrence="FREQ=WEEKLY", ends_on=dt.date(2026, 10, 30)
    )
    assert "不用写主题" in client_for(make.leader(team)).get(f"/series/{series.id}/themes").text


def test_it_stands_on_the_dates_of_its_month(db: Any, series: Series, client: FlaskClient) -> None:
    service.set_themes(actor=actor_of(series), series_id=series.id, texts={NOVEMBER: "消防安全"})
    in_november = make.occurrence(series)
    in_december = make.occurrence(series, starts_at=make.clock.now() + dt.timedelta(days=12))
    assert "本月主题：消防安全" in client.get(f"/activities/{in_november.id}").text
    assert "本月主题" not in client.get(f"/activities/{in_december.id}").text
    assert "本月主题：消防安全" in client.get(f"/series/{series.id}").text
