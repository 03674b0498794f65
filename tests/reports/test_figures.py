from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.reports.worlds import World
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotFound
from volunteer.hours import service as hours
from volunteer.hours.models import Batch
from volunteer.people.models import COUNTER_CLERK, DISABLED
from volunteer.points import service as points
from volunteer.reports import figures
from volunteer.wishes.models import CLAIMED, FULFILLED

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def world(app: Any) -> World:
    """Counted by hand: see the numbers in `COUNTED`."""
    world = World()
    make.person(world.home, status=DISABLED)
    make.team(world.home, closed_at=clock.now())
    world.held("无偿献血", world.anna, world.bert)
    world.held("无偿献血", world.anna)
    world.held("我们的节日", world.carl)
    wrong = world.held("学雷锋", world.carl)
    hours.reverse(actor=world.lead, batch_id=wrong, reason="记错了日期")
    world.held("学雷锋", world.bert)
    world.wish()
    world.wish(state=CLAIMED)
    world.wish(world.grid, state=FULFILLED, fulfilled_on=clock.today())
    world.recruit(world.anna, world.carl)
    item = make.item(world.home, stock=5)
    db.session.commit()
    placed = points.order(actor=make.actor(world.anna), item_id=item.id, quantity=2)
    points.order(actor=make.actor(world.bert), item_id=item.id)
    points.hand_over(actor=world.lead, order_id=placed.id)
    db.session.commit()
    return world


COUNTED = {
    "communities": 2,
    "grids": 1,
    "volunteers": 5,  # two of the staff, Anna, Bert, Carl; not the disabled one
    "teams": 6,  # one without activity, five that held one; not the closed one
    "activities_held": 4,  # the reversed one is not held
    "festival_activities": 1,
    "leifeng_activities": 1,
    "wishes_collected": 3,
    "wishes_fulfilled": 1,
    "blood_donors": 2,  # Anna was there twice
    "recruited": 2,
    "service_minutes": 5 * 120,
    "points_issued": 5 * 20,
    "points_redeemed": 20,
}


def test_figures_are_what_a_hand_counts(world: World) -> None:
    assert figures.values() == COUNTED


def test_all_figures_are_counted_in_one_statement(world: World, count_statements: Any) -> None:
    before = len(count_statements())
    figures.values()
    assert len(count_statements()) - before == 1


@pytest.mark.parametrize("key", sorted(COUNTED))
def test_a_click_opens_exactly_the_rows_of_the_figure(
    app: Any, world: World, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R138: page by page."""
    monkeypatch.setattr(figures, "PAGE", 2)
    figure = figures.by_key(key)
    seen: list[int] = []
    mark = None
    while figure.entries is not None:
        with app.test_request_context():
            lines, mark = figures.entries(figure, mark=mark)
        seen += [line.id for line in lines]
        if mark is None:
            break
    if figure.entries is not None:
        assert len(seen) == len(set(seen)) == COUNTED[key]
    if figure.groups is not None:
        query = figure.groups.query.subquery()
        assert db.session.scalar(sa.select(sa.func.sum(query.c.amount))) == COUNTED[key]
    assert figure.entries or figure.groups


def test_an_unknown_figure_is_not_found() -> None:
    with pytest.raises(NotFound):
        figures.by_key("nobody")


def test_a_reversed_activity_leaves_hours_points_and_count(world: World) -> None:
    batch_id = db.session.scalar(sa.select(Batch.id).where(Batch.reversed_at.is_(None)).limit(1))
    assert batch_id is not None
    hours.reverse(actor=world.lead, batch_id=batch_id, reason="记错了日期")
    after = figures.values()
    assert after["activities_held"] == COUNTED["activities_held"] - 1
    assert after["service_minutes"] < COUNTED["service_minutes"]


def test_everybody_sees_the_figures(world: World, client: Any) -> None:
    page = client.get("/figures").get_data(as_text=True)
    assert "志愿者" in page
    for key in COUNTED:
        assert f'href="/figures/{key}"' in page
        assert client.get(f"/figures/{key}").status_code == 200


def test_names_are_for_staff_and_masked(world: World, client: Any, client_for: Any) -> None:
    world.anna.name = "袁小芳"
    db.session.commit()
    for key in ("volunteers", "blood_donors", "recruited"):
        for visitor in (client, client_for(world.bert)):
            page = visitor.get(f"/figures/{key}").get_data(as_text=True)
            assert world.anna.number not in page
            assert "袁" not in page
        page = client_for(world.staff).get(f"/figures/{key}").get_data(as_text=True)
        assert world.anna.number in page
        assert "袁*" in page
        assert "袁小芳" not in page


def test_wish_rows_never_say_what_is_wished_or_where_exactly(world: World, client: Any) -> None:
    page = client.get("/figures/wishes_collected").get_data(as_text=True)
    assert "台灯" not in page
    assert world.grid.name not in page
    assert "桔苑社区" in page


def test_a_bad_mark_is_refused(client: Any) -> None:
    for mark in ("x", "9" * 30, "-1", "1.5"):
        assert client.get("/figures/teams", query_string={"mark": mark}).status_code == 422
    assert client.get("/figures/nobody").status_code == 404


def test_query_counts_do_not_grow_with_rows(world: World, client_for: Any, count_statements: Any) -> None:
    clerk = client_for(make.staff(COUNTER_CLERK, world.home))

    def statements(path: str) -> int:
        before = len(count_statements())
        assert clerk.get(path).status_code == 200
        return len(count_statements()) - before

    before = [statements(f"/figures/{key}") for key in COUNTED]
    for _n in range(5):
        make.person(world.other)
        make.team(world.other)
        world.wish()
    assert [statements(f"/figures/{key}") for key in COUNTED] == before
    assert max(before) <= 4


def test_categories_exist() -> None:
    from volunteer.activities.rules import CATEGORIES
    from volunteer.reports.sources import deeds

    assert {deeds.BLOOD_DONATION, deeds.FESTIVAL, deeds.LEI_FENG} <= set(CATEGORIES)
