"""The elder's card: made, lost, opened with the PIN; what it opens, and what it never opens."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import make
from tests.test_routes import routes
from tests.world import World
from volunteer.acting import access, policy, queries, refusals, service
from volunteer.acting.models import Card
from volunteer.acting.rules import RIGHTS, card_token
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.people import identity, pins, sessions
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK, SignInSession
from volunteer.wishes.models import Wish

PIN, WRONG = "480257", "480258"
MINUTE = dt.timedelta(minutes=1)
NEW = service.NewPin("480257", "hash")


def world(role: str = COUNTER_CLERK) -> tuple[Any, Any]:
    area = make.community()
    return make.person(area, name="袁桂英"), make.actor(make.staff(role, area))


def live() -> list[Card]:
    return list(database.session.scalars(sa.select(Card).where(Card.ended_at.is_(None))))


def enter(client: FlaskClient, token: str, pin: str = PIN, to: str = "activities") -> Any:
    return client.post(f"/card/{token}", data={"pin": pin, "to": to})


@pytest.fixture
def elder(db: Any) -> Any:
    return make.person(name="袁桂英")


@pytest.fixture
def token(elder: Any) -> str:
    return make.card(elder, pin=PIN)


def test_the_first_card_brings_a_pin_the_next_one_does_not(db: Any) -> None:
    person, clerk = world()
    assert service.issue_card(actor=clerk, person_id=person.id, pin=NEW)
    first = live()[0]
    assert person.pin_hash == "hash"
    assert not service.issue_card(actor=clerk, person_id=person.id, pin=service.NewPin("1", "other"))
    (second,) = live()
    assert (second.id != first.id, person.pin_hash) == (True, "hash")
    assert [line.sentence[:12] for line in queries.receipts_of(person.id)] == ["周*（" + clerk.number] * 2


def test_only_staff_of_the_area_and_never_for_themselves(db: Any) -> None:
    person, clerk = world()
    area = db.session.get(make.Area, person.area_id)
    strangers = (
        make.person(area),
        make.staff(AUDITOR, area),
        make.staff(COMMUNITY_STAFF, make.community()),
        make.leader(make.team(area)),
        make.helper(person, *RIGHTS),
        person,
    )
    for stranger in strangers:
        for deed in (service.issue_card, service.set_pin):
            if deed is service.set_pin and stranger is person:
                continue  # the own PIN is one's own
            with pytest.raises(NotFound):
                deed(actor=make.actor(stranger), person_id=person.id, pin=NEW)
        for deed in (service.print_card, service.end_card):
            with pytest.raises(NotFound):
                deed(actor=make.actor(stranger), person_id=person.id)
    with pytest.raises(NotFound):
        service.issue_card(actor=clerk, person_id=clerk.id, pin=NEW)
    assert (live(), person.pin_hash) == ([], None)


def test_staff_have_no_card(db: Any) -> None:
    person, clerk = world()
    make.grant(person, COUNTER_CLERK, area=db.session.get(make.Area, person.area_id))
    with pytest.raises(refusals.StaffHaveNoCard):
        service.issue_card(actor=clerk, person_id=person.id, pin=NEW)
    assert live() == []


def test_a_lost_card_opens_nothing_and_closes_what_it_opened(
    client: FlaskClient, elder: Any, token: str
) -> None:
    enter(client, token)
    clerk = make.actor(make.staff(COUNTER_CLERK, database.session.get(make.Area, elder.area_id)))
    service.end_card(actor=clerk, person_id=elder.id)
    database.session.commit()
    assert client.get("/my-activities").status_code == 302
    assert client.get(f"/card/{token}").status_code == 404
    assert queries.person_by_card(token) is None
    with pytest.raises(refusals.NoCard):
        service.end_card(actor=clerk, person_id=elder.id)
    with pytest.raises(refusals.NoCard):
        service.print_card(actor=clerk, person_id=elder.id)


def test_a_found_card_is_brought_to_a_counter_which_no_grid_has(client_for: Any, db: Any) -> None:
    community = make.community(name="桔苑社区")
    grid = make.grid(community, name="桔苑第4网格")
    person, clerk = make.person(grid), make.staff(COUNTER_CLERK, community)
    paper = client_for(clerk).post(f"/desk/people/{person.id}/card", data={"do": "issue"}).text
    assert "请交到桔苑社区服务台" in paper
    assert "桔苑第4网格服务台" not in paper


def test_the_card_shows_three_doors_and_a_masked_name(client: FlaskClient, token: str) -> None:
    page = client.get(f"/card/{token}").text
    assert "袁*，想办什么？" in page
    assert "<title>您好 · 邻里时间</title>" in page
    assert "桂英" not in page
    assert 'class="elder"' in page
    doors = page.split('class="big-links"')[1].split("</ul>")[0]
    assert re.findall(r"<b>([^<]+)</b>", doors) == ["报名活动", "我的时间和积分", "说个心愿"]
    assert 'inputmode="numeric"' in client.get(f"/card/{token}?to=time").text


def test_the_page_speaks_the_language_of_the_card_holder(client: FlaskClient, elder: Any, token: str) -> None:
    elder.language = "zh_Hant"
    database.session.commit()
    assert 'lang="zh-Hant"' in client.get(f"/card/{token}", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    ("to", "address"), [("activities", "/?show=open"), ("time", "/my-time"), ("wish", "/wishes/new")]
)
def test_the_right_pin_opens_the_door_that_was_pressed(
    client: FlaskClient, elder: Any, token: str, to: str, address: str
) -> None:
    answer = enter(client, token, to=to)
    assert (answer.status_code, answer.location) == (303, address)
    assert client.get(address).status_code == 200
    row = database.session.scalars(sa.select(SignInSession)).one()
    assert (row.person_id, row.way) == (elder.id, "card")
    assert client.get(f"/card/{token}?to={to}").location == address  # no PIN a second time


def test_a_wish_by_card_needs_neither_a_phone_nor_what_the_record_has(
    client: FlaskClient, elder: Any, token: str
) -> None:
    elder.phone = elder.phone_hash = elder.address = None
    database.session.commit()
    enter(client, token, to="wish")
    page = client.get("/wishes/new").text
    assert "没有电话的，社区替您转告" in page
    assert "桂英" not in page
    typed = {"public_text": "想有人陪我说说话", "kind": "company", "consent": "y"}
    assert client.post("/wishes/new", data=typed).status_code == 303
    wish = database.session.scalars(sa.select(Wish)).one()
    assert (wish.wisher_id, wish.contact_name, wish.contact_phone, wish.address) == (
        elder.id,
        "袁桂英",
        "",
        "",
    )


def test_a_wish_by_card_takes_what_is_registered(client: FlaskClient, elder: Any, token: str) -> None:
    elder.address = "麓山南路12号"
    database.session.commit()
    enter(client, token, to="wish")
    typed = {"public_text": "想有人陪我说说话", "kind": "company", "consent": "y"}
    assert client.post("/wishes/new", data=typed).status_code == 303
    wish = database.session.scalars(sa.select(Wish)).one()
    assert (wish.contact_phone, wish.address) == (elder.phone.removeprefix("+86"), "麓山南路12号")


def test_a_wrong_pin_opens_nothing(client: FlaskClient, token: str) -> None:
    answer = enter(client, token, WRONG)
    assert answer.status_code == 422
    assert "六位密码不对" in answer.text
    assert WRONG not in answer.text
    assert enter(client, token, "").status_code == 422
    assert client.get("/my-activities").status_code == 302


def test_after_five_wrong_ones_the_right_one_waits(client: FlaskClient, token: str) -> None:
    for _time in range(pins.ATTEMPTS):
        assert enter(client, token, WRONG).status_code == 422
    assert enter(client, token).status_code == 429
    with clock.fixed(clock.now() + 15 * MINUTE):
        assert enter(client, token).status_code == 303


def test_unknown_ended_closed_and_staffs_cards_are_answered_alike(client: FlaskClient, db: Any) -> None:
    area = make.community()
    staff, closed, gone = make.staff(COUNTER_CLERK, area), make.person(area), make.person(area)
    tokens = [
        "A" * 22,
        "short",
        make.card(staff, pin=PIN),
        make.card(closed, pin=PIN),
        make.card(gone, pin=PIN),
    ]
    closed.status = "disabled"
    for card in db.session.scalars(sa.select(Card).where(Card.person_id == gone.id)):
        card.ended_at = clock.now()
    db.session.commit()
    pages = {re.sub(r"/card/[^\"?]*", "", client.get(f"/card/{token}").text) for token in tokens}
    assert len(pages) == 1
    for token in tokens:
        assert client.get(f"/card/{token}").status_code == 404
        assert enter(client, token).status_code == 404
    assert db.session.scalars(sa.select(SignInSession)).all() == []


def test_a_sign_in_by_card_ends_after_fifteen_quiet_minutes(client: FlaskClient, token: str) -> None:
    begun = clock.now()
    enter(client, token)
    with clock.fixed(begun + 14 * MINUTE):
        assert client.get("/my-activities").status_code == 200
    with clock.fixed(begun + 28 * MINUTE):  # still in use
        assert client.get("/my-activities").status_code == 200
    with clock.fixed(begun + 43 * MINUTE):
        assert client.get("/my-activities").status_code == 302


def test_who_gets_a_role_stays_a_resident_until_the_password(
    client: FlaskClient, elder: Any, token: str
) -> None:
    enter(client, token)
    make.grant(elder, COMMUNITY_STAFF, area=database.session.get(make.Area, elder.area_id))
    assert client.get("/desk").status_code == 403
    row = database.session.scalars(sa.select(SignInSession)).one()
    row.token_hash = sessions.hash_token("known")
    database.session.commit()
    actor = identity.load_by_token("known")
    assert actor is not None
    assert (actor.roles, actor.elder_mode, actor.way) == ((), True, "card")


def test_a_card_acts_for_nobody_else(db: Any) -> None:
    person = make.person()
    helper = make.helper(person, *RIGHTS)
    by_card = identity.Actor(**{**vars(make.actor(helper)), "way": "card"})
    assert not any(policy.may_act_for(by_card, person.id, right) for right in RIGHTS)
    assert policy.acts_for(by_card, "sign_up") == []


def card_client(app: Flask, person: Any) -> FlaskClient:
    client = app.test_client()
    assert enter(client, make.card(person, pin=PIN)).status_code == 303
    return client


def test_a_card_opens_only_what_is_on_the_list(app: Flask) -> None:
    """Every route of the product, by GET and POST; whatever is added later is refused until somebody decides."""
    world = World()
    client = card_client(app, world.people["member"])
    wrong = []
    for endpoint, method in routes(app):
        rule = next(r for r in app.url_map.iter_rules(endpoint) if method in (r.methods or set()))
        if endpoint in access.WITH_CARD:
            continue
        values = {name: world.values(endpoint, {name}).get(name, 1) for name in rule.arguments}
        with app.test_request_context():
            path = app.url_for(endpoint, **values)
        answer = client.open(path, method=method)
        if answer.status_code != 403 or "用邻里卡打开的页面办不了这件事" not in answer.text:
            wrong.append((endpoint, method, answer.status_code))
    assert wrong == []


def test_control_without_the_list_the_account_stands_open(
    app: Flask, monkeypatch: pytest.MonkeyPatch, elder: Any
) -> None:
    client = card_client(app, elder)
    assert client.get("/me/password").status_code == 403
    monkeypatch.setattr(access, "WITH_CARD", {endpoint for endpoint, _method in routes(app)})
    assert client.get("/me/password").status_code == 200


def test_what_is_on_the_list_exists_and_leaves_the_account_alone(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert known >= access.WITH_CARD
    refused = (
        "people.me",
        "people.change_password",
        "people.email",
        "people.set_elder_mode",
        "wishes.contact",
    )
    assert not access.WITH_CARD & set(refused)
    assert not [endpoint for endpoint in access.WITH_CARD if endpoint.split(".")[0] in {"safety", "privacy"}]


def test_with_the_card_one_signs_up(app: Flask, elder: Any) -> None:
    occurrence = make.occurrence()
    client = card_client(app, elder)
    assert client.post(f"/activities/{occurrence.id}/sign-up").status_code == 303
    database.session.refresh(occurrence)
    assert occurrence.taken == 1
    page = client.get("/").text
    assert page.count("<li>") == 3 + page.split("</main>")[1].count("<li>")
    assert "用好了，退出" in page
    client.post("/sign-out")
    assert client.get("/my-activities").status_code == 302


def test_spending_points_needs_the_pin_each_time(app: Flask, db: Any) -> None:
    area = make.community()
    elder, item = make.person(area), make.item(area)
    make.points(elder, 100)
    client = card_client(app, elder)
    assert 'name="pin"' in client.get("/shop").text
    refused = client.post(f"/shop/{item.id}/order", data={"quantity": "2"})
    assert refused.status_code == 422
    assert "请再输一次六位密码" in refused.text
    assert '<option value="2" selected>' in refused.text
    wrong = client.post(f"/shop/{item.id}/order", data={"quantity": "2", "pin": WRONG})
    assert (wrong.status_code, "六位密码不对" in wrong.text) == (422, True)
    assert '<option value="2" selected>' in wrong.text
    right = client.post(f"/shop/{item.id}/order", data={"quantity": "2", "pin": PIN})
    assert right.status_code == 303
    assert "等 24 小时" not in client.get(right.location).text


@pytest.mark.parametrize(
    ("typed", "is_card"),
    [
        ("https://linli.example/card/" + "a" * 22, True),
        (" http://127.0.0.1:5000/card/" + "a" * 22 + "/ ", True),
        ("a" * 22, True),
        ("a" * 21, False),
        ("https://linli.example/other/" + "a" * 22, False),
        ("陈小明", False),
        ("", False),
    ],
)
def test_what_a_scanner_types(typed: str, is_card: bool) -> None:
    assert (card_token(typed) == "a" * 22) == is_card
