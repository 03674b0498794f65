"""The main job from end to end, through the web, as each person would do it: once in Chinese, once in English.

The run writes the pictures of the README.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors, World, axe_faults, pdf_pages, picture
from tests.browser.journey_world import PASSWORD, Cast, settle
from tests.browser.steps import Person, no_sideways_scrolling
from volunteer.core.transaction import reading
from volunteer.reports import books

pytestmark = pytest.mark.browser
ZONE = dt.timezone(dt.timedelta(hours=8))
PHONE_NUMBER = "13900001234"
WORDS = {
    "zh_Hans": {"reminder": "周五卫生大扫除", "why": "150 分钟 × 10 分/小时 = 25 分", "soap": "肥皂"},
    "en": {"reminder": "Friday clean-up", "why": "150 min × 10 points an hour = 25 points", "soap": "Soap"},
}


class Journey:
    """Keeps the people, the pictures and what axe found."""

    def __init__(self, world: World, visitors: Visitors, cast: Cast) -> None:
        self.world, self.visitors, self.cast = world, visitors, cast
        self.prefix = visitors.language.split("_")[0]
        self.words = WORDS[visitors.language]
        self.faults: list[str] = []
        self.batch_address = ""

    def person(self, *, wide: bool = False) -> Person:
        return Person(self.visitors.open(wide=wide), self.world.address)

    def look(self, person: Person, name: str | None = None) -> None:
        """Check the page as it is, and keep a picture of it."""
        self.faults += axe_faults(person.page)
        if not no_sideways_scrolling(person.page):
            self.faults.append(f"{person.page.url} scrolls sideways")
        if name:
            picture(person.page, f"{self.prefix}-{name}")


@pytest.fixture
def journey(world: World, visitors: Visitors) -> Journey:
    return Journey(world, visitors, settle(world, visitors.language))


def test_the_whole_journey(journey: Journey, tmp_path: Any) -> None:
    resident, number = register_and_join(journey)
    sign_up(journey, resident)
    be_reminded(journey, resident)
    roll_call(journey)
    be_verified(journey, resident, number)
    redeem(journey, resident)
    wish(journey, resident)
    check_code = my_time(
        journey, resident, tmp_path
    )  # by now the public notice is over and the hours are final
    anybody_checks(journey, check_code)
    figures_and_reversal(journey, resident, number)
    assert journey.faults == []
    assert journey.world.problems == []


def register_and_join(journey: Journey) -> tuple[Person, str]:
    resident = journey.person()
    resident.open("/register")
    resident.fill(name="陈小燕", phone=PHONE_NUMBER, password="hao-lin-ju-88", born_on="1961-03-05")
    resident.page.locator("main select[name='area']").select_option(str(journey.cast.community_id))
    resident.page.locator("main input[name='consent']").check(force=True)
    journey.look(resident, "01-register")
    resident.submit()
    expect(resident.page.locator("main input[name='account']")).to_have_value(PHONE_NUMBER)
    journey.look(resident)
    resident.fill(password="hao-lin-ju-88")
    resident.submit()
    found = re.search(r"V\s?(\d[\d\s]*\d)", resident.text())
    assert found, "the volunteer number is shown"
    number = "V" + re.sub(r"\s", "", found[1])
    journey.look(resident)
    resident.open(f"/teams/{journey.cast.team_id}")
    journey.look(resident)
    resident.press("/join")
    leader = journey.person()
    leader.sign_in(journey.cast.leader, PASSWORD)
    leader.open("/my-teams")
    journey.look(leader)
    leader.open(f"/teams/{journey.cast.team_id}/requests")
    journey.look(leader)
    leader.press("/requests/", "button[value='accept']")
    resident.open("/me/email")
    resident.fill(email="chen@example.org")
    resident.submit()
    return resident, number


def sign_up(journey: Journey, resident: Person) -> None:
    resident.open("/")
    journey.look(resident, "02-home")
    full = resident.page.locator(f"[formaction='/activities/{journey.cast.full}/sign-up']")
    expect(full).to_have_count(0)
    with resident.page.expect_navigation():
        resident.page.locator(f"[formaction='/activities/{journey.cast.friday}/sign-up']").click()
    resident.open(f"/activities/{journey.cast.friday}")
    expect(resident.page.locator("form[action$='/sign-off']")).to_be_visible()
    journey.look(resident, "03-signed-up")
    resident.open(f"/activities/{journey.cast.full}")
    expect(resident.page.locator("main .why").first).to_be_visible()
    journey.look(resident)


def be_reminded(journey: Journey, resident: Person) -> None:
    world = journey.world
    world.go_to(dt.datetime(2026, 11, 26, 18, 1, tzinfo=ZONE))
    for owner in ("first", "first", "second"):  # the job runs twice, and a second scheduler tries as well
        world.tick(owner)
    world.go_to(dt.datetime(2026, 11, 27, 13, 1, tzinfo=ZONE))
    world.tick("first")
    world.tick("first")
    mails = [mail for mail in world.sink.mails if mail["To"] == "chen@example.org"]
    about = [mail for mail in mails if journey.words["reminder"] in str(mail["Subject"]) + mail.get_content()]
    reminders = [mail for mail in about if "27" in mail.get_content() or "15:00" in mail.get_content()]
    assert len(reminders) == 2, [str(mail["Subject"]) for mail in mails]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    resident.open("/messages")
    journey.look(resident, "04-inbox")
    assert journey.words["reminder"] in resident.text()


def roll_call(journey: Journey) -> None:
    journey.world.go_to(dt.datetime(2026, 11, 27, 17, 40, tzinfo=ZONE))
    leader = journey.person()
    leader.sign_in(journey.cast.leader, PASSWORD)
    leader.open(f"/activities/{journey.cast.friday}/roll-call")
    leader.fill(find=journey.cast.neighbour)
    with leader.page.expect_navigation():
        leader.page.locator("button[name='do'][value='find']").click()
    with leader.page.expect_navigation():
        leader.page.locator("button[name='do'][value^='add:']").first.click()
    walk_in = leader.page.locator("input[name='walk_in']").first.get_attribute("value")
    leader.choose(f"mark-{walk_in}", "late")
    leader.fill(**{f"off-{walk_in}": "30"})
    journey.look(leader, "05-roll-call")
    with leader.page.expect_navigation():
        leader.page.locator("button[data-record]").click()
    leader.page.wait_for_url("**/batches/*")
    journey.look(leader, "06-recorded")
    journey.batch_address = leader.page.url.removeprefix(journey.world.address)


def be_verified(journey: Journey, resident: Person, number: str) -> None:
    """Without it there is no certificate; staff find the record by the number and look at the passport."""
    resident.open("/certificates")
    expect(resident.page.locator("main input[name='from_on']")).to_have_count(0)
    journey.look(resident)
    staff = journey.person(wide=True)
    staff.sign_in(journey.cast.staff, PASSWORD)
    staff.open("/desk/people")
    staff.fill(q=number)
    with staff.page.expect_navigation():
        staff.form("/desk/people").locator("button").last.click()
    journey.look(staff)
    staff.page.locator("main tbody a[href^='/desk/people/']").first.click()
    staff.page.wait_for_url("**/desk/people/*")
    staff.open(f"/desk/people/{staff.number_in_address()}/identity")
    staff.page.locator("main select[name='document_kind']").select_option("passport")
    staff.fill(document="DEMO123456", born_on="1961-03-05")
    staff.choose("sex", "female")
    journey.look(staff)
    staff.submit()
    journey.look(staff)


def my_time(journey: Journey, resident: Person, tmp_path: Any) -> str:
    resident.open("/my-time")
    assert journey.words["why"] in resident.text()
    journey.look(resident, "07-my-time")
    resident.open("/certificates")
    journey.look(resident)
    resident.submit()
    resident.page.wait_for_url("**/certificates/*")
    journey.look(resident, "08-certificate")
    found = re.search(
        r"\b([2-9A-HJKMNP-Z]{10})\b", resident.page.locator("body").inner_text().replace(" ", "")
    )
    code = (
        resident.page.locator("[data-check-code]").first.get_attribute("data-check-code")
        if not found
        else found[1]
    )
    assert code
    paper = tmp_path / "certificate.pdf"
    resident.page.pdf(path=str(paper), format="A4", print_background=True)
    assert pdf_pages(paper) == 1
    return code


def anybody_checks(journey: Journey, code: str) -> None:
    stranger = journey.person()
    stranger.open("/check")
    stranger.fill(code=code)
    with stranger.page.expect_navigation():
        stranger.page.locator("main form[action='/check'] button").last.click()
    text = stranger.text()
    assert "陈*" in text
    assert "陈小燕" not in text
    assert ("2 小时 30 分" if journey.prefix == "zh" else "2 hours 30 min") in text
    journey.look(stranger)


def redeem(journey: Journey, resident: Person) -> None:
    resident.open("/shop")
    journey.look(resident)
    resident.press(f"/shop/{journey.cast.item_id}/order")
    resident.page.wait_for_url("**/orders/*")
    journey.look(resident, "09-pick-up")
    code = re.sub(r"\D", "", resident.page.locator(".code").first.inner_text())[:8]
    clerk = journey.person(wide=True)
    clerk.sign_in(journey.cast.clerk, PASSWORD)
    clerk.open("/counter")
    expect(clerk.page.locator("#code")).to_be_focused()
    clerk.page.keyboard.type(code)  # the field has the focus: as a scanner types, Enter at the end
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    assert journey.words["soap"] in clerk.text()
    journey.look(clerk, "09-counter")
    clerk.press("/hand-over")
    clerk.open("/counter")
    clerk.fill(code=code)
    with clerk.page.expect_navigation():
        clerk.page.locator("form[action='/counter'] button").last.click()
    expect(clerk.page.locator("form[action$='/hand-over']")).to_have_count(0)
    resident.open("/my-time")
    figures = re.sub(r"\s", "", resident.text())
    assert "5" in figures


def wish(journey: Journey, resident: Person) -> None:
    resident.open("/wishes/new")
    journey.look(resident)
    resident.fill(
        public_text="想有人每周陪我说说话，下盘象棋。",
        contact_name="陈小燕",
        contact_phone=PHONE_NUMBER,
        address="桔苑小区 3 栋 201",
    )
    resident.choose("kind", "company")
    resident.page.locator("main input[name='consent']").check(force=True)
    resident.submit()
    staff = journey.person(wide=True)
    staff.sign_in(journey.cast.staff, PASSWORD)
    staff.open("/desk")
    journey.look(staff, "11-desk")
    staff.open("/desk/wishes")
    journey.look(staff, "11-wish-desk")
    staff.page.locator("main a[href^='/desk/wishes/']").first.click()
    staff.page.wait_for_url("**/desk/wishes/*")
    wish_id = staff.number_in_address()
    staff.fill(wisher_words="一位独居老人", how="上门看过")
    journey.look(staff)
    with staff.page.expect_navigation():
        staff.page.locator("button[name='decision'][value='publish']").click()
    staff.open(f"/desk/wishes/{wish_id}/matches")
    journey.look(staff, "11-matches")
    stranger = journey.person()
    wall = stranger.open("/wishes").content()
    assert "下盘象棋" in wall
    assert not [word for word in ("陈小燕", PHONE_NUMBER, "3 栋") if word in wall]
    journey.look(stranger, "10-wish-wall")
    claim_and_fulfil(journey, wish_id)
    resident.open(f"/wishes/{wish_id}/confirm")
    resident.choose("answer", "yes")
    journey.look(resident)
    resident.submit()
    journey.world.go_to(dt.datetime(2026, 12, 5, 10, 0, tzinfo=ZONE))
    staff.sign_in(journey.cast.staff, PASSWORD)
    staff.open("/desk/follow-ups")
    journey.look(staff)
    # A radio button is pressed where it will stay, not while the page is laid out.
    with staff.page.expect_navigation():
        staff.page.locator("main a[href^='/desk/follow-ups/']").first.click()
    staff.choose("result", "satisfied")
    with staff.page.expect_navigation():
        staff.page.locator("main form:has(input[name='result']) button[type='submit']").last.click()


def claim_and_fulfil(journey: Journey, wish_id: int) -> None:
    neighbour = journey.person()
    neighbour.sign_in(journey.cast.neighbour, PASSWORD)
    neighbour.open(f"/wishes/{wish_id}")
    neighbour.press(f"/wishes/{wish_id}/claim")
    neighbour.open(f"/wishes/{wish_id}")
    with neighbour.page.expect_navigation():
        neighbour.form(f"/wishes/{wish_id}/contact").locator("button").last.click()
    assert "3 栋 201" in neighbour.text()
    neighbour.open(f"/wishes/{wish_id}/fulfil")
    neighbour.fill(fulfilled_on="2026-11-27", note="陪着下了两盘棋")
    journey.look(neighbour)
    neighbour.submit()


def figures_and_reversal(journey: Journey, resident: Person, number: str) -> None:
    stranger = journey.person()
    stranger.open("/figures")
    journey.look(stranger, "12-figures")
    stranger.page.locator("main a[href^='/figures/']").first.click()
    stranger.page.wait_for_url("**/figures/*")
    journey.look(stranger)
    staff = journey.person(wide=True)
    staff.sign_in(journey.cast.staff, PASSWORD)
    staff.open(journey.batch_address)
    staff.fill(reason="时间记错了")
    with staff.page.expect_navigation():
        staff.form("/reverse").locator("button").last.click()
    resident.open("/my-time")
    journey.look(resident)
    with journey.world.app.app_context(), reading():
        result = books.check()
    assert result.faults == []
    assert {"accounts", "transfers", "records", "orders", "wishes"} <= set(result.counts)
    resident.open("/me")
    assert number in re.sub(r"\s", "", resident.text())
