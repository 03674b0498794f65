from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, NotFound
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.points import check, rules, service
from volunteer.points.models import Item, StockMovement

pytestmark = pytest.mark.usefixtures("app")


def test_an_item_is_added_with_what_there_is_of_it() -> None:
    area = make.community()
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    item = service.add_item(
        actor=staff, area_id=area.id, code="soap", name="香皂", price_points=5, quantity=7
    )
    assert (item.available, item.held, item.offered) == (7, 0, True)
    assert check.stock_check() == []


def test_a_code_stands_for_one_item() -> None:
    area = make.community()
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    make.item(area, code="soap")
    with pytest.raises(service.CodeTaken):
        service.add_item(actor=staff, area_id=area.id, code="soap", name="香皂", price_points=5)
    assert len(db.session.scalars(sa.select(Item)).all()) == 1


def test_only_staff_over_the_area_keep_stock() -> None:
    area = make.community()
    item = make.item(area, stock=1)
    for person in (
        make.person(area),
        make.staff(COUNTER_CLERK, area),
        make.staff(COMMUNITY_STAFF, make.community()),
    ):
        actor = make.actor(person)
        with pytest.raises(NotAllowed):
            service.add_item(actor=actor, area_id=area.id, code="soap", name="香皂", price_points=5)
        with pytest.raises(NotFound):
            service.stock_in(actor=actor, item_id=item.id, quantity=1)
        with pytest.raises(NotFound):
            service.set_offered(actor=actor, item_id=item.id, offered=False)
    db.session.refresh(item)
    assert (item.available, item.offered) == (1, True)


def test_goods_coming_in_are_a_line_of_the_stock_book() -> None:
    """R110."""
    area = make.community()
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    item = make.item(area, stock=1)
    service.stock_in(actor=staff, item_id=item.id, quantity=20, note="麓谷超市捐赠")
    db.session.refresh(item)
    assert item.available == 21
    newest = db.session.scalars(sa.select(StockMovement).order_by(StockMovement.id.desc())).first()
    assert newest is not None
    assert (newest.kind, newest.available_change, newest.note) == ("in", 20, "麓谷超市捐赠")
    assert check.stock_check() == []


def test_stock_has_a_bound() -> None:
    area = make.community()
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    item = make.item(area, stock=rules.MOST_STOCK)
    with pytest.raises(service.TooMuchStock):
        service.stock_in(actor=staff, item_id=item.id, quantity=1)
    db.session.rollback()
    assert check.stock_check() == []


def test_an_item_can_be_taken_out_of_the_shop_and_put_back() -> None:
    area = make.community()
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    item = make.item(area)
    service.set_offered(actor=staff, item_id=item.id, offered=False)
    assert not item.offered
    service.set_offered(actor=staff, item_id=item.id, offered=True)
    assert item.offered
