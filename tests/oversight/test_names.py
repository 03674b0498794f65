"""Whole names on lists (R142): for who leads; staff read those of adults, auditors none, members of each other none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from volunteer.core import clock
from volunteer.hours import service
from volunteer.people.models import ACCEPT, AUDITOR, COMMUNITY_STAFF, PUBLISH, RECORD, SYSTEM_ADMIN
from volunteer.teams.models import REQUESTED

pytestmark = pytest.mark.portable
ADULT, CHILD = "欧阳翠花", "童小宝"
DAY = dt.timedelta(days=1)
LISTS = ("date", "batch", "regulars", "people", "requests")
READERS = {
    "leader": {ADULT, CHILD},
    "staff": {ADULT},
    "admin": {ADULT},
    "auditor": set(),
}


class World:
    """An adult and a child of a team: signed up, in line, recorded, on every date, and two who want to join."""

    def __init__(self) -> None:
        area = make.community()
        self.team = make.team(area)
        self.adult = make.member(self.team, make.person(area, name=ADULT))
        self.child = make.member(self.team, self.kid(area))
        self.member = make.member(self.team, make.person(area))
        for someone in (make.person(area, name=ADULT), self.kid(area)):
            make.member(self.team, someone, state=REQUESTED)
        self.series = make.series(self.team, regular_places=5)
        self.date = make.occurrence(self.series)
        over = make.occurrence(self.series, starts_at=clock.now() - DAY)
        for someone in (self.adult, self.child):
            make.sign_up(self.date, someone)
            make.sign_up(over, someone)
            make.regular(self.series, someone)
        self.readers = {
            "leader": make.leader(self.team, rights=(ACCEPT, PUBLISH, RECORD)),
            "staff": make.staff(COMMUNITY_STAFF, area),
            "admin": make.staff(SYSTEM_ADMIN, area),
            "auditor": make.staff(AUDITOR, area),
        }
        marks = [service.Mark(someone.id, "present") for someone in (self.adult, self.child)]
        leader = make.actor(self.readers["leader"])
        self.batch = service.record(actor=leader, occurrence_id=over.id, marks=marks).id
        make.db.session.commit()

    def kid(self, area: Any) -> Any:
        someone = make.person(area, name=CHILD, born_on=clock.today() - 10 * 365 * DAY)
        make.guardian(someone)
        return someone

    def path(self, which: str) -> str:
        return {
            "date": f"/activities/{self.date.id}",
            "batch": f"/batches/{self.batch}",
            "regulars": f"/series/{self.series.id}/regulars",
            "people": f"/teams/{self.team.id}/people",
            "requests": f"/teams/{self.team.id}/requests",
            "training": f"/teams/{self.team.id}/training",
        }[which]


@pytest.fixture
def world(app: Any) -> World:
    return World()


def named(text: str) -> set[str]:
    return {name for name in (ADULT, CHILD) if name in text}


@pytest.mark.parametrize("which", LISTS)
@pytest.mark.parametrize("reader", READERS)
def test_who_reads_which_name_on_a_list(client_for: Any, world: World, reader: str, which: str) -> None:
    page = client_for(world.readers[reader]).get(world.path(which))
    assert page.status_code == 200
    assert named(page.text) == READERS[reader]
    assert (CHILD if reader == "leader" else "童*") in page.text


@pytest.mark.parametrize("reader", ["leader", "staff"])
def test_the_training_of_a_team_names_people_like_its_list(
    client_for: Any, world: World, reader: str
) -> None:
    page = client_for(world.readers[reader]).get(world.path("training"))
    assert named(page.text) == READERS[reader]


def test_staff_approve_the_hours_of_a_child_by_its_number(client_for: Any, world: World) -> None:
    over = make.occurrence(world.series, starts_at=clock.now() - 2 * DAY)
    proposal = make.proposal(over, world.readers["leader"], world.child)
    page = client_for(world.readers["staff"]).get(f"/desk/proposals/{proposal.id}")
    assert (page.status_code, named(page.text), world.child.number in page.text) == (200, set(), True)


def test_staff_take_a_child_off_and_ask_it_to_lead_by_its_number(client_for: Any, world: World) -> None:
    staff = client_for(world.readers["staff"])
    for path in (
        f"/activities/{world.date.id}/people/{world.child.id}/take-off",
        f"/teams/{world.team.id}/people/{world.child.id}",
    ):
        page = staff.get(path)
        assert (page.status_code, named(page.text), world.child.number in page.text) == (200, set(), True)


@pytest.mark.parametrize("page", ["teammate", "find-somebody"])
def test_members_choose_each_other_by_family_name(client_for: Any, world: World, page: str) -> None:
    make.sign_up(world.date, world.member)
    second = make.member(world.team, make.person(make.community(), name="欧小花"))
    text = client_for(world.member).get(f"/activities/{world.date.id}/{page}").text
    assert named(text) == set()
    assert f"欧* · {world.adult.number[-4:]}" in text
    assert f"欧* · {second.number[-4:]}" in text
    assert "童*<" in text.replace("\n", "")


@pytest.mark.parametrize("which", ["date", "people", "requests"])
@pytest.mark.parametrize("reader", ["leader", "staff"])
def test_no_title_holds_a_name(client_for: Any, world: World, reader: str, which: str) -> None:
    client = client_for(world.readers[reader])
    for path in (
        world.path(which),
        f"/activities/{world.date.id}/people/{world.adult.id}/take-off",
        f"/teams/{world.team.id}/people/{world.adult.id}",
    ):
        title = client.get(path).text.split("<title>")[1].split("</title>")[0]
        assert named(title) == set()
