"""A recruitment on cheap phones: scan, fill in, receipt; the leader accepts all; a password, and in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitors, World, axe_faults
from tests.browser.journey_world import PASSWORD, Cast, settle
from tests.browser.steps import Person, no_sideways_scrolling

pytestmark = pytest.mark.browser
GOOD = "hao-lin-ju-88"


def look(person: Person) -> list[str]:
    """Faults of the page as it is."""
    wide = [] if no_sideways_scrolling(person.page) else [f"{person.page.url} scrolls sideways"]
    return axe_faults(person.page) + wide


def fill_in(person: Person, cast: Cast, name: str, phone: str) -> None:
    person.fill(name=name, phone=phone, born_on="1961-03-05")
    person.choose("sex", "female")
    person.choose("skills", "company")
    person.page.locator("main select[name='area']").select_option(str(cast.community_id))
    person.page.locator("main input[name='consent']").check(force=True)


def open_intake(leader: Person, cast: Cast) -> str:
    """The leader opens an intake; gives its address."""
    leader.open(f"/teams/{cast.team_id}/intakes")
    leader.fill(title="春季招募会")
    leader.submit()
    expect(leader.page.locator(".poster-code img")).to_be_visible()
    return leader.page.url.removeprefix(leader.address)


def test_from_the_poster_to_the_first_sign_in(world: World, visitors: Visitors) -> None:
    cast, faults = settle(world, visitors.language), []
    leader = Person(visitors.open(), world.address)
    leader.sign_in(cast.leader, PASSWORD)
    address = open_intake(leader, cast)
    faults += look(leader)
    leader.open(f"{address}/poster")
    link = leader.page.locator(".poster-address").inner_text().removeprefix(world.address)

    receipts = []
    for place, scripts in enumerate((False, True)):  # the cheap phone runs no scripts
        neighbour = Person(visitors.open(scripts=scripts), world.address)
        neighbour.open(link)
        fill_in(neighbour, cast, f"陈小{'燕雀'[place]}", f"1390000123{place}")
        if scripts:
            faults += look(neighbour)
        neighbour.submit()
        assert "/applications/" in neighbour.page.url
        receipts.append(neighbour)
    faults += look(receipts[1])

    leader.open(f"{address}/applications")
    faults += look(leader)
    with leader.page.expect_navigation():
        leader.page.locator("button[name='decision'][value='all']").click()
    expect(leader.page.locator("input[name='chosen']")).to_have_count(0)

    for neighbour in receipts:
        neighbour.page.reload()
        neighbour.fill(password=GOOD)
    faults += look(receipts[1])
    for neighbour in receipts:
        neighbour.submit()
        neighbour.page.wait_for_url("**/welcome")
    again = Person(visitors.open(), world.address)
    again.sign_in("13900001230", GOOD)
    assert faults == []
    assert world.problems == []
