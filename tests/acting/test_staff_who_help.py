"""R150: whoever may act for somebody does not also hand out that person's PIN, card or way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.acting import queries, service
from volunteer.acting.models import Card
from volunteer.areas.models import Area
from volunteer.core.database import db as database
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.people.service import give_pin
from volunteer.people.service.helped import HelpedByYou
from volunteer.safety import service as safety
from volunteer.safety.models import ResetToken

NEW = service.NewPin("480257", "new hash")


@pytest.fixture
def pair(db: Any) -> tuple[Any, Any]:
    """An elder with a PIN and a card, and one of the staff, once at the counter too, who may redeem for her."""
    area = make.community()
    elder, staff = make.person(area, name="袁桂英"), make.staff(COMMUNITY_STAFF, area)
    make.grant(staff, COUNTER_CLERK, area=area)
    make.card(elder)
    elder.pin_hash = "old hash"
    db.session.commit()
    make.helper(elder, "redeem", someone=staff)
    return elder, staff


DEEDS: dict[str, Callable[[Any, int], Any]] = {
    "a PIN at the counter": lambda actor, id: service.set_pin(actor=actor, person_id=id, pin=NEW),
    "a PIN on the slip": lambda actor, id: give_pin(actor=actor, person_id=id, pin_hash=NEW.hash),
    "a new card": lambda actor, id: service.issue_card(actor=actor, person_id=id, pin=NEW),
    "the card once more": lambda actor, id: service.print_card(actor=actor, person_id=id),
    "a code for a new password": lambda actor, id: safety.give_code(actor=actor, person_id=id),
    "no second factor any more": lambda actor, id: safety.remove_at_counter(actor=actor, person_id=id),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_helper_among_the_staff_gives_the_ward_no_way_in(pair: Any, deed: str) -> None:
    elder, staff = pair
    elder.has_second_factor = True
    database.session.commit()
    with pytest.raises(HelpedByYou):
        DEEDS[deed](make.actor(staff), elder.id)
    database.session.expire_all()
    assert elder.pin_hash == "old hash"
    assert elder.has_second_factor
    assert database.session.scalar(sa.select(sa.func.count()).select_from(Card)) == 1
    assert database.session.scalar(sa.select(sa.func.count()).select_from(ResetToken)) == 0


@pytest.mark.parametrize("deed", DEEDS)
def test_a_colleague_does_it(pair: Any, deed: str) -> None:
    elder, _staff = pair
    elder.has_second_factor = True
    colleague = make.staff(COMMUNITY_STAFF, database.session.get_one(Area, elder.area_id))
    DEEDS[deed](make.actor(colleague), elder.id)


def test_one_may_make_the_own_pin_again(pair: Any) -> None:
    elder, _staff = pair
    service.set_pin(actor=make.actor(elder), person_id=elder.id, pin=NEW)
    assert elder.pin_hash == NEW.hash


def test_when_the_help_has_ended_the_counter_serves_again(pair: Any) -> None:
    elder, staff = pair
    (given,) = queries.helpers_of(elder.id)
    service.end(actor=make.actor(elder), delegation_id=given.id)
    service.set_pin(actor=make.actor(staff), person_id=elder.id, pin=NEW)
    assert elder.pin_hash == NEW.hash


def test_a_helper_may_say_that_the_card_is_lost(pair: Any) -> None:
    """It only takes away, and it hurries."""
    elder, staff = pair
    service.end_card(actor=make.actor(staff), person_id=elder.id)
    assert database.session.scalars(sa.select(Card.ended_at)).one() is not None


@pytest.mark.portable
def test_the_pages_offer_only_what_the_helper_may(pair: Any, client_for: Callable[..., FlaskClient]) -> None:
    elder, staff = pair
    client = client_for(staff)
    card = client.get(f"/desk/people/{elder.id}/card").text
    assert "请另一位同事来做卡和密码" in card
    assert "卡丢了：挂失" in card
    assert 'value="pin"' not in card
    assert 'value="issue"' not in card
    assert 'value="print"' not in card
    assert f"/desk/people/{elder.id}/pin" not in client.get(f"/desk/people/{elder.id}/slip").text
    assert "reset-password" not in client.get(f"/desk/people/{elder.id}").text


@pytest.mark.portable
def test_sent_all_the_same_each_is_refused_in_words(
    pair: Any, client_for: Callable[..., FlaskClient]
) -> None:
    elder, staff = pair
    client = client_for(staff)
    for address, data in (
        ("card", {"do": "pin"}),
        ("card", {"do": "print"}),
        ("pin", {}),
        ("reset-password", {}),
        ("remove-factor", {}),
    ):
        answer = client.post(f"/desk/people/{elder.id}/{address}", data=data)
        assert answer.status_code == 403
        assert "请让另一位同事来做这一步" in answer.text
