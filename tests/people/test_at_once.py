"""Many come with the same phone or the same paper at the same moment: real threads and commits."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa

from tests import make
from tests.points.test_rush import at_once, own_app  # noqa: F401 - a fixture
from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.people import service
from volunteer.people.models import COMMUNITY_STAFF, Consent, Person

AT_ONCE = 8
BORN = dt.date(1970, 5, 4)


def test_one_phone_at_once_makes_one_person_and_the_owner_is_told(own_app):  # noqa: F811
    area_id, now = make.community().id, clock.now()

    def register():
        with clock.fixed(now):
            return service.register(
                name="陈小明", phone="13812345678", password="tree-7-lamp", password_hash="x", area_id=area_id,
                born_on=BORN, has_consented=True,
            )  # fmt: skip

    assert at_once(own_app, [register] * AT_ONCE) == [None] * AT_ONCE
    person = make.db.session.scalars(sa.select(Person)).one()
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 1
    told = make.db.session.execute(sa.select(Message.kind, Message.person_id)).all()
    assert sorted(told) == [("registered_again", person.id), ("welcome", person.id)]


@pytest.mark.parametrize("same", ["phone", "document"])
def test_at_the_counter_one_succeeds_and_the_others_are_told(own_app, same):  # noqa: F811
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    what = (
        {"phone": "13812345678"} if same == "phone" else {"document_kind": "passport", "document": "E1234567"}
    )
    new = service.NewPerson("刘奶奶", BORN, area.id, **what)

    def register():
        return service.register_by_staff(actor=actor, new=new, consent_way="in_person").id

    answers = Counter(type(answer).__name__ for answer in at_once(own_app, [register] * AT_ONCE))
    refusal = "PhoneRegistered" if same == "phone" else "DocumentRegistered"
    assert answers == {"int": 1, refusal: AT_ONCE - 1}


def test_one_paper_entered_by_many_belongs_to_one(own_app):  # noqa: F811
    area = make.community()
    actors = [make.actor(make.person(area, verified=False)) for _ in range(AT_ONCE)]
    deeds = [
        lambda actor=actor: service.enter_document(actor=actor, kind="passport", number="E1234567")
        for actor in actors
    ]
    answers = Counter(type(answer).__name__ for answer in at_once(own_app, deeds))
    assert answers == {"NoneType": 1, "DocumentTaken": AT_ONCE - 1}
    holders = make.db.session.scalars(sa.select(Person.id).where(Person.document_hash.is_not(None))).all()
    assert len(holders) == 1
