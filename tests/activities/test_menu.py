"""The menu of activities: ready plans that can be published, and templates of one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.activities.test_publishing import Leader, values
from volunteer.activities import service
from volunteer.activities.models import MenuItem, Position, Series
from volunteer.activities.planning import requirements
from volunteer.activities.planning.plans import Post
from volunteer.activities.planning.ready_plans import READY
from volunteer.activities.planning.requirements import Requirement
from volunteer.activities.planning.series_form import SeriesForm
from volunteer.activities.rules import CATEGORIES
from volunteer.activities.service.planning import menu_items
from volunteer.core.errors import NotFound
from volunteer.people.models import COMMUNITY_STAFF

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def leader(client_for: SignIn) -> Leader:
    return Leader(client_for)


def test_the_menu_is_full_and_each_entry_fits_the_form(app: Any) -> None:
    with app.test_request_context():
        form = SeriesForm()
    assert len(READY) >= 15
    assert len({plan.key for plan in READY}) == len(READY)
    for plan in READY:
        assert str(plan.name) == plan.fields["title"]
        assert plan.fields["category"] in CATEGORIES
        assert len(plan.fields["content"]) > 60
        assert len(plan.fields["risk_statement"]) > 30
        assert plan.fields["title_en"]
        assert set(plan.fields) <= {field.name for field in form}
        places = [post["capacity"] for post in plan.fields.get("positions", ())]
        assert not places or sum(places) == plan.fields["capacity"], plan.key


@pytest.mark.parametrize("plan", READY, ids=lambda plan: plan.key)
def test_every_ready_plan_is_published_as_it_is(leader: Leader, db: Any, plan: Any) -> None:
    page = leader.client.get(f"{leader.address}?plan={plan.key}")
    assert page.status_code == 200
    filled = values(page.text) | {"place": ["社区广场"]}
    filled["starts_on"] = [filled["starts_on"][0] or "2026-12-01"]
    preview = leader.client.post(leader.address, data=filled)
    assert preview.status_code == 200, preview.text
    answer = leader.client.post(leader.address, data=values(preview.text) | {"step": "publish"})
    assert answer.status_code == 303
    series = db.session.scalars(sa.select(Series)).one()
    for name in ("title", "content", "risk_statement", "capacity", "on_holiday"):
        assert getattr(series, name) == plan.fields.get(name, "keep"), name


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("river", "每两周的周二 8:30"),
        ("service-day", "每月28日 8:30，遇节假日提前"),
        ("respect-day", "每月9日 9:00，遇节假日提前"),
        ("birthday", "每月第一个星期二 13:30，遇节假日提前"),
        ("waste-sorting", "每天 7:00、18:30"),
        ("anti-fraud", "每季度第三个月的1日 9:00，遇节假日提前"),
        ("dragon-boat", "每年端午节前3天 8:30"),
        ("double-ninth", "每年重阳节那一周的周六 8:30"),
        ("dog-days", "每年初伏 8:00"),
        ("lei-feng", "每年3月5日那一周的周六 9:00"),
        ("blood", "只此一次"),
    ],
)
def test_ready_plans_repeat_as_their_summary_says(leader: Leader, key: str, said: str) -> None:
    filled = values(leader.client.get(f"{leader.address}?plan={key}").text)
    filled |= {"place": ["社区广场"], "starts_on": [filled["starts_on"][0] or "2026-12-01"]}
    assert f">{said}</h2>" in leader.client.post(leader.address, data=filled).text


@pytest.mark.parametrize(
    ("today", "first"),
    [("2026-11-22", "2027-03-05"), ("2027-03-04", "2027-03-05"), ("2027-03-05", "2028-03-05")],
)
def test_a_plan_with_a_day_of_its_own_begins_on_the_next_one(today: str, first: str) -> None:
    [plan] = [plan for plan in READY if plan.key == "lei-feng"]
    assert plan.filled(dt.date.fromisoformat(today))["starts_on"] == dt.date.fromisoformat(first)


def test_the_menu_leads_to_the_form(leader: Leader) -> None:
    page = leader.client.get(f"/teams/{leader.team.id}/activities/menu").text
    assert page.count("?plan=") == len(READY)
    assert "月月敬老日" in page
    assert f"{leader.address}?plan=respect-day" in page


def test_an_unknown_plan_is_an_empty_form(leader: Leader) -> None:
    for wanted in ("plan=nothing", "item=1", "item=x", "item=٣", "plan=", "item=99999999999999999999"):
        page = leader.client.get(f"{leader.address}?{wanted}")
        assert page.status_code == 200
        assert values(page.text)["title"] == [""]


def kept(leader: Leader) -> MenuItem:
    series = make.series(
        leader.team, recurrence="FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", content="修收音机", opens_days=3,
        opens_time=make.dt.time(7, 30), minimum_people=2, has_requirements=True,
    )  # fmt: skip
    service.change_limits(
        actor=make.actor(leader.person), series_id=series.id,
        limits=service.changing.limits.Limits(minimum_age=16), wanted=(Requirement("skill", "repair"),),
    )  # fmt: skip
    service.add_position(
        actor=make.actor(leader.person), series_id=series.id,
        post=Post("修理", 4, minimum_age=18, requirements=(Requirement("skill", "repair"),)),
    )  # fmt: skip
    item = service.keep_as_template(actor=make.actor(leader.person), series_id=series.id, name=" 修理角 ")
    make.db.session.commit()
    return item


def test_a_template_fills_the_form_again(leader: Leader, db: Any) -> None:
    item = kept(leader)
    assert item.name == "修理角"
    held = values(leader.client.get(f"{leader.address}?item={item.id}").text)
    expected = {
        "title": "周五卫生大扫除", "content": "修收音机", "place": "社区广场", "starts_time": "15:00",
        "ends_time": "17:00", "repeat": "weekly", "every": "2", "weekdays": "5", "capacity": "20",
        "minimum_age": "16", "needs": "skill:repair", "opens_days": "3", "opens_time": "07:30",
        "minimum_people": "2", "positions-0-name": "修理", "positions-0-capacity": "4",
        "positions-0-minimum_age": "18", "positions-0-needs": "skill:repair", "starts_on": "",
    }  # fmt: skip
    assert {name: held.get(name) for name in expected} == {name: [text] for name, text in expected.items()}


def test_a_template_keeps_all_that_is_asked_for_though_nobody_holds_it(leader: Leader, db: Any) -> None:
    asked = (Requirement("qualification", "驾照"), Requirement("training", "急救培训"))
    series = make.series(leader.team, recurrence="FREQ=WEEKLY;BYDAY=SA", content="接送老人")
    who = make.actor(leader.person)
    service.change_limits(
        actor=who, series_id=series.id, limits=service.changing.limits.Limits(), wanted=asked[1:]
    )
    service.add_position(actor=who, series_id=series.id, post=Post("司机", 2, requirements=asked))
    item = service.keep_as_template(actor=who, series_id=series.id, name="接送")
    db.session.commit()
    held = values(leader.client.get(f"{leader.address}?item={item.id}").text) | {"starts_on": ["2026-12-05"]}
    assert held["needs"] == ["training:急救培训"]
    assert held["positions-0-needs"] == ["qualification:驾照", "training:急救培训"]
    preview = leader.client.post(leader.address, data=held)
    leader.client.post(leader.address, data=values(preview.text) | {"step": "publish"})
    [new] = db.session.scalars(sa.select(Position).where(Position.series_id != series.id))
    assert requirements.of_positions([new.id]) == {new.id: list(asked)}
    assert requirements.of_series(new.series_id) == list(asked[1:])


def test_an_older_template_holds_one_thing_of_a_position(leader: Leader, db: Any) -> None:
    item = kept(leader)
    [post] = item.plan["positions"]
    item.plan = item.plan | {"positions": [post | {"needs": "training:急救培训"}]}
    db.session.commit()
    held = values(leader.client.get(f"{leader.address}?item={item.id}").text)
    assert held["positions-0-needs"] == ["training:急救培训"]


def test_templates_are_for_the_area_and_those_below(leader: Leader, db: Any, client_for: SignIn) -> None:
    item = kept(leader)
    home = db.session.get_one(make.Area, leader.team.area_id)
    below, beside = make.leader(make.team(make.grid(home))), make.leader(make.team())
    for person, sees in ((below, True), (beside, False)):
        team_id = person_team(db, person)
        page = client_for(person).get(f"/teams/{team_id}/activities/menu").text
        assert ("修理角" in page) is sees
        form = client_for(person).get(f"/teams/{team_id}/series/new?item={item.id}").text
        assert ("修收音机" in form) is sees


def person_team(db: Any, person: Any) -> int:
    from volunteer.people.models import Grant

    return int(db.session.scalar(sa.select(Grant.scope_id).where(Grant.person_id == person.id)))


def test_put_away_by_who_made_it_or_staff_of_the_area(leader: Leader, db: Any) -> None:
    item = kept(leader)
    home = db.session.get_one(make.Area, leader.team.area_id)
    for stranger in (make.leader(make.team(home)), make.staff(COMMUNITY_STAFF, make.community())):
        with pytest.raises(NotFound):
            service.archive_template(actor=make.actor(stranger), item_id=item.id)
    with pytest.raises(NotFound):
        service.archive_template(actor=make.actor(leader.person), item_id=10**12)
    service.archive_template(actor=make.actor(make.staff(COMMUNITY_STAFF, home)), item_id=item.id)
    first = item.archived_at
    service.archive_template(actor=make.actor(leader.person), item_id=item.id)
    assert item.archived_at == first is not None


def test_through_the_pages(leader: Leader, db: Any) -> None:
    series = make.series(leader.team)
    page = f"/series/{series.id}/template"
    assert 'value="周五卫生大扫除"' in leader.client.get(page).text
    for name, sentence in (("", "请填写这一项"), ("长" * 81, "80")):
        answer = leader.client.post(page, data={"name": name})
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MenuItem)) == 0
    menu = f"/teams/{leader.team.id}/activities/menu"
    answer = leader.client.post(page, data={"name": "我们的扫除"})
    assert (answer.status_code, answer.location) == (303, menu)
    assert "我们的扫除" in leader.client.get(menu).text
    item = db.session.scalars(sa.select(MenuItem)).one()
    answer = leader.client.post(f"/templates/{item.id}/archive", data={"team": str(leader.team.id)})
    assert (answer.status_code, answer.location) == (303, menu)
    assert "我们自己的模板" not in leader.client.get(menu).text


def test_a_menu_has_an_end(leader: Leader, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu_items, "MOST", 1)
    kept(leader)
    with pytest.raises(menu_items.TooManyTemplates):
        kept(leader)
    with pytest.raises(menu_items.NameNeeded):
        service.keep_as_template(
            actor=make.actor(leader.person), series_id=make.series(leader.team).id, name="  "
        )
    with pytest.raises(NotFound):
        service.keep_as_template(
            actor=make.actor(make.leader(make.team())), series_id=make.series(leader.team).id, name="x"
        )
