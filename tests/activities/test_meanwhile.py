"""Two leaders, or two pages of one, change the same series: neither undoes the other unseen (R009, R022)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Position, Series, SeriesTheme
from volunteer.activities.planning import fitting
from volunteer.activities.planning.plans import Post
from volunteer.core import clock

SignIn = Callable[[Any], FlaskClient]
TUESDAY = dt.date(2026, 11, 24)
SAID = "别人刚刚改过这里"


class World:
    """A series every Tuesday, its leader, and a browser."""

    def __init__(self, client_for: SignIn) -> None:
        self.series = make.weekly(TUESDAY, content="打扫")
        self.id = self.series.id
        self.leader = make.db.session.get_one(make.Person, self.series.person_in_charge_id)
        self.browser = client_for(self.leader)

    def now(self, *names: str) -> list[Any]:
        series = make.db.session.get_one(Series, self.id, populate_existing=True)
        return [getattr(series, name) for name in names]

    def open(self, page: str) -> dict[str, str]:
        """What the page sends back when nothing is touched."""
        return sent_by(self.browser.get(page).text)


def sent_by(page: str) -> dict[str, str]:
    """The hidden mark, the texts, the choices and the ticks of the page."""
    tags = [
        dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) | {"": tag} for tag in re.findall(r"<input[^>]*>", page)
    ]
    found = {
        tag["name"]: tag.get("value", "y")
        for tag in tags
        if tag.get("name") and (tag.get("type") not in ("checkbox", "radio") or " checked" in tag[""])
    }
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    found |= {name: text.strip() for name, text in texts}
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return {name: text for name, text in found.items() if name not in ("csrf_token", "form_key", "q")}


@pytest.fixture
def world(db: Any, client_for: SignIn) -> World:
    return World(client_for)


def ticked(page: str, name: str) -> bool:
    return bool(re.search(rf'<input[^>]*\bchecked\b[^>]*name="{name}"', page))


@pytest.mark.portable
def test_danger_that_somebody_has_set_is_not_unset_unseen(world: World) -> None:
    page = f"/series/{world.id}/limits"
    mine, theirs = world.open(page), world.open(page)
    assert world.browser.post(page, data=theirs | {"is_dangerous": "y"}).status_code == 303
    answer = world.browser.post(page, data=mine | {"minimum_age": "18"})
    assert answer.status_code == 409
    assert world.now("is_dangerous", "minimum_age") == [True, 0]
    assert SAID in answer.text
    assert "别人刚才改成了：勾上" in answer.text
    assert 'value="18"' in answer.text
    assert ticked(answer.text, "is_dangerous")
    assert world.browser.post(page, data=sent_by(answer.text)).status_code == 303
    assert world.now("is_dangerous", "minimum_age") == [True, 18]


@pytest.mark.portable
def test_what_was_typed_stays_beside_what_it_is_now(world: World) -> None:
    page = f"/series/{world.id}/settings"
    mine = world.open(page)
    world.browser.post(page, data=mine | {"minimum_people": "3", "rest_minutes": "0.5", "opens_days": "7"})
    assert world.now("minimum_people", "rest_minutes") == [3, 30]
    answer = world.browser.post(page, data=mine | {"minimum_people": "5"})
    assert answer.status_code == 409
    assert "别人刚才改成了：3" in answer.text
    sent = sent_by(answer.text)
    assert (sent["minimum_people"], sent["rest_minutes"], sent["opens_days"]) == ("5", "0.5", "7")
    assert world.browser.post(page, data=sent).status_code == 303
    assert world.now("minimum_people", "rest_minutes", "opens_days") == [5, 30, 7]


@pytest.mark.portable
def test_a_page_with_a_mistake_still_knows_what_it_showed(world: World) -> None:
    page = f"/series/{world.id}/settings"
    mine = world.open(page)
    wrong = world.browser.post(page, data=mine | {"minimum_people": "300"})
    assert wrong.status_code == 422
    world.browser.post(page, data=mine | {"warn_hours": "24"})
    answer = world.browser.post(page, data=sent_by(wrong.text) | {"minimum_people": "3"})
    assert answer.status_code == 409


@pytest.mark.portable
def test_an_own_page_saved_twice_is_no_quarrel(world: World) -> None:
    page = f"/series/{world.id}/settings"
    assert world.browser.post(page, data=world.open(page)).status_code == 303
    typed = world.open(page) | {"receivers": str(world.leader.id), "minimum_people": "2"}
    assert world.browser.post(page, data=typed).status_code == 303
    assert world.browser.post(page, data=world.open(page)).status_code == 303


@pytest.mark.portable
def test_the_themes_of_months(world: World, db: Any) -> None:
    page = f"/series/{world.id}/themes"
    mine = world.open(page)
    assert world.browser.post(page, data=mine | {"theme-2026-12": "消防"}).status_code == 303
    answer = world.browser.post(page, data=mine | {"theme-2027-01": "除夕"})
    assert answer.status_code == 409
    assert "别人刚才改成了：消防" in answer.text
    assert world.browser.post(page, data=sent_by(answer.text)).status_code == 303
    assert sorted(db.session.scalars(sa.select(SeriesTheme.text))) == ["消防", "除夕"]


@pytest.mark.portable
def test_the_places_and_limits_of_a_position(world: World, db: Any) -> None:
    actor = make.actor(world.leader)
    post = service.add_position(actor=actor, series_id=world.id, post=Post("引导", 3))
    id_ = post.id
    db.session.commit()
    shown = world.open(f"/series/{world.id}/positions")["shown"]
    limits = world.open(f"/positions/{id_}/limits")
    service.change_quota(actor=actor, position_id=id_, capacity=2)
    service.change_position_limits(
        actor=actor, position_id=id_, limits=fitting.Limits(members_only=True), wanted=()
    )
    db.session.commit()
    quota = world.browser.post(f"/positions/{id_}/quota", data={"quota": "4", "shown": shown})
    assert quota.status_code == 409
    assert "别人刚才改成了：2" in quota.text
    answer = world.browser.post(f"/positions/{id_}/limits", data=limits | {"minimum_age": "16"})
    assert answer.status_code == 409
    assert "别人刚才改成了：勾上" in answer.text
    row = db.session.get_one(Position, id_, populate_existing=True)
    assert (row.capacity, row.members_only, row.minimum_age) == (2, True, 0)


def edit_page(world: World) -> tuple[str, dict[str, str]]:
    date = sa.select(Occurrence.id).where(Occurrence.starts_at > clock.now()).order_by(Occurrence.starts_at)
    page = f"/activities/{make.db.session.scalars(date).first()}/edit"
    return page, world.open(page)


def test_a_preview_that_no_longer_says_all(world: World) -> None:
    """The words of a series stand in no date."""
    page, mine = edit_page(world)
    mine |= {"scope": "all", "place": "一楼大厅"}
    shown = sent_by(world.browser.post(page, data=mine).text)["shown"]
    theirs = mine | {"place": "活动室", "title": "新名字"}
    theirs["shown"] = sent_by(world.browser.post(page, data=theirs).text)["shown"]
    assert world.browser.post(page, data=theirs | {"step": "confirm"}).status_code == 303
    late = world.browser.post(page, data=mine | {"step": "confirm", "shown": shown})
    assert late.status_code == 409
    assert "新名字" in late.text
    assert world.now("title", "place") == ["新名字", "活动室"]


def test_a_preview_of_one_date_that_somebody_has_changed(world: World) -> None:
    """Its places are its own already, and both want another number of them."""
    page, mine = edit_page(world)
    change(world, page, mine | {"scope": "one", "date_capacity": "7"})
    post = mine | {"scope": "one", "date_capacity": "5"}
    shown = sent_by(world.browser.post(page, data=post).text)["shown"]
    change(world, page, mine | {"scope": "one", "date_capacity": "9"})
    assert world.browser.post(page, data=post | {"step": "confirm", "shown": shown}).status_code == 409


def change(world: World, page: str, typed: dict[str, str]) -> None:
    shown = sent_by(world.browser.post(page, data=typed).text)["shown"]
    done = world.browser.post(page, data=typed | {"step": "confirm", "shown": shown})
    assert done.status_code == 303
