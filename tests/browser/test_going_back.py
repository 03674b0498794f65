"""Going back after a deed: the page it was looked at on asks for its form anew, never an error of the browser."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import make
from tests.browser.conftest import Visitors, World
from tests.browser.roll_call_world import sign_in
from volunteer.activities import service
from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.core.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def chinese(browser: Browser, world: World) -> Any:
    made = Visitors(browser, world, "zh_Hans")
    yield made
    made.close()


def date_of(world: World) -> tuple[int, int]:
    """A date of a weekly series, and who leads it."""
    with world.app.app_context():
        team = make.team()
        first = clock.today() + dt.timedelta(days=2)
        series = make.series(team, starts_on=first, recurrence="FREQ=WEEKLY", content="打扫")
        service.extend([series.id])
        date = (
            db.session.query(Occurrence).filter_by(series_id=series.id).order_by(Occurrence.starts_at).first()
        )
        found = date.id, make.leader(team).id
        db.session.commit()
        db.session.remove()
    return found


def test_back_from_what_was_carried_out_is_the_form(world: World, chinese: Visitors) -> None:
    date_id, leader_id = date_of(world)
    page = chinese.open()
    sign_in(world, page, leader_id)
    page.goto(f"{world.address}/activities/{date_id}/edit")
    page.locator("[name='note']").fill("这次请带雨衣。")
    with page.expect_navigation():
        page.get_by_role("button", name="下一步：看看会改到谁").click()
    page.get_by_role("button", name="就这么改").click()
    expect(page).to_have_url(f"{world.address}/activities/{date_id}")
    page.go_back()
    expect(page.locator("[name='note']")).to_have_value("这次请带雨衣。")
