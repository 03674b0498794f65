"""The roll call in a stairwell without network: nothing is lost, nothing is recorded twice, no name stays behind."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Visitors, World, axe_faults, picture
from tests.browser.roll_call_world import Held, held, recorded, sign_in
from tests.browser.steps import no_sideways_scrolling
from volunteer.core.database import db
from volunteer.hours import service
from volunteer.people import identity

pytestmark = pytest.mark.browser


@pytest.fixture
def chinese(browser: Browser, world: World) -> Any:
    made = Visitors(browser, world, "zh_Hans")
    yield made
    made.close()


def open_roll_call(world: World, visitors: Visitors, at: Held) -> Page:
    """The leader's phone with the page open and kept."""
    page = visitors.open()
    sign_in(world, page, at.leader_id)
    page.goto(at.url)
    expect(page.locator("[data-state=kept]")).to_be_visible()
    return page


def mark(page: Page, person_id: int, attendance: str) -> None:
    page.locator(f"#mark-{person_id} label:has(input[value='{attendance}'])").click()


def kept_pages(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "async () => { const found = []; for (const name of await caches.keys())"
        " for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);"
        " return found; }"
    )
    return [path for path in found if path.endswith("/roll-call")]


def drawers(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "() => Object.keys(localStorage).filter(one => one.startsWith('roll-call:'))"
    )
    return found


WHERE = "[...document.querySelectorAll('[data-mark] label')].map(one => one.getBoundingClientRect().top)"


def test_nothing_moves_under_the_finger_while_the_page_is_being_kept(world: World, chinese: Visitors) -> None:
    """The place of every mark is the same before the first script runs and after the phone has kept the page."""
    at = held(world)
    page = chinese.open()
    sign_in(world, page, at.leader_id)
    page.clock.set_system_time(world.moment)  # the phone goes right

    def look_first(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=f"window.before = {WHERE};\n{answer.text()}")

    page.route("**/static/vendor/htmx.min.js*", look_first)
    page.goto(at.url)
    expect(page.locator("[data-state=kept]")).to_be_visible()
    before = page.evaluate("window.before")
    assert len(before) > 3
    assert page.evaluate(WHERE) == before


