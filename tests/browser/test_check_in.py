"""An afternoon at the door: the leader's phone shows the code, a neighbour scans it, comes, and later leaves."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import make
from tests.browser.conftest import Visitors, World, axe_faults
from tests.browser.journey_world import PASSWORD
from tests.browser.steps import Person, no_sideways_scrolling
from volunteer.attendance import codes
from volunteer.attendance.models import CheckIn, Door
from volunteer.core import scanned
from volunteer.core.database import db
from volunteer.people.models import COMMUNITY_STAFF

pytestmark = pytest.mark.browser
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
OPENING = dt.datetime(2026, 11, 21, 14, 0, 29, tzinfo=SHANGHAI)  # a new code comes in a second


@dataclass
class Afternoon:
    leader: str
    staff: str
    neighbour: str
    neighbour_id: int
    card: str
    date_id: int
    choice: str


def look(person: Person) -> list[str]:
    wide = [] if no_sideways_scrolling(person.page) else [f"{person.page.url} scrolls sideways"]
    return axe_faults(person.page) + wide


def set_up(world: World, language: str) -> Afternoon:
    world.go_to(OPENING)
    with world.app.app_context():
        area = make.community(name="桔苑社区", name_en="Juyuan Community")
        team = make.team(area, name="桔苑助老队", name_en="Juyuan Elder Care")
        leader = make.leader(team, make.person(area, name="孟晓红", password=PASSWORD, language=language))
        staff = make.staff(COMMUNITY_STAFF, area, password=PASSWORD, language=language)
        series = make.series(team, title="教用智能手机", title_en="Smartphone help", person_in_charge=leader)
        date = make.occurrence(series, starts_at=OPENING + dt.timedelta(minutes=59))
        neighbour = make.person(area, name="王建国", password=PASSWORD, language=language)
        make.sign_up(date, neighbour)
        made = Afternoon(
            leader.number, staff.number, neighbour.number, neighbour.id, make.card(neighbour), date.id,
            f"{area.id}|{date.place}",
        )  # fmt: skip
        db.session.remove()
    return made


def address_on_screen(world: World, leader: Person, at: Afternoon, folder: Path) -> str:
    """What the code says: read from the picture where a reader is installed, and always compared with the clock."""
    image = leader.page.locator(".door-code img")
    with world.app.test_request_context():
        door = db.session.get_one(Door, at.date_id)
        mark = codes.rotating(door.secret, at.date_id, world.moment)
        address = scanned.outside_address("attendance.arrive", occurrence_id=at.date_id, mark=mark)
        expect(image).to_have_attribute("src", scanned.picture(address, scale=8))
        db.session.remove()
    if shutil.which("zbarimg"):
        picture = folder / "code.png"
        leader.page.screenshot(path=str(picture), full_page=True)  # the code alone may renew itself meanwhile
        read = subprocess.run(
            ["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=True
        )
        assert read.stdout.strip() == address
    return address.removeprefix(world.address)


def test_scan_come_and_leave(world: World, visitors: Visitors, tmp_path: Path) -> None:
    at, faults = set_up(world, visitors.language), []
    leader = Person(visitors.open(), world.address)
    leader.sign_in(at.leader, PASSWORD)
    leader.open(f"/activities/{at.date_id}")
    leader.page.locator(f"a[href='/activities/{at.date_id}/door']").click()
    with leader.page.expect_navigation():
        leader.page.locator("form[action$='/door'] button").click()
    faults += look(leader)
    first = address_on_screen(world, leader, at, tmp_path)

    world.go_to(OPENING + dt.timedelta(seconds=2))  # the code changes without a reload
    expect(leader.page.locator("#live[data-live='29'], #live[data-live='28']")).to_be_visible()
    second = address_on_screen(world, leader, at, tmp_path)
    assert second != first

    phone = Person(visitors.open(), world.address)
    phone.open(second)
    assert "/sign-in" in phone.page.url  # first who one is, then back
    phone.fill(account=at.neighbour, password=PASSWORD)
    phone.submit()
    assert phone.page.url == f"{world.address}/check-in/{at.date_id}"
    faults += look(phone)
    button = phone.page.locator(".check-in button")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 80
    phone.press(f"/check-in/{at.date_id}")
    expect(phone.page.locator(".check-in button")).to_have_count(0)  # no second press by mistake
    faults += look(phone)

    leader.open(f"/activities/{at.date_id}/door")
    expect(leader.page.locator(".door-count strong")).to_have_text("1")

    late = Person(visitors.open(), world.address)  # the address was sent on to somebody at home
    world.go_to(OPENING + dt.timedelta(minutes=3))
    late.page.goto(world.address + second)
    assert late.page.locator(".check-in button").count() == 0
    assert "/check-in/" not in late.page.url

    world.go_to(OPENING + dt.timedelta(hours=2, minutes=30))
    leader.page.reload()
    phone.open(address_on_screen(world, leader, at, tmp_path))
    phone.press(f"/check-in/{at.date_id}")
    faults += look(phone)
    leader.page.reload()
    expect(leader.page.locator(".door-count strong")).to_have_text("0")
    with world.app.app_context():
        row = db.session.query(CheckIn).filter_by(person_id=at.neighbour_id).one()
        assert row.left_at is not None
        assert row.left_at - row.came_at > dt.timedelta(hours=2)
        assert row.device
        db.session.remove()
    assert faults == []
    assert world.problems == []


def test_a_press_without_network_waits_on_the_page(world: World, visitors: Visitors, tmp_path: Path) -> None:
    at = set_up(world, visitors.language)
    leader = Person(visitors.open(), world.address)
    leader.sign_in(at.leader, PASSWORD)
    leader.open(f"/activities/{at.date_id}/door")
    leader.submit()
    phone = Person(visitors.open(), world.address)
    phone.sign_in(at.neighbour, PASSWORD)
    phone.open(address_on_screen(world, leader, at, tmp_path))
    notice = phone.page.locator("[data-no-network]")
    expect(notice).to_be_hidden()
    world.lose_network(phone.page)
    phone.page.locator(".check-in button").click()
    expect(notice).to_be_visible()
    assert axe_faults(phone.page) == []
    with phone.page.expect_navigation(timeout=40_000):  # it tries again by itself
        world.find_network(phone.page)
    expect(phone.page.locator(".check-in button")).to_have_count(0)
    with world.app.app_context():
        assert db.session.query(CheckIn).filter_by(person_id=at.neighbour_id).count() == 1
        db.session.remove()


def test_cards_at_the_counter_and_the_screen_on_the_wall(world: World, visitors: Visitors) -> None:
    at, faults = set_up(world, visitors.language), []
    staff = Person(visitors.open(wide=True), world.address)
    staff.sign_in(at.staff, PASSWORD)
    staff.open("/desk/screens")
    staff.page.locator("select[name='place']").select_option(at.choice)
    staff.submit()
    wall_address = staff.page.locator(".screen-address").inner_text().removeprefix(world.address)
    faults += look(staff)
    wall = Person(visitors.open(wide=True, scripts=False), world.address)
    wall.open(wall_address)
    expect(wall.page.locator(".wall-column-missing li")).to_have_text("王*")

    staff.open(f"/activities/{at.date_id}/scan")
    faults += look(staff)
    with staff.page.expect_navigation():  # a scanner types and ends with Enter; the field has the focus
        staff.page.keyboard.type(at.card)
        staff.page.keyboard.press("Enter")
    expect(staff.page.locator(".scan-name")).to_have_text("王建国")
    faults += look(staff)
    wall.page.reload()
    expect(wall.page.locator(".wall-column-here li")).to_have_text("王*")
    with staff.page.expect_navigation():
        staff.page.locator("form[action*='/take-back'] button").first.click()
    expect(staff.page.locator(".scan-name")).to_have_count(0)
    wall.page.reload()
    expect(wall.page.locator(".wall-column-missing li")).to_have_text("王*")
    assert faults == []
    assert world.problems == []
