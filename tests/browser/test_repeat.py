"""How often a new activity takes place, asked without scripts: what only one answer wants shows under it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import make
from tests.browser.conftest import Visitors, World, axe_faults
from tests.browser.roll_call_world import sign_in
from volunteer.core.database import db

pytestmark = pytest.mark.browser
PARTS = (".repeat-weekly", ".repeat-days", ".repeat-other")


@pytest.fixture
def chinese(browser: Browser, world: World) -> Any:
    made = Visitors(browser, world, "zh_Hans")
    yield made
    made.close()


def leader_of(world: World) -> tuple[int, int]:
    with world.app.app_context():
        team = make.team()
        found = team.id, make.leader(team).id
        db.session.remove()
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_each_answer_asks_for_its_own(world: World, chinese: Visitors, scripts: bool) -> None:
    team_id, leader_id = leader_of(world)
    page = chinese.open(scripts=scripts)
    sign_in(world, page, leader_id)
    page.goto(f"{world.address}/teams/{team_id}/series/new")
    for answer, shown in (
        ("once", None),
        ("weekly", ".repeat-weekly"),
        ("fortnightly", ".repeat-weekly"),
        ("monthly_weekday", None),
        ("monthly_date", ".repeat-days"),
        ("other", ".repeat-other"),
    ):
        page.locator(f"input[name='repeat'][value='{answer}']").check(force=True)
        for part in PARTS:
            expect(page.locator(part)).to_be_visible(visible=part == shown)
    if scripts:
        assert axe_faults(page) == []
    page.locator("#repeat-other").select_option("term:chufu")
    for name, value in {
        "title": "送清凉", "content": "熬绿豆汤。", "place": "社区广场", "starts_on": "2027-01-01",
        "starts_time": "09:00", "ends_time": "11:00", "capacity": "10", "risk_statement": "防暑。",
    }.items():  # fmt: skip
        page.locator(f"[name='{name}']").fill(value)
    with page.expect_navigation():
        page.get_by_role("button", name="下一步：看一遍").last.click()
    assert "每年初伏 9:00" in page.locator("main").inner_text()
    assert "2027年7月20日" in page.locator("main").inner_text()