def test_opened_before_marked_without_network_recorded_once(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = open_roll_call(world, chinese, at)
    assert kept_pages(page) == [f"/activities/{at.occurrence_id}/roll-call"]

    world.lose_network(page)
    page.reload()
    expect(page.locator("h1")).to_have_text("点名")
    expect(page.locator("[data-state=away]")).to_be_visible()
    mark(page, at.people[1], "absent")
    mark(page, at.people[2], "left_early")
    page.fill(f"#off-{at.people[2]}", "30")
    expect(page.locator("[data-record]")).to_have_text("记录 3 人，共 3 小时 30 分")
    page.locator("[data-record]").click()
    expect(page.locator("[data-state=queued]")).to_be_visible()
    assert no_sideways_scrolling(page)
    assert axe_faults(page) == []
    picture(page, "zh-28-roll-call-offline")

    page.reload()  # the phone was put away and taken out again
    expect(page.locator("[data-state=queued]")).to_be_visible()
    assert page.locator(f"#mark-{at.people[1]} input[value=absent]").is_checked()
    assert recorded(world) == {}

    world.find_network(page)
    page.wait_for_url("**/batches/*", timeout=20_000)
    assert recorded(world) == dict(zip(at.people, ["present", "absent", "left_early"], strict=True))
    assert kept_pages(page) == []
    assert drawers(page) == []


def test_an_answer_that_got_lost_does_not_record_twice(world: World, chinese: Visitors) -> None:
    """The server has recorded, the phone never heard: sent again under the same key, it hears the first answer."""
    at = held(world)
    page = open_roll_call(world, chinese, at)
    dropped: list[str] = []

    def drop_the_answer(route: Any) -> None:
        if route.request.method == "POST" and not dropped:
            dropped.append(route.request.url)
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/roll-call", drop_the_answer)
    page.locator("[data-record]").click()
    expect(page.locator("[data-state=queued]")).to_be_visible()
    assert len(recorded(world)) == 3
    page.wait_for_url("**/batches/*", timeout=30_000)
    assert len(recorded(world)) == 3


def test_somebody_else_was_quicker(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = open_roll_call(world, chinese, at)
    world.lose_network(page)
    mark(page, at.people[1], "excused")
    page.locator("[data-record]").click()
    expect(page.locator("[data-state=queued]")).to_be_visible()
    with world.app.app_context():
        marks = [service.Mark(person_id, "present") for person_id in at.people]
        service.record(actor=identity.load(at.deputy_id), occurrence_id=at.occurrence_id, marks=marks)
        db.session.commit()
        db.session.remove()
    world.find_network(page)
    expect(page.locator("#error-summary")).to_contain_text("已经记录过时长", timeout=20_000)
    expect(page.locator("#error-summary")).to_contain_text("看已经记好的那一份")
    assert page.locator(f"#mark-{at.people[1]} input[value=excused]").is_checked()
    assert set(recorded(world).values()) == {"present"}
    assert len(drawers(page)) == 1


def test_an_expired_sign_in_keeps_the_marks_until_the_next_one(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = open_roll_call(world, chinese, at)
    world.lose_network(page)
    mark(page, at.people[1], "absent")
    page.locator("[data-record]").click()
    expect(page.locator("[data-state=queued]")).to_be_visible()
    page.context.clear_cookies()
    world.find_network(page)
    expect(page.locator("[data-state=signed-out]")).to_be_visible(timeout=20_000)
    assert recorded(world) == {}
    sign_in(world, page, at.leader_id)
    page.goto(at.url)
    page.wait_for_url("**/batches/*", timeout=20_000)
    assert recorded(world)[at.people[1]] == "absent"


def test_signing_out_takes_the_kept_page_away(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = open_roll_call(world, chinese, at)
    page.reload()
    page.goto(f"{world.address}/me")
    with page.expect_navigation():
        page.locator("form[action='/sign-out'] button").click()
    page.wait_for_function("async () => (await caches.keys()).length === 0")
    world.lose_network(page)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_EMPTY_RESPONSE"):
        page.goto(at.url)


def test_a_kept_page_goes_after_two_days(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = open_roll_call(world, chinese, at)
    page.evaluate(
        """async () => {
            const shelf = await caches.open((await caches.keys())[0]);
            for (const request of await shelf.keys()) {
                const answer = await shelf.match(request);
                if (!answer.headers.has("X-Kept-At")) continue;
                const headers = new Headers(answer.headers);
                headers.set("X-Kept-At", String(Date.now() - 49 * 3600 * 1000));
                await shelf.put(request, new Response(await answer.blob(), { headers }));
            }
        }"""
    )
    world.lose_network(page)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_EMPTY_RESPONSE"):
        page.reload()
    world.find_network(page)
    page.goto(f"{world.address}/")
    assert kept_pages(page) == []


def test_no_other_page_is_ever_kept(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = open_roll_call(world, chinese, at)
    for path in ("/", "/my-time", f"/activities/{at.occurrence_id}", "/inbox"):
        page.goto(world.address + path)
    everything: list[str] = page.evaluate(
        "async () => (await (await caches.open((await caches.keys())[0])).keys()).map(one => new URL(one.url).pathname)"
    )
    others = [path for path in everything if not path.startswith("/static/")]
    assert others == [f"/activities/{at.occurrence_id}/roll-call"]


def test_half_a_roll_call_survives_a_flat_battery(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = open_roll_call(world, chinese, at)
    mark(page, at.people[0], "excused")
    page.goto(f"{world.address}/")
    page.goto(at.url)
    expect(page.locator("[data-state=restored]")).to_be_visible()
    assert page.locator(f"#mark-{at.people[0]} input[value=excused]").is_checked()


def test_control_without_the_worker_nothing_opens_offline(world: World, chinese: Visitors) -> None:
    at = held(world)
    page = chinese.open()
    page.context.route("**/sw.js", lambda route: route.abort())
    sign_in(world, page, at.leader_id)
    page.goto(at.url)
    world.lose_network(page)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED|ERR_EMPTY_RESPONSE"):
        page.reload()
