from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import crypto
from volunteer.core.database import db
from volunteer.ledger.models import POINTS, Account
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.points import check, queries, service
from volunteer.points.models import COLLECTED, HELD, Item, Order

pytestmark = pytest.mark.usefixtures("app")


class World:
    def __init__(self) -> None:
        self.area = make.community()
        self.person = make.person(self.area, name="袁小芳")
        make.points(self.person, 100)
        self.item = make.item(self.area, stock=5)
        self.clerk = make.staff(COUNTER_CLERK, self.area)

    def place(self) -> Order:
        placed = service.order(actor=make.actor(self.person), item_id=self.item.id)
        db.session.commit()
        return db.session.get_one(Order, placed.id)


@pytest.fixture
def world(app: Any) -> World:
    return World()


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def orders() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Order)) or 0


def test_the_shop_says_what_there_is_and_what_is_lacking(world: World, client_for: Any) -> None:
    make.item(world.area, name="电饭煲", price_points=180)
    make.item(world.area, name="雨伞", stock=0)
    make.item(make.community(), name="别处的杯子")
    page = text(client_for(world.person).get("/shop"))
    assert "毛巾" in page
    assert "还差 80 分" in page
    assert "已经兑完" in page
    assert "别处的杯子" not in page


def test_looking_at_the_shop_opens_no_account(world: World, client_for: Any) -> None:
    newcomer = make.person(world.area)
    assert client_for(newcomer).get("/shop").status_code == 200
    found = db.session.scalars(
        sa.select(Account).where(Account.book == POINTS, Account.owner_id == newcomer.id)
    ).first()
    assert found is None


def test_an_order_leads_to_its_code_and_picture(world: World, client_for: Any) -> None:
    visitor = client_for(world.person)
    answer = visitor.post(f"/shop/{world.item.id}/order", data={"quantity": "2"})
    assert answer.status_code == 303
    order = db.session.scalars(sa.select(Order)).one()
    assert answer.location.endswith(f"/orders/{order.id}")
    page = text(visitor.get(answer.location))
    assert order.code[:4] in page
    assert order.code[4:] in page
    assert 'src="data:image/svg+xml' in page
    assert "10 分 × 2 份 = 20 分" in page


def test_the_same_form_twice_orders_once(world: World, client_for: Any) -> None:
    visitor, key = client_for(world.person), crypto.token()
    for _time in range(2):
        data = {"quantity": "1", "form_key": key}
        assert visitor.post(f"/shop/{world.item.id}/order", data=data).status_code == 303
    assert orders() == 1


@pytest.mark.parametrize(
    "quantity", ["", "0", "-1", "101", "1.5", "NaN", "９", "9" * 40, "1\x00", "x" * 10_000]
)
def test_strange_quantities_are_refused(world: World, client_for: Any, quantity: str) -> None:
    answer = client_for(world.person).post(f"/shop/{world.item.id}/order", data={"quantity": quantity})
    assert answer.status_code == 422
    assert orders() == 0


def test_a_refused_order_shows_the_shop_with_the_reason(world: World, client_for: Any) -> None:
    answer = client_for(world.person).post(f"/shop/{world.item.id}/order", data={"quantity": "6"})
    assert answer.status_code == 409
    assert "现在还有 5 份" in text(answer)
    assert orders() == 0
    assert check.stock_check() == []


def test_unknown_items_and_orders_are_not_found(world: World, client_for: Any) -> None:
    visitor = client_for(world.person)
    assert visitor.post("/shop/999999999999999999/order", data={"quantity": "1"}).status_code == 404
    assert visitor.get("/orders/999999999999999999").status_code == 404
    assert visitor.post("/orders/999999999999999999/cancel").status_code == 404


def test_an_order_is_for_its_owners_eyes(world: World, client_for: Any, client: Any) -> None:
    order = world.place()
    for stranger in (make.person(world.area), world.clerk):
        assert client_for(stranger).get(f"/orders/{order.id}").status_code == 404
        assert client_for(stranger).post(f"/orders/{order.id}/cancel").status_code == 404
    assert client.get(f"/orders/{order.id}").status_code == 302
    assert db.session.get_one(Order, order.id).state == HELD


def test_the_owner_cancels(world: World, client_for: Any) -> None:
    order, visitor = world.place(), client_for(world.person)
    assert visitor.post(f"/orders/{order.id}/cancel").status_code == 303
    assert queries.points_of(world.person.id) == 100
    again = visitor.post(f"/orders/{order.id}/cancel")
    assert again.status_code == 409
    assert "已经结束" in text(again)
    assert "已取消" in text(visitor.get("/orders"))


def test_the_counter_finds_hands_over_and_says_so(world: World, client_for: Any) -> None:
    order, clerk = world.place(), client_for(world.clerk)
    card = clerk.post("/counter", data={"code": f"{order.code[:4]} {order.code[4:]}\r\n"})
    assert card.status_code == 200
    page = text(card)
    assert "毛巾 × 1" in page
    assert "袁*" in page
    assert "袁小芳" not in page
    assert f'action="/counter/{order.id}/hand-over"' in page
    answer = clerk.post(f"/counter/{order.id}/hand-over")
    assert answer.status_code == 303
    assert "已交付：毛巾 × 1，给袁*。" in text(clerk.get(answer.location))
    assert db.session.get_one(Order, order.id).state == COLLECTED


def test_a_code_shown_twice_gets_the_time_of_the_first(world: World, client_for: Any) -> None:
    order, clerk = world.place(), client_for(world.clerk)
    clerk.post(f"/counter/{order.id}/hand-over")
    page = text(clerk.post("/counter", data={"code": order.token.lower()}))
    assert re.search(r"已经在 11月21日 周六 10:00 交付过了", page)
    assert "hand-over" not in page
    again = clerk.post(f"/counter/{order.id}/hand-over")
    assert again.status_code == 409
    assert "10:00" in text(again)


