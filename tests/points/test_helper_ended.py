"""R150: with the help ends what the helper ordered without the PIN, and the points come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.acting import queries
from volunteer.acting import service as acting
from volunteer.areas.models import Area
from volunteer.core.database import db as database
from volunteer.outbox.models import Message
from volunteer.people import pins
from volunteer.people.models import COUNTER_CLERK
from volunteer.points import service
from volunteer.points.models import CANCELLED, COLLECTED, HELD, Order
from volunteer.points.queries import points_of


@pytest.fixture
def three(db: Any) -> tuple[Any, Any, Any]:
    """An elder with points, a helper who may redeem, and an item."""
    area = make.community()
    elder = make.person(area, name="袁桂英")
    helper = make.helper(elder, "redeem", "sign_up")
    make.points(elder, 100)
    return elder, helper, make.item(area)


def _order(by: Any, elder: Any, item: Any, **more: Any) -> int:
    placed = service.order(actor=make.actor(by), item_id=item.id, person_id=elder.id, **more)
    database.session.commit()
    return placed.id


def _state(order_id: int) -> str:
    database.session.expire_all()
    return database.session.get_one(Order, order_id).state


def _given(elder: Any) -> Any:
    (given,) = queries.helpers_of(elder.id)
    return given


def test_what_waits_is_cancelled_and_the_points_come_back(three: Any) -> None:
    elder, helper, item = three
    order_id = _order(helper, elder, item)
    assert points_of(elder.id) == 90
    assert acting.end(actor=make.actor(elder), delegation_id=_given(elder).id) == 1
    assert _state(order_id) == CANCELLED
    assert points_of(elder.id) == 100
    assert (
        "order_returned"
        in database.session.scalars(sa.select(Message.kind).where(Message.person_id == elder.id)).all()
    )


def test_the_counter_takes_the_helper_out_with_the_same_effect(three: Any) -> None:
    elder, helper, item = three
    order_id = _order(helper, elder, item)
    clerk = make.staff(COUNTER_CLERK, database.session.get_one(Area, elder.area_id))
    acting.end(actor=make.actor(clerk), delegation_id=_given(elder).id)
    assert _state(order_id) == CANCELLED


def test_what_the_person_ordered_or_agreed_to_with_the_pin_stays(three: Any) -> None:
    elder, helper, item = three
    own = _order(elder, elder, item)
    agreed = _order(helper, elder, item, pin=pins.Checked(elder.id))
    assert acting.end(actor=make.actor(elder), delegation_id=_given(elder).id) == 0
    assert [_state(own), _state(agreed)] == [HELD, HELD]


def test_what_another_helper_ordered_and_what_is_collected_stays(three: Any) -> None:
    elder, helper, item = three
    other = _order(make.helper(elder, "redeem"), elder, item)
    done = _order(helper, elder, item)
    database.session.execute(sa.update(Order).where(Order.id == done).values(state=COLLECTED))
    database.session.commit()
    given = next(one for one in queries.helpers_of(elder.id) if one.person_id == helper.id)
    assert acting.end(actor=make.actor(elder), delegation_id=given.id) == 0
    assert [_state(other), _state(done)] == [HELD, COLLECTED]


def test_a_helper_who_declines_leaves_the_order_to_the_person(three: Any) -> None:
    """Nobody is distrusted: the person has the code too, and can cancel."""
    elder, helper, item = three
    order_id = _order(helper, elder, item)
    acting.end(actor=make.actor(helper), delegation_id=_given(elder).id)
    assert _state(order_id) == HELD


def test_who_may_no_longer_redeem_leaves_no_order_behind(three: Any) -> None:
    elder, helper, item = three
    order_id = _order(helper, elder, item)
    named = {"actor": make.actor(elder), "who": helper.number, "relation": "child"}
    acting.name_helper(**named, rights=["redeem"])
    assert _state(order_id) == HELD
    acting.name_helper(**named, rights=["sign_up"])
    assert _state(order_id) == CANCELLED


@pytest.mark.portable
def test_the_page_says_it_before_and_after(three: Any, client_for: Callable[..., FlaskClient]) -> None:
    elder, helper, item = three
    _order(helper, elder, item)
    client = client_for(elder)
    assert "会一起取消，积分退还给您" in client.get("/me/helpers").text
    client.post(f"/me/helpers/{_given(elder).id}/end")
    assert "还没取走的也取消了" in client.get("/me/helpers").text
