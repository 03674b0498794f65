"""Who may act for whom: given right by right, taken back at any time, recorded at the counter."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.acting import policy, queries, refusals, service
from volunteer.acting.models import Delegation, Receipt
from volunteer.acting.rules import MOST_HELPERS, REDEEM, RIGHTS, SIGN_UP, WISH
from volunteer.audit.models import AuditEntry
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.people.rules import UnknownChoice


def name(person: Any, who: str, *rights: str, relation: str = "child") -> Any:
    return service.name_helper(actor=make.actor(person), who=who, relation=relation, rights=rights)


def live() -> int:
    statement = sa.select(sa.func.count()).select_from(Delegation).where(Delegation.ended_at.is_(None))
    return database.session.scalar(statement) or 0


def messages() -> list[tuple[str, int]]:
    statement = sa.select(Message.kind, Message.person_id).order_by(Message.id)
    return [tuple(row) for row in database.session.execute(statement)]


def test_a_person_names_a_helper_by_number_or_phone(db: Any) -> None:
    person, daughter, neighbour = (
        make.person(name="袁桂英"),
        make.person(),
        make.person(phone="+8613712345678"),
    )
    name(person, daughter.number, SIGN_UP, REDEEM)
    name(person, "137 1234 5678", WISH, relation="neighbour")
    first, second = queries.helpers_of(person.id)
    assert (first.person_id, first.rights, first.relation) == (daughter.id, (SIGN_UP, REDEEM), "child")
    assert (second.person_id, second.rights, second.relation) == (neighbour.id, (WISH,), "neighbour")
    assert messages() == [("helper_named", daughter.id), ("helper_named", neighbour.id)]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "helper_named")).first()
    assert (entry.object_id, entry.details["rights"]) == (person.id, [SIGN_UP, REDEEM])
    assert "袁桂英" not in str(db.session.scalars(sa.select(Message.payload)).all())


@pytest.mark.parametrize("given", RIGHTS)
def test_each_right_is_given_by_itself(db: Any, given: str) -> None:
    person, helper = make.person(), make.person()
    name(person, helper.number, given)
    actor = make.actor(helper)
    assert {right for right in RIGHTS if policy.may_act_for(actor, person.id, right)} == {given}
    assert [pair.person_id for pair in policy.acts_for(actor, given)] == [person.id]
    assert not policy.may_act_for(make.actor(person), helper.id, given)  # not the other way round
    assert not policy.may_act_for(make.actor(make.person()), person.id, given)


def test_naming_again_replaces_the_rights(db: Any) -> None:
    person, helper = make.person(), make.person()
    name(person, helper.number, SIGN_UP, WISH)
    name(person, helper.number, REDEEM)
    actor = make.actor(helper)
    assert [right for right in RIGHTS if policy.may_act_for(actor, person.id, right)] == [REDEEM]
    assert live() == 1


def test_an_ended_one_gives_nothing_and_the_helper_is_told(db: Any) -> None:
    person, helper = make.person(), make.person()
    given = name(person, helper.number, *RIGHTS)
    service.end(actor=make.actor(person), delegation_id=given.id)
    service.end(actor=make.actor(person), delegation_id=given.id)  # the second time does nothing
    actor = make.actor(helper)
    assert not any(policy.may_act_for(actor, person.id, right) for right in RIGHTS)
    assert policy.acts_for(actor, SIGN_UP) == []
    assert messages() == [("helper_named", helper.id), ("helper_ended", helper.id)]
    assert given.ended_by_id == person.id


def test_the_helper_may_decline_and_the_person_is_told(db: Any) -> None:
    person, helper = make.person(), make.person()
    given = name(person, helper.number, SIGN_UP)
    service.end(actor=make.actor(helper), delegation_id=given.id)
    assert live() == 0
    assert messages()[-1] == ("helper_declined", person.id)


def test_a_stranger_ends_nothing(db: Any) -> None:
    person, helper = make.person(), make.person()
    given = name(person, helper.number, SIGN_UP)
    for stranger in (make.person(), make.staff(COMMUNITY_STAFF, make.community())):
        with pytest.raises(NotFound):
            service.end(actor=make.actor(stranger), delegation_id=given.id)
    with pytest.raises(NotFound):
        service.end(actor=make.actor(person), delegation_id=10**9)
    assert live() == 1


def test_whoever_cannot_be_asked_is_answered_alike(db: Any) -> None:
    person = make.person()
    child = make.person(born_on=dt.date(2012, 1, 1))
    closed = make.person(status="disabled")
    sentences = set()
    for who in ("V00000000", "13700000000", "林小芳", closed.number, child.number, person.number):
        with pytest.raises(refusals.NoSuchHelper) as refused:
            name(person, who, SIGN_UP)
        sentences.add(refused.value.message)
    assert len(sentences) == 1
    assert "请核对编号" in sentences.pop()
    assert live() == 0


def test_at_least_one_known_right_and_a_known_relation(db: Any) -> None:
    person, helper = make.person(), make.person()
    with pytest.raises(refusals.NoRight):
        name(person, helper.number)
    with pytest.raises(UnknownChoice):
        name(person, helper.number, "everything")
    with pytest.raises(UnknownChoice):
        name(person, helper.number, SIGN_UP, relation="cat")
    assert (live(), messages()) == (0, [])


def test_a_minor_names_nobody_without_the_counter(db: Any) -> None:
    minor, adult = make.person(born_on=dt.date(2008, 11, 22)), make.person(born_on=dt.date(2008, 11, 21))
    helper = make.person()
    with pytest.raises(refusals.TooYoungToAsk):
        name(minor, helper.number, SIGN_UP)
    name(adult, helper.number, SIGN_UP)  # 18 today
    assert live() == 1


def test_not_more_than_ten(db: Any) -> None:
    person = make.person()
    for _one in range(MOST_HELPERS):
        make.helper(person, SIGN_UP)
    with pytest.raises(refusals.TooManyHelpers):
        name(person, make.person().number, SIGN_UP)
    assert live() == MOST_HELPERS


def test_the_account_of_the_person_must_be_open(db: Any) -> None:
    person = make.person()
    helper = make.helper(person, *RIGHTS)
    person.status = "disabled"
    db.session.commit()
    assert not policy.may_act_for(make.actor(helper), person.id, SIGN_UP)
    assert policy.acts_for(make.actor(helper), SIGN_UP) == []


def record(clerk: Any, person: Any, helper: Any, way: str = "in_person") -> Any:
    return service.record_helper(
        actor=make.actor(clerk), person_id=person.id, who=helper.number, relation="grid_worker",
        rights=[SIGN_UP], way=way,
    )  # fmt: skip


def test_the_counter_records_a_helper_with_way_and_operator(db: Any) -> None:
    area = make.community()
    person, helper, clerk = make.person(area, phone=None), make.person(), make.staff(COUNTER_CLERK, area)
    given = record(clerk, person, helper, "on_paper")
    assert (given.way, given.recorded_by_id) == ("on_paper", clerk.id)
    receipt = db.session.scalars(sa.select(Receipt)).one()
    assert (receipt.person_id, receipt.acted_by_id, receipt.act) == (person.id, clerk.id, "helper_recorded")
    assert "周*" in queries.receipts_of(person.id)[0].sentence
    assert helper.number in queries.receipts_of(person.id)[0].sentence


def test_nobody_records_a_right_of_the_own(db: Any) -> None:
    area = make.community()
    person, clerk = make.person(area), make.staff(COUNTER_CLERK, area)
    with pytest.raises(refusals.OwnEntry):
        record(clerk, person, clerk)
    with pytest.raises(NotFound):
        record(clerk, clerk, make.person())
    assert live() == 0


def test_only_staff_of_the_area_record(db: Any) -> None:
    area = make.community()
    person, helper = make.person(area), make.person()
    strangers = (
        make.person(area),
        make.staff(COUNTER_CLERK, make.community()),
        make.staff(AUDITOR, area),
        make.leader(make.team(area)),
    )
    for stranger in strangers:
        with pytest.raises(NotFound):
            record(stranger, person, helper)
    with pytest.raises(UnknownChoice):
        record(make.staff(COUNTER_CLERK, area), person, helper, "by_pigeon")
    assert live() == 0


def test_the_counter_takes_a_helper_out(db: Any) -> None:
    area = make.community()
    person, clerk = make.person(area), make.staff(COUNTER_CLERK, area)
    helper = make.helper(person, SIGN_UP)
    given = db.session.scalars(sa.select(Delegation)).one()
    service.end(actor=make.actor(clerk), delegation_id=given.id)
    assert live() == 0
    assert messages() == [("helper_ended", helper.id), ("receipt_helper_removed", person.id)]


def test_large_type_is_switched_on_by_a_helper_or_staff(db: Any) -> None:
    area = make.community()
    person = make.person(area)
    helper, clerk = make.helper(person, WISH), make.staff(COUNTER_CLERK, area)
    service.set_type_size(actor=make.actor(helper), person_id=person.id, is_large=True)
    db.session.refresh(person)
    assert person.elder_mode
    service.set_type_size(actor=make.actor(clerk), person_id=person.id, is_large=True)  # as it is already
    service.set_type_size(actor=make.actor(clerk), person_id=person.id, is_large=False)
    with pytest.raises(NotFound):
        service.set_type_size(actor=make.actor(make.person(area)), person_id=person.id, is_large=True)
    acts = db.session.scalars(sa.select(Receipt.act).order_by(Receipt.id)).all()
    assert acts == ["large_type", "usual_type"]
    db.session.refresh(person)
    assert not person.elder_mode