def test_own_orders_have_no_button_and_are_refused(world: World, client_for: Any) -> None:
    make.grant(world.person, COMMUNITY_STAFF, area=world.area)
    order, visitor = world.place(), client_for(world.person)
    page = text(visitor.post("/counter", data={"code": order.code}))
    assert "请另一位同事来交付" in page
    assert "hand-over" not in page
    assert visitor.post(f"/counter/{order.id}/hand-over").status_code == 403
    assert db.session.get_one(Order, order.id).state == HELD


@pytest.mark.parametrize("code", ["", "00000000", "x" * 70, "1\x002", "😀", "\u202e1"])
def test_wrong_codes_are_answered_in_words_and_the_field_is_empty(
    world: World, client_for: Any, code: str
) -> None:
    answer = client_for(world.clerk).post("/counter", data={"code": code})
    assert answer.status_code in {404, 422}
    assert 'name="code"' in text(answer)
    assert 'role="alert"' in text(answer)


def test_an_unknown_code_is_answered_at_the_counter_with_what_was_typed(
    world: World, client_for: Any
) -> None:
    answer = client_for(world.clerk).post("/counter", data={"code": "0000 0000"})
    assert answer.status_code == 404
    assert "没有找到这个取货码" in text(answer)
    assert "输入的是：0000 0000" in text(answer)


def test_another_communitys_counter_gets_404(world: World, client_for: Any) -> None:
    order = world.place()
    elsewhere = client_for(make.staff(COUNTER_CLERK, make.community()))
    assert elsewhere.post("/counter", data={"code": order.code}).status_code == 404
    assert elsewhere.post(f"/counter/{order.id}/hand-over").status_code == 404
    assert "毛巾" not in text(elsewhere.get("/counter"))


def test_residents_have_no_counter(world: World, client_for: Any, client: Any) -> None:
    order, visitor = world.place(), client_for(world.person)
    assert visitor.get("/counter").status_code == 403
    assert visitor.post("/counter", data={"code": order.code}).status_code == 403
    assert visitor.post(f"/counter/{order.id}/hand-over").status_code == 404
    assert visitor.get("/desk/items").status_code == 403
    assert client.get("/counter").status_code == 302
    assert client.get("/shop").status_code == 302


def test_waiting_orders_are_listed_without_codes(world: World, client_for: Any) -> None:
    order = world.place()
    page = text(client_for(world.clerk).get("/counter"))
    assert "袁*" in page
    assert order.code not in page.replace(" ", "")
    assert order.token not in page


def test_staff_add_items_and_take_goods_in(world: World, client_for: Any) -> None:
    staff = client_for(make.staff(COMMUNITY_STAFF, world.area))
    new = {
        "area_id": str(world.area.id),
        "name": "香皂",
        "code": "soap",
        "price_points": "5",
        "quantity": "3",
    }
    assert staff.post("/desk/items", data=new).status_code == 303
    soap = db.session.scalars(sa.select(Item).where(Item.code == "soap")).one()
    assert (
        staff.post(f"/desk/items/{soap.id}/stock", data={"quantity": "4", "note": "捐赠"}).status_code == 303
    )
    assert staff.post(f"/desk/items/{soap.id}/offered", data={"offered": "0"}).status_code == 303
    db.session.refresh(soap)
    assert (soap.available, soap.offered) == (7, False)
    twice = staff.post("/desk/items", data=new)
    assert twice.status_code == 422
    assert "已经有别的物品用这个编码了" in text(twice)
    assert check.stock_check() == []


def test_staff_of_another_area_change_nothing(world: World, client_for: Any) -> None:
    elsewhere = make.community()
    staff = client_for(make.staff(COMMUNITY_STAFF, elsewhere))
    assert staff.post(f"/desk/items/{world.item.id}/stock", data={"quantity": "4"}).status_code == 404
    assert staff.post(f"/desk/items/{world.item.id}/offered", data={"offered": "0"}).status_code == 404
    new = {"area_id": str(world.area.id), "name": "香皂", "code": "x", "price_points": "5", "quantity": "3"}
    assert staff.post("/desk/items", data=new).status_code == 422
    db.session.refresh(world.item)
    assert (world.item.available, world.item.offered) == (5, True)


@pytest.mark.parametrize("quantity", ["", "0", "100001", "9" * 40, "１"])
def test_strange_stock_is_refused_and_shown_again(world: World, client_for: Any, quantity: str) -> None:
    staff = client_for(make.staff(COMMUNITY_STAFF, world.area))
    answer = staff.post(f"/desk/items/{world.item.id}/stock", data={"quantity": quantity})
    assert answer.status_code == 422
    db.session.refresh(world.item)
    assert world.item.available == 5


def test_my_time_names_orders(world: World, client_for: Any) -> None:
    world.place()
    assert "兑换：毛巾 × 1" in text(client_for(world.person).get("/my-time"))


def test_pages_need_the_same_statements_whatever_there_is(
    world: World, client_for: Any, count_statements: Any
) -> None:
    person, clerk = client_for(world.person), client_for(make.staff(COMMUNITY_STAFF, world.area))

    def statements() -> list[int]:
        found = []
        for visitor, path in (
            (person, "/shop"),
            (person, "/orders"),
            (clerk, "/counter"),
            (clerk, "/desk/items"),
        ):
            before = len(count_statements())
            assert visitor.get(path).status_code == 200
            found.append(len(count_statements()) - before)
        return found

    world.place()
    few = statements()
    for _n in range(4):
        world.place()
        make.item(world.area)
    assert statements() == few
    assert max(few) <= 8
