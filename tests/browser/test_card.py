"""The elder's card on somebody's phone: scan, three big buttons, the PIN, a place taken; with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import make
from tests.browser.conftest import Visitors, World, axe_faults, pdf_pages, picture
from tests.browser.journey_world import PASSWORD, settle
from tests.browser.steps import Person, no_sideways_scrolling
from volunteer.activities.models import SignUp
from volunteer.areas.models import Area
from volunteer.core.database import db
from volunteer.people.models import Person as PersonRow

pytestmark = pytest.mark.browser
PIN = "480257"
MM = 96 / 25.4


@pytest.fixture
def chinese(browser: Browser, world: World) -> Any:
    made = Visitors(browser, world, "zh_Hans")
    yield made
    made.close()


def elder_with_card(world: World) -> tuple[str, int, int]:
    """(token of the card, id of the elder, id of an occurrence that is open to everybody)."""
    cast = settle(world, "zh_Hans")
    with world.app.app_context():
        elder = make.person(db.session.get_one(Area, cast.community_id), name="袁桂英")
        team = make.team(db.session.get_one(Area, cast.community_id), name="桔苑助老队")
        occurrence = make.occurrence(make.series(team, title="教用智能手机"))
        made = make.card(elder, pin=PIN), elder.id, occurrence.id
        db.session.remove()
    return made


def targets_are_large(page: Page) -> bool:
    """Every link, button and field of the main part is at least 48 px high."""
    heights: list[float] = page.evaluate(
        "() => [...document.querySelectorAll('main a, main button, main input:not([type=hidden])')]"
        ".map(one => one.getBoundingClientRect().height)"
    )
    return min(heights) >= 48


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_card_to_a_place(world: World, chinese: Visitors, scripts: bool) -> None:
    token, elder_id, occurrence_id = elder_with_card(world)
    phone = Person(chinese.open(scripts=scripts), world.address)
    page = phone.open(f"/card/{token}")
    expect(page.locator(".lead")).to_have_text("袁*，想办什么？请按一下。")
    doors = page.locator("main .big-links a")
    assert [text.strip() for text in doors.all_inner_texts()] == ["报名活动", "我的时间和积分", "说个心愿"]
    assert page.locator("body a, body button").count() == 3  # nothing else to press
    box = doors.nth(2).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844  # all three without scrolling
    assert targets_are_large(page)
    assert no_sideways_scrolling(page)
    if scripts:
        assert axe_faults(page) == []
        picture(page, "zh-14-card")

    doors.first.click()
    phone.fill(pin="480258")
    phone.submit()
    assert "六位密码不对" in phone.text()
    assert targets_are_large(page)
    assert no_sideways_scrolling(page)
    if scripts:
        assert axe_faults(page) == []
    assert page.locator("input[name='pin']").get_attribute("inputmode") == "numeric"
    phone.fill(pin=PIN)
    phone.submit()

    assert page.url == f"{world.address}/?show=open"
    assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "23px"
    with page.expect_navigation():
        page.locator(f"button[formaction='/activities/{occurrence_id}/sign-up']").click()
    assert "报名成功" in phone.text()
    assert no_sideways_scrolling(page)
    with world.app.app_context():
        row = db.session.query(SignUp).filter_by(person_id=elder_id).one()
        assert row.occurrence_id == occurrence_id
        db.session.remove()

    page.locator("header .brand").click()
    assert page.locator("main .big-links a").count() == 3
    assert page.locator("main .card, main .seg-links").count() == 0
    with page.expect_navigation():
        page.locator("header button", has_text="用好了，退出").click()
    assert page.goto(f"{world.address}/my-activities") is not None
    assert "/sign-in" in page.url
    assert world.problems == []


def test_the_card_on_paper_has_the_size_of_a_bank_card(
    world: World, chinese: Visitors, tmp_path: Any
) -> None:
    cast = settle(world, "zh_Hans")
    with world.app.app_context():
        elder = make.person(db.session.get_one(Area, cast.community_id), name="欧阳桂英")
        elder_id = elder.id
        clerk = db.session.query(PersonRow).filter_by(number=cast.clerk).one()
        token = _session_of(clerk)
        db.session.remove()
    page = chinese.open(wide=True)
    page.context.add_cookies([{"name": "linli", "value": _cookie(world, token), "url": world.address}])
    desk = Person(page, world.address)
    desk.open(f"/desk/people/{elder_id}/card")
    assert no_sideways_scrolling(page)
    assert axe_faults(page) == []
    with page.expect_navigation():
        page.locator("button", has_text="做一张邻里卡").click()
    front = page.locator(".id-card").first.bounding_box()
    assert front is not None
    assert abs(front["width"] - 85.6 * MM) < 1
    assert abs(front["height"] - 54 * MM) < 1
    expect(page.locator(".id-card-name")).to_have_text("欧阳桂英")
    overflow = page.evaluate(
        "() => [...document.querySelectorAll('.id-card')].filter(one => one.scrollHeight > one.clientHeight + 1).length"
    )
    assert overflow == 0
    digits = page.locator(".pin-slip-digits").inner_text().replace(" ", "")
    assert len(digits) == 6
    assert axe_faults(page) == []
    paper = tmp_path / "card.pdf"
    page.pdf(path=str(paper), prefer_css_page_size=True)
    assert pdf_pages(paper) == 1
    assert PASSWORD not in page.content()


def _session_of(person: PersonRow) -> str:
    """A sign-in with the second factor shown, as the row would be."""
    from volunteer.core import clock, crypto
    from volunteer.people.models import SignInSession
    from volunteer.people.sessions import hash_token

    token, now = crypto.token(), clock.now()
    db.session.add(
        SignInSession(
            token_hash=hash_token(token), person_id=person.id, created_at=now, last_seen_at=now,
            second_factor_at=now,
        )
    )  # fmt: skip
    db.session.commit()
    return token


def _cookie(world: World, token: str) -> str:
    from flask.sessions import SecureCookieSessionInterface

    signer = SecureCookieSessionInterface().get_signing_serializer(world.app)
    assert signer is not None
    return str(signer.dumps({"_user_id": token, "_fresh": True}))
