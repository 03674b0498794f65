"""Long names and large type: no page grows wider than the phone, and a poster stays one sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tests.browser.conftest import Visitors, World, pdf_pages
from tests.browser.journey_world import PASSWORD, settle
from tests.browser.steps import Person, no_sideways_scrolling
from volunteer.core.database import db
from volunteer.people.models import Person as Resident
from volunteer.teams.models import Team

pytestmark = pytest.mark.browser
PAGES = ("/", "/?show=open", "/me", "/me/skills", "/me/privacy", "/my-time", "/messages", "/my-activities")


def test_a_long_name_in_large_type_keeps_to_the_phone(world: World, visitors: Visitors) -> None:
    cast = settle(world, visitors.language)
    with world.app.app_context():
        leader = db.session.scalars(sa.select(Resident).where(Resident.number == cast.leader)).one()
        leader.name, leader.elder_mode = "Maximiliana Schwarzenbergerova", True
        db.session.commit()
    reader = Person(visitors.open(), world.address)
    reader.sign_in(cast.leader, PASSWORD)
    wide = []
    for path in PAGES:
        page = reader.open(path)
        if not no_sideways_scrolling(page) or page.locator(".table-scroll").evaluate_all(
            "boxes => boxes.some(box => box.scrollWidth > box.clientWidth + 1)"
        ):
            wide.append(path)
    assert wide == []
    assert world.problems == []


def test_a_poster_with_a_title_of_two_lines_is_one_sheet(
    world: World, visitors: Visitors, tmp_path: Path
) -> None:
    cast = settle(world, visitors.language)
    with world.app.app_context():
        team = db.session.get_one(Team, cast.team_id)
        team.name, team.name_en = "桔苑萤火虫学雷锋志愿服务第一大队", "Juyuan Firefly Volunteers"
        db.session.commit()
    leader = Person(visitors.open(wide=True), world.address)
    leader.sign_in(cast.leader, PASSWORD)
    leader.open(f"/teams/{cast.team_id}/intakes")
    leader.fill(title="春季招募会")
    leader.submit()
    expect(leader.page.locator(".poster-code img")).to_be_visible()
    leader.page.goto(f"{leader.page.url}/poster")
    assert leader.page.locator("h1").bounding_box()["height"] > 90  # two lines of 34 points
    paper = tmp_path / "poster.pdf"
    leader.page.pdf(path=str(paper), prefer_css_page_size=True)
    assert pdf_pages(paper) == 1
