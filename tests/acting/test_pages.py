"""The pages: helpers, receipts, wards, the counter's card; and where a scanned card finds a person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.acting.models import Card, Delegation
from volunteer.acting.rules import REDEEM, RIGHTS, SIGN_UP, WISH
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.database import db as database
from volunteer.people import pins
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK, SignInSession
from volunteer.points import service as points
from volunteer.points.models import Order
from volunteer.wishes.models import Wish

SignIn = Callable[[Any], FlaskClient]
PIN, WRONG = "480257", "480258"
HOUR = dt.timedelta(hours=1)


def test_naming_and_ending_a_helper(client_for: SignIn, db: Any) -> None:
    person, helper = make.person(), make.person(name="林小芳")
    visitor = client_for(person)
    form = {"who": helper.number, "relation": "child", "rights": [SIGN_UP, REDEEM]}
    assert visitor.post("/me/helpers", data=form).status_code == 303
    page = visitor.get("/me/helpers").text
    assert "林*" in page
    assert "小芳" not in page
    given = db.session.scalars(sa.select(Delegation)).one()
    seen = client_for(helper).get("/me/acting-for").text
    assert "陈*" in seen
    assert "代兑换" in seen
    assert "代提心愿" not in seen
    assert visitor.post(f"/me/helpers/{given.id}/end").status_code == 303
    assert "代兑换" not in client_for(helper).get("/me/acting-for").text


def test_a_refusal_keeps_what_was_typed(client_for: SignIn, db: Any) -> None:
    visitor = client_for(make.person())
    answer = visitor.post("/me/helpers", data={"who": "V00000000", "relation": "child", "rights": [WISH]})
    assert answer.status_code == 422
    assert "请核对编号" in answer.text
    assert 'value="V00000000"' in answer.text
    assert len(re.findall(r"<input checked", answer.text)) == 2
    nothing = visitor.post("/me/helpers", data={"who": make.person().number, "relation": "child"})
    assert "请至少选一件" in nothing.text


def test_numbers_cannot_be_tried_out(client_for: SignIn, db: Any) -> None:
    visitor = client_for(make.person())
    form = {"who": "13700000000", "relation": "child", "rights": [WISH]}
    assert [visitor.post("/me/helpers", data=form).status_code for _time in range(11)] == [422] * 10 + [429]


def test_a_stranger_cannot_end_it(client_for: SignIn, db: Any) -> None:
    make.helper(make.person(), SIGN_UP)
    given = db.session.scalars(sa.select(Delegation)).one()
    assert client_for(make.person()).post(f"/me/helpers/{given.id}/end").status_code == 404
    assert (
        client_for(make.person())
        .post(f"/me/acting-for/{given.id}/type-size", data={"large": "1"})
        .status_code
        == 404
    )
    db.session.refresh(given)
    assert given.ended_at is None


def test_the_page_of_an_activity_offers_the_wards(client_for: SignIn, db: Any) -> None:
    person, other = make.person(name="袁桂英"), make.person(name="王建国")
    helper = make.helper(person, SIGN_UP)
    make.helper(other, WISH, someone=helper)
    occurrence = make.occurrence()
    visitor = client_for(helper)
    address = f"/activities/{occurrence.id}"
    page = visitor.get(address).text
    assert "替袁*报名" in page
    assert "王*" not in page
    assert visitor.post(f"{address}/wards/{person.id}/sign-up").status_code == 303
    assert "取消袁*的报名" in visitor.get(address).text
    assert visitor.post(f"{address}/wards/{person.id}/sign-up").status_code == 409
    assert visitor.post(f"{address}/wards/{other.id}/sign-up").status_code == 404
    assert visitor.post(f"{address}/wards/{person.id}/sign-off").status_code == 303
    db.session.refresh(occurrence)
    assert occurrence.taken == 0
    assert "替您取消了" in client_for(person).get("/me/receipts").text


def test_a_late_sign_off_for_a_ward_needs_a_reason(client_for: SignIn, db: Any) -> None:
    person = make.person()
    helper, occurrence = make.helper(person, SIGN_UP), make.occurrence(starts_at=clock.now() + 3 * HOUR)
    make.sign_up(occurrence, person)
    address = f"/activities/{occurrence.id}/wards/{person.id}/sign-off"
    refused = client_for(helper).post(address)
    assert refused.status_code == 422
    assert "请写一句他不能来的原因" in refused.text
    assert client_for(helper).post(address, data={"ward_reason": "他发烧了"}).status_code == 303


def test_wards_cost_a_fixed_number_of_statements(client_for: SignIn, count_statements: Any) -> None:
    helper, occurrence = make.person(), make.occurrence()
    visitor = client_for(helper)

    def statements(address: str) -> int:
        before = len(count_statements())
        assert visitor.get(address).status_code == 200
        return len(count_statements()) - before

    addresses = (f"/activities/{occurrence.id}", "/me/acting-for", "/me/helpers")
    make.helper(make.person(), *RIGHTS, someone=helper)
    few = [statements(address) for address in addresses]
    for _one in range(5):
        make.helper(make.person(), *RIGHTS, someone=helper)
        make.helper(helper, *RIGHTS)
    assert [statements(address) for address in addresses] == few


def wish_form(ward: Any, **more: str) -> dict[str, str]:
    return {"ward": str(ward.id), "public_text": "想有人陪我下棋", "kind": "company", "consent": "y", **more}


def test_a_wish_for_a_ward_takes_what_is_registered_and_shows_it_to_nobody(
    client_for: SignIn, db: Any
) -> None:
    person = make.person(name="袁桂英", phone="+8613712345678", address="麓山南路12号")
    visitor = client_for(make.helper(person, WISH))
    page = visitor.get(f"/wishes/new?for={person.id}").text
    assert "这是替袁*提的。" in page
    assert "袁" not in page.partition("</title>")[0]
    assert not re.search("桂英|13712345678|麓山南路", page)
    assert visitor.post("/wishes/new", data=wish_form(person)).location == "/me/acting-for"
    wish = db.session.scalars(sa.select(Wish)).one()
    assert (wish.wisher_id, wish.contact_name) == (person.id, "袁桂英")
    assert (wish.contact_phone, wish.address) == ("13712345678", "麓山南路12号")


def test_what_is_not_registered_must_be_typed(client_for: SignIn, db: Any) -> None:
    person = make.person()
    person.phone = person.phone_hash = None
    visitor = client_for(make.helper(person, WISH))
    assert "他没有登记电话" in visitor.post("/wishes/new", data=wish_form(person)).text
    with_phone = wish_form(person, contact_phone="13712345678")
    assert "他没有登记住址" in visitor.post("/wishes/new", data=with_phone).text
    without_consent = wish_form(person, contact_phone="13712345678", address="某处") | {"consent": ""}
    assert visitor.post("/wishes/new", data=without_consent).status_code == 409
    assert db.session.scalars(sa.select(Wish)).all() == []


def test_nobody_wishes_or_shops_for_who_did_not_ask(client_for: SignIn, db: Any) -> None:
    person, item = make.person(), make.item()
    visitor = client_for(make.helper(person, SIGN_UP))
    for address in (f"/wishes/new?for={person.id}", f"/shop?for={person.id}"):
        assert visitor.get(address).status_code == 404
    assert visitor.post("/wishes/new", data=wish_form(person)).status_code == 404
    order = {"ward": str(person.id), "quantity": "1", "pin": PIN}
    assert visitor.post(f"/shop/{item.id}/order", data=order).status_code == 404
    assert (db.session.scalars(sa.select(Wish)).all(), db.session.scalars(sa.select(Order)).all()) == ([], [])


def test_a_stranger_cannot_lock_somebodys_pin(client_for: SignIn, db: Any) -> None:
    person, item = make.person(pin_hash=pins.hash_pin(PIN)), make.item()
    visitor = client_for(make.person())
    for _time in range(pins.ATTEMPTS + 1):
        data = {"ward": str(person.id), "quantity": "1", "pin": WRONG}
        assert visitor.post(f"/shop/{item.id}/order", data=data).status_code == 404
    assert pins.check(person_id=person.id, pin=PIN)


class Shop:
    def __init__(self, client_for: SignIn) -> None:
        self.area = make.community()
        self.person = make.person(self.area, name="袁桂英", pin_hash=pins.hash_pin(PIN))
        self.helper = make.helper(self.person, REDEEM)
        self.item = make.item(self.area)
        make.points(self.person, 100)
        self.client_for = client_for
        self.visitor = client_for(self.helper)

    def order(self, pin: str = "", quantity: str = "1") -> Any:
        data = {"ward": str(self.person.id), "quantity": quantity, "pin": pin}
        return self.visitor.post(f"/shop/{self.item.id}/order", data=data)


@pytest.fixture
def shop(client_for: SignIn, db: Any) -> Shop:
    return Shop(client_for)


def test_redeeming_with_the_wards_pin(shop: Shop) -> None:
    page = shop.visitor.get(f"/shop?for={shop.person.id}").text
    assert "替袁*兑换" in page
    assert "他的可用积分" in page
    wrong = shop.order(WRONG, "3")
    assert (wrong.status_code, "六位密码不对" in wrong.text) == (422, True)
    assert '<option value="3" selected>' in wrong.text
    assert f'name="ward" value="{shop.person.id}"' in wrong.text
    placed = shop.order(PIN)
    assert placed.status_code == 303
    assert "等 24 小时" not in shop.visitor.get(placed.location).text


def test_five_wrong_pins_and_the_right_one_waits(shop: Shop) -> None:
    assert [shop.order(WRONG).status_code for _time in range(6)] == [422] * 5 + [429]
    assert shop.order(PIN).status_code == 429
    assert database.session.scalars(sa.select(Order)).all() == []


def test_without_the_pin_the_counter_says_from_when(shop: Shop) -> None:
    placed = shop.order()
    assert "要等 24 小时" in shop.visitor.get(placed.location).text
    assert "按最下面的按钮取消" in shop.client_for(shop.person).get(placed.location).text
    order = database.session.scalars(sa.select(Order)).one()
    clerk = shop.client_for(make.staff(COUNTER_CLERK, shop.area))
    found = clerk.post("/counter", data={"code": order.code}).text
    assert "11月22日 周日 10:00 以后才能交付" in found
    assert f"/counter/{order.id}/hand-over" not in found
    assert clerk.post(f"/counter/{order.id}/hand-over").status_code == 409


def test_the_code_is_for_the_person_and_the_helper_while_it_lasts(shop: Shop) -> None:
    address = shop.order(PIN).location
    order = database.session.scalars(sa.select(Order)).one()
    for visitor in (shop.visitor, shop.client_for(shop.person)):
        assert order.code[:4] in visitor.get(address).text
    second = make.helper(shop.person, *RIGHTS)
    for stranger in (second, make.person(shop.area), make.staff(COMMUNITY_STAFF, shop.area)):
        assert shop.client_for(stranger).get(address).status_code == 404
    database.session.execute(sa.update(Delegation).values(ended_at=clock.now()))
    database.session.commit()
    assert shop.visitor.get(address).status_code == 404
    assert "替袁*兑换" not in shop.visitor.get("/me/acting-for").text


def test_the_helper_finds_the_order_again(shop: Shop) -> None:
    placed = shop.order()
    assert placed.location in shop.visitor.get("/me/acting-for").text


def test_a_card_at_the_counter_finds_what_can_be_collected(shop: Shop) -> None:
    token = make.card(shop.person)
    clerk = shop.client_for(make.staff(COUNTER_CLERK, shop.area))
    scanned = {"code": f"http://127.0.0.1:5000/card/{token}"}
    empty = clerk.post("/counter", data=scanned)
    assert (empty.status_code, "没有等着在这里取的东西" in empty.text) == (404, True)
    shop.order()  # waits for 24 hours
    ready = points.order(actor=make.actor(shop.person), item_id=shop.item.id)
    database.session.commit()
    page = clerk.post("/counter", data=scanned).text
    assert f"/counter/{ready.id}/hand-over" in page
    assert "他还有 1 单在等" in page
    elsewhere = shop.client_for(make.staff(COUNTER_CLERK, make.community()))
    assert elsewhere.post("/counter", data=scanned).status_code == 404


def test_a_card_signs_its_holder_up_at_the_leaders(client_for: SignIn, db: Any) -> None:
    team, person = make.team(), make.person(name="袁桂英")
    occurrence = make.occurrence(make.series(team))
    visitor = client_for(make.leader(team))
    scanned = {"who": f"https://linli.example/card/{make.card(person)}"}
    assert visitor.post(f"/activities/{occurrence.id}/sign-up-another", data=scanned).status_code == 303
    unknown = {"who": "https://linli.example/card/" + "A" * 22}
    assert visitor.post(f"/activities/{occurrence.id}/sign-up-another", data=unknown).status_code == 422
    db.session.refresh(occurrence)
    assert occurrence.taken == 1


def test_a_card_is_found_at_the_roll_call(client_for: SignIn, db: Any) -> None:
    team, person = make.team(), make.person(name="袁桂英")
    occurrence = make.occurrence(make.series(team), starts_at=clock.now() - HOUR)
    visitor = client_for(make.leader(team))
    scanned = {"do": "find", "find": f"https://linli.example/card/{make.card(person)}"}
    page = visitor.post(f"/activities/{occurrence.id}/roll-call/list", data=scanned).text
    assert f"add:{person.id}" in page


def card_address(person: Any) -> str:
    return f"/desk/people/{person.id}/card"


def test_the_counter_makes_a_card_with_a_pin_that_is_shown_once(client_for: SignIn, db: Any) -> None:
    area = make.community()
    person = make.person(area, name="袁桂英")
    visitor = client_for(make.staff(COUNTER_CLERK, area))
    assert "桂英" not in visitor.get(card_address(person)).text
    key = crypto.token()
    paper = visitor.post(card_address(person), data={"do": "issue", "form_key": key})
    assert paper.status_code == 200
    digits = "".join(re.findall(r"<span>(\d{3})</span>", paper.text))
    card = db.session.scalars(sa.select(Card)).one()
    assert "袁桂英" in paper.text
    assert person.number in paper.text
    assert "<svg" in paper.text
    assert card.token not in paper.text  # only inside the picture
    assert "style=" not in paper.text
    assert pins.check(person_id=person.id, pin=digits)
    again = visitor.post(card_address(person), data={"do": "issue", "form_key": key})
    assert (again.status_code, again.location) == (303, card_address(person))
    reprint = visitor.post(card_address(person), data={"do": "print"}).text
    assert "袁桂英" in reprint
    assert 'class="pin-slip"' not in reprint
    acts = db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["card_issued", "card_printed"]
    assert digits not in str(db.session.scalars(sa.select(AuditEntry.details)).all())


def test_a_new_pin_replaces_the_old_one_and_closes_what_the_card_opened(client_for: SignIn, db: Any) -> None:
    area = make.community()
    person = make.person(area, pin_hash=pins.hash_pin(PIN))
    now = clock.now()
    make._keep(
        SignInSession(token_hash="x", person_id=person.id, way="card", created_at=now, last_seen_at=now)
    )
    visitor = client_for(make.staff(COMMUNITY_STAFF, area))
    paper = visitor.post(card_address(person), data={"do": "pin"}).text
    digits = "".join(re.findall(r"<span>(\d{3})</span>", paper))
    assert 'class="fold-card"' not in paper
    with pytest.raises(pins.WrongPin):
        pins.check(person_id=person.id, pin=PIN)
    assert pins.check(person_id=person.id, pin=digits)
    assert db.session.get(SignInSession, "x") is None


def test_a_lost_card_is_ended_at_the_counter(client_for: SignIn, db: Any) -> None:
    area = make.community()
    person = make.person(area)
    visitor, token = client_for(make.staff(COUNTER_CLERK, area)), make.card(person)
    assert visitor.post(card_address(person), data={"do": "end"}).status_code == 303
    assert visitor.get(f"/card/{token}").status_code == 404
    assert visitor.post(card_address(person), data={"do": "end"}).status_code == 409
    assert visitor.post(card_address(person), data={"do": "burn"}).status_code == 422


def test_a_minors_card_needs_the_approval_of_a_colleague(client_for: SignIn, db: Any) -> None:
    area = make.community()
    minor = make.person(area, born_on=dt.date(2012, 1, 1))
    visitor = client_for(make.staff(COUNTER_CLERK, area))
    for address in (card_address(minor), f"/desk/people/{minor.id}/helpers"):
        assert visitor.get(address).status_code == 403
    assert visitor.post(card_address(minor), data={"do": "issue"}).status_code == 403
    assert db.session.scalars(sa.select(Card)).all() == []


def test_the_counter_records_and_removes_a_helper(client_for: SignIn, db: Any) -> None:
    area = make.community()
    person, helper = make.person(area), make.person(name="林小芳")
    clerk = make.staff(COUNTER_CLERK, area)
    visitor = client_for(clerk)
    address = f"/desk/people/{person.id}/helpers"
    form = {"who": helper.number, "relation": "grid_worker", "rights": [SIGN_UP], "way": "in_person"}
    assert visitor.post(address, data=form).status_code == 303
    page = visitor.get(address).text
    assert "11月21日由周*在服务台登记" in page
    without_way = {**form, "way": ""}
    assert visitor.post(address, data=without_way).status_code == 422
    own = visitor.post(address, data={**form, "who": clerk.number})
    assert (own.status_code, "请另一位同事来登记" in own.text) == (403, True)
    given = db.session.scalars(sa.select(Delegation)).one()
    other = make.person(area)
    assert visitor.post(f"/desk/people/{other.id}/helpers/{given.id}/end").status_code == 404
    assert visitor.post(f"{address}/{given.id}/end").status_code == 303
    db.session.refresh(given)
    assert given.ended_by_id == clerk.id


def test_large_type_is_set_for_somebody(client_for: SignIn, db: Any) -> None:
    area = make.community()
    person = make.person(area)
    helper = make.helper(person, WISH)
    given = db.session.scalars(sa.select(Delegation)).one()
    visitor = client_for(helper)
    assert visitor.post(f"/me/acting-for/{given.id}/type-size", data={"large": "1"}).status_code == 303
    home = client_for(person).get("/").text
    assert 'class="elder"' in home
    assert home.split("</main>")[0].count('<section class="card">') == 0
    clerk = client_for(make.staff(COUNTER_CLERK, area))
    assert clerk.post(f"/desk/people/{person.id}/type-size", data={"large": "0"}).status_code == 303
    assert clerk.post(f"/desk/people/{person.id}/type-size", data={"large": "2"}).status_code == 422
    db.session.refresh(person)
    assert not person.elder_mode


def test_the_own_pin_is_made_after_proving_who_one_is(client_for: SignIn, db: Any) -> None:
    person = make.person()
    visitor = client_for(person)
    db.session.execute(sa.update(SignInSession).values(second_factor_at=None, confirmed_at=None))
    db.session.commit()
    assert "/confirm" in visitor.post("/me/pin").location
    db.session.refresh(person)
    assert person.pin_hash is None
    db.session.execute(sa.update(SignInSession).values(confirmed_at=clock.now()))
    db.session.commit()
    page = visitor.post("/me/pin").text
    digits = "".join(re.findall(r"<span>(\d{3})</span>", page))
    assert pins.check(person_id=person.id, pin=digits)
    assert digits not in visitor.get("/me/pin").text
