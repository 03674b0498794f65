"""A pair with somebody under 18 leads to the way of asking for an approval, not to a bare refusal (条例 36)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import make
from volunteer.core import clock
from volunteer.people.models import COMMUNITY_STAFF, Person

BORN_ON = dt.date(2012, 5, 4)


class World:
    def __init__(self, client_for) -> None:
        self.area = make.community()
        self.staff = make.staff(COMMUNITY_STAFF, self.area)
        self.pair = [self.child(), self.child()]
        make.db.session.commit()
        self.client = client_for(self.staff)

    def child(self) -> Person:
        child = make.person(self.area, name="欧阳若兰", born_on=BORN_ON)
        make.guardian(child)
        return child

    def approve(self, child: Person) -> None:
        asked = make.record_access(child, self.staff)
        asked.state, asked.expires_at = "approved", clock.now() + dt.timedelta(days=1)
        make.db.session.commit()

    def asking(self, text: str) -> list[bool]:
        """Whether the page leads to the request for each of the two."""
        return [f"/desk/people/{child.id}/access" in text for child in self.pair]

    def address(self, more: str = "") -> str:
        return "/desk/merges/{}/{}".format(*(child.id for child in self.pair)) + more


@pytest.fixture
def world(app, client_for) -> World:
    return World(client_for)


def test_the_list_leads_to_the_requests_instead_of_the_comparison(world):
    text = world.client.get("/desk/duplicates").text
    assert world.asking(text) == [True, True]
    assert world.address() not in text


def test_with_both_approved_the_list_leads_to_the_comparison(world):
    for child in world.pair:
        world.approve(child)
    text = world.client.get("/desk/duplicates").text
    assert world.asking(text) == [False, False]
    assert world.address() in text


@pytest.mark.parametrize("verb", ["look", "merge", "distinct"])
def test_whoever_comes_to_the_comparison_is_led_to_the_request_that_is_missing(world, verb):
    world.approve(world.pair[0])
    address = world.address("/distinct" if verb == "distinct" else "")
    answer = (
        world.client.get(address) if verb == "look" else world.client.post(address, data={"reason": "一样"})
    )
    assert answer.status_code == 403
    assert world.asking(answer.text) == [False, True]
    assert "欧阳" not in answer.text


def test_somebody_of_elsewhere_is_still_a_secret(world, client_for):
    stranger = client_for(make.staff(COMMUNITY_STAFF, make.community()))
    assert stranger.get(world.address()).status_code == 404
    assert stranger.post(world.address("/distinct")).status_code == 404
