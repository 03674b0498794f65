"""Everything works without JavaScript, and elder mode shows its three doors."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors, World, picture
from tests.browser.journey_world import PASSWORD, settle
from tests.browser.steps import Person

pytestmark = pytest.mark.browser
ZONE = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture
def chinese(browser: object, world: World) -> Visitors:
    made = Visitors(browser, world, "zh_Hans")  # type: ignore[arg-type]
    yield made  # type: ignore[misc]
    made.close()


def test_sign_up_and_roll_call_without_scripts(world: World, chinese: Visitors) -> None:
    cast = settle(world, "zh_Hans")
    neighbour = Person(chinese.open(scripts=False), world.address)
    neighbour.sign_in(cast.neighbour, PASSWORD)
    neighbour.page.locator(f"[formaction='/activities/{cast.friday}/sign-up']").click()
    neighbour.page.wait_for_url(f"**/activities/{cast.friday}")
    expect(neighbour.page.locator("form[action$='/sign-off']")).to_be_visible()
    world.go_to(dt.datetime(2026, 11, 27, 17, 40, tzinfo=ZONE))
    leader = Person(chinese.open(scripts=False), world.address)
    leader.sign_in(cast.leader, PASSWORD)
    leader.open(f"/activities/{cast.friday}/roll-call")
    leader.page.locator("input[value='absent']").first.check(force=True)
    leader.page.locator("button[data-record]").click()  # the total changed: it is shown once more
    leader.page.locator("button[data-record]").click()
    leader.page.wait_for_url("**/batches/*")
    assert world.problems == []


def test_elder_mode_opens_with_three_doors(world: World, chinese: Visitors) -> None:
    cast = settle(world, "zh_Hans")
    elder = Person(chinese.open(), world.address)
    elder.sign_in(cast.neighbour, PASSWORD)
    with elder.page.expect_navigation():
        elder.page.locator("button[name='elder_mode']").click()
    elder.open("/")
    size = elder.page.evaluate("() => getComputedStyle(document.documentElement).fontSize")
    assert size == "23px"
    doors = elder.page.locator("main .big-links a")
    assert doors.count() >= 3
    for place in range(3):
        box = doors.nth(place).bounding_box()
        assert box is not None
        assert box["height"] >= 48
    picture(elder.page, "zh-13-elder")
