"""Signing in safely in a real browser: an app by its picture and code, a passkey by Chromium's own device."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.conftest import Visitors, World, axe_faults
from tests.browser.journey_world import PASSWORD
from tests.browser.steps import Person, no_sideways_scrolling
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import COMMUNITY_STAFF
from volunteer.safety import rules

pytestmark = pytest.mark.browser


@pytest.fixture
def named(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same server by its name (a bare address has no passkeys), asking staff for their second factor."""
    world.address = world.address.replace("127.0.0.1", "localhost")
    monkeypatch.setitem(world.app.config, "BASE_URL", world.address)
    monkeypatch.setitem(world.app.config, "STAFF_SECOND_FACTOR", True)
    return world


@pytest.fixture
def staff_number(named: World) -> str:
    with named.app.app_context():
        made = make.staff(COMMUNITY_STAFF, make.community(), name="周敏", password=PASSWORD)
        number = str(made.number)
        db.session.remove()
    return number


def device(page: Page) -> Any:
    """Chromium's virtual authenticator: a phone that recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def code(secret: str) -> str:
    return str(pyotp.TOTP(secret).generate_otp(rules.step_at(clock.now())))


def password_only(person: Person, number: str) -> None:
    person.open("/sign-in")
    person.fill(account=number, password=PASSWORD)
    person.page.locator("main form:not([data-passkey]) button[type=submit]:visible").first.click()


def press(person: Person, selector: str) -> None:
    with person.page.expect_navigation():
        person.page.locator(selector).first.click()


def looks_well(page: Page) -> None:
    assert axe_faults(page) == []
    assert no_sideways_scrolling(page)


def set_up_app(staff: Person) -> str:
    """From the overview through picture, first code and recovery codes to the desk; the secret."""
    looks_well(staff.page)
    staff.press("/app/new")
    expect(staff.page.locator(".code-picture svg")).to_be_visible()
    looks_well(staff.page)
    secret = staff.page.locator("#secret").inner_text().replace(" ", "")
    staff.fill(one_time_code=code(secret))
    staff.submit()
    expect(staff.page.locator(".rows-item")).to_have_count(10)
    looks_well(staff.page)
    staff.press("/codes/kept")
    staff.page.wait_for_url("**/desk")
    return secret


def test_staff_sign_in_with_an_app(named: World, visitors: Visitors, staff_number: str) -> None:
    staff = Person(visitors.open(scripts=False), named.address)
    password_only(staff, staff_number)
    staff.page.wait_for_url("**/me/second-factor")
    staff.page = visitors.open()
    password_only(staff, staff_number)
    secret = set_up_app(staff)

    named.go_to(named.moment + rules.CHALLENGE_LIFE)
    again = Person(visitors.open(scripts=False), named.address)
    password_only(again, staff_number)
    again.page.wait_for_url("**/sign-in/second-step")
    again.fill(one_time_code="000000")
    again.submit()
    expect(again.page.locator("#error-summary")).to_be_visible()
    again.fill(one_time_code=code(secret))
    again.submit()
    again.page.wait_for_url("**/desk")
    assert named.problems == []


def test_a_passkey_is_made_confirms_and_signs_in_alone(
    named: World, visitors: Visitors, staff_number: str
) -> None:
    staff = Person(visitors.open(), named.address)
    session = device(staff.page)
    password_only(staff, staff_number)
    staff.page.wait_for_url("**/me/second-factor")
    staff.page.locator("input[name=name]").fill("我的手机")
    press(staff, "form[data-passkey] button")
    expect(staff.page.locator(".rows-item")).to_have_count(10)
    staff.press("/codes/kept")
    staff.page.wait_for_url("**/desk")

    named.go_to(named.moment + 3 * rules.CHALLENGE_LIFE)
    staff.open("/me/second-factor")
    press(staff, "form[action$='/codes/new'] button")
    staff.page.wait_for_url("**/confirm?next=**")
    looks_well(staff.page)
    press(staff, "form[data-passkey] button")
    staff.page.wait_for_url("**/me/second-factor")

    staff.open("/me")
    looks_well(staff.page)
    staff.press("/sign-out")
    staff.open("/sign-in")
    looks_well(staff.page)
    press(staff, "form[data-passkey] button")
    staff.page.wait_for_url("**/desk")

    staff.open("/me")
    staff.press("/sign-out")
    password_only(staff, staff_number)
    staff.page.wait_for_url("**/sign-in/second-step")
    looks_well(staff.page)
    press(staff, "form[data-passkey] button")
    staff.page.wait_for_url("**/desk")
    assert named.problems == []
    session.detach()


def test_turning_away_from_the_device_is_said_and_can_be_tried_again(
    named: World, visitors: Visitors
) -> None:
    """A device that knows no key of ours: the page says so and stays."""
    somebody = Person(visitors.open(), named.address)
    session = device(somebody.page)
    somebody.open("/sign-in")
    somebody.page.locator("form[data-passkey] button").click()
    expect(somebody.page.locator("[data-problem]")).to_be_visible(timeout=70_000)
    assert somebody.page.url.endswith("/sign-in")
    session.detach()


def test_without_scripts_no_passkey_is_offered(named: World, visitors: Visitors) -> None:
    somebody = Person(visitors.open(scripts=False), named.address)
    somebody.open("/sign-in")
    expect(somebody.page.locator("form[data-passkey]")).to_be_hidden()
