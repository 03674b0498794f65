"""Nobody agrees for a minor any more: coming places go to the next, what the family reads is true (R007, R008)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.people.test_minors import GUARDIAN, guardian_form
from volunteer.activities import check as books
from volunteer.activities.models import Waiting
from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.people import messages, policy, queries, rules, service, sheet
from volunteer.people.models import COMMUNITY_STAFF, Guardian, Person, RegistrationReceipt
from volunteer.privacy.service import erasing
from volunteer.privacy.service.correcting_for import Corrected, correct_for
from volunteer.reports import waiting as overdue
from volunteer.teams import queries as teams
from volunteer.teams.models import Membership
from volunteer.teams.personal import LeaderHandsOver
from volunteer.teams.service import membership

DAY = dt.timedelta(days=1)
CHILD, YOUTH = dt.date(2016, 1, 1), dt.date(2011, 6, 1)


class World:
    """A child with a guardian, and staff who may open the record."""

    def __init__(self, born_on: dt.date = CHILD) -> None:
        self.area = make.community()
        self.staff = make.staff(COMMUNITY_STAFF, self.area)
        self.child, self.token = make.waiting_child(self.area)
        self.child.born_on, self.child.phone, self.child.phone_hash = born_on, None, None
        make.guardian(self.child)
        self.child.status = "active"
        make.db.session.scalars(sa.select(RegistrationReceipt)).one().state = "confirmed"
        self.approve()

    @property
    def actor(self):
        return make.actor(self.staff)

    def approve(self) -> None:
        """The staff may open the record for a day."""
        asked = make.record_access(self.child, self.staff)
        asked.state, asked.expires_at = "approved", clock.now() + DAY
        make.db.session.commit()

    def withdraw(self) -> None:
        service.withdraw_guardian(actor=self.actor, person_id=self.child.id)
        make.db.session.commit()


@pytest.fixture
def world(app) -> World:
    return World()


def waits(occurrence, someone) -> Waiting:
    return make._keep(
        Waiting(
            occurrence_id=occurrence.id,
            person_id=someone.id,
            joined_at=clock.now(),
            joined_by_id=someone.id,
            state="waiting",
        )
    )


def state(row) -> str:
    make.db.session.refresh(row)
    return row.state


def holdings(child):
    """A coming place with somebody behind, a place in a line, a shared place, a standing one, and a past one."""
    series = make.series(capacity=1)
    full = make.occurrence(series, capacity=1)
    place = make.sign_up(full, child)
    next_one = waits(full, make.person())
    elsewhere = make.occurrence()
    line = waits(elsewhere, child)
    shared = make.pair(make.occurrence(), make.person(), child, state="agreed")
    standing = make.regular(series, child)
    over = make.sign_up(make.occurrence(starts_at=clock.now() - DAY), child)
    make.db.session.commit()
    return place, next_one, line, shared, standing, over


@pytest.mark.parametrize("born_on", [CHILD, YOUTH])
def test_with_the_consent_go_the_coming_places_and_the_next_in_line_gets_one(db, app, born_on):
    world = World(born_on)
    place, next_one, line, shared, standing, over = holdings(world.child)
    world.withdraw()
    assert [state(row) for row in (place, line, standing)] == ["withdrawn", "left", "stopped"]
    assert state(next_one) == "offered"
    db.session.refresh(shared)
    assert shared.partner_id is None
    assert state(over) == "signed_up"  # what was done while the consent stood is counted
    assert books.check().faults == []


def test_who_turns_out_to_be_a_minor_gives_the_coming_places_back(db, app):
    world = World()
    for born_on in (dt.date(2014, 5, 4), dt.date(2010, 5, 4)):
        adult = make.person(world.area)
        place, *_rest = holdings(adult)
        correct_for(
            actor=world.actor, person_id=adult.id, corrected=Corrected(born_on=born_on), reason="户口簿在场"
        )
        db.session.commit()
        assert state(place) == "withdrawn"


def test_a_grown_up_keeps_the_places_when_an_old_consent_ends(db, app):
    world = World(dt.date(2008, 1, 1))
    place = make.sign_up(make.occurrence(), world.child)
    world.withdraw()
    assert state(place) == "signed_up"


def test_the_check_of_the_books_finds_who_holds_a_place_without_a_consent(db, app):
    held = [
        make.sign_up(make.occurrence(), someone)
        for someone in (make.person(born_on=YOUTH), make.person(born_on=CHILD, status="waiting"))
    ]
    make.guardian(make.db.session.get_one(Person, held[1].person_id))
    make.sign_up(make.occurrence(starts_at=clock.now() - DAY), make.person(born_on=YOUTH))
    agreed = make.person(born_on=YOUTH)
    make.guardian(agreed)
    make.sign_up(make.occurrence(), agreed)
    db.session.commit()
    faults = books.check().faults
    assert [fault.split(" ")[1] for fault in faults] == [str(row.id) for row in held]


def test_a_rejected_registration_is_forgotten_and_the_document_is_free(db, world):
    holding = holdings(world.child)[0]
    row = world.child
    row.document_kind, row.document, row.document_hash = "id_card", "110105201601010023", "h" * 40
    row.status = "waiting"
    team = make.team(world.area)
    make.member(team, row, state="requested")
    db.session.commit()
    service.reject(actor=world.actor, person_id=row.id, reason="出生日期不对")
    db.session.commit()
    db.session.refresh(row)
    assert (row.status, row.document, row.document_hash, row.document_kind) == ("closed", None, None, None)
    assert row.name.startswith(erasing.PSEUDONYM)
    assert db.session.scalars(sa.select(Guardian)).all() == []
    assert state(holding) == "withdrawn"
    assert db.session.scalars(sa.select(Membership.state)).one() == "left"
    assert service.progress(world.token).reason == "出生日期不对"


def test_who_is_in_charge_is_not_rejected_before_somebody_else_is(db, world):
    make.leader(make.team(world.area), world.child)
    world.child.status = "waiting"
    db.session.commit()
    with pytest.raises(LeaderHandsOver):
        service.reject(actor=world.actor, person_id=world.child.id, reason="不对")


def test_a_leader_neither_sees_nor_accepts_who_waits_for_a_guardian(db, world):
    team = make.team(world.area)
    leader = make.leader(team)
    make.member(team, world.child, state="requested")
    asked = db.session.scalars(sa.select(Membership).where(Membership.state == "requested")).one()
    assert len(teams.requests(team.id, confirm_days=10)) == 1
    world.withdraw()
    assert teams.requests(team.id, confirm_days=10) == []
    assert [led.request_count for led in teams.tree.led([team.id])] == [0]
    asking = [kind for kind in overdue.KINDS if kind.key in ("requests", "overdue_requests")]
    assert [overdue.lines(kind, (world.area.path,))[0] for kind in asking] == [[], []]
    with pytest.raises(membership.NotNow):
        membership.decide(actor=make.actor(leader), membership_id=asked.id, accept=True)


def test_only_the_guardian_whose_consent_stands_is_shown(db, world):
    new = service.GuardianConsent("李秀英", "grandparent", "13712345678")
    service.record_guardian(actor=world.actor, person_id=world.child.id, guardian=new, way=rules.IN_PERSON)
    db.session.commit()
    ((_label, text),) = service.reveal(
        actor=world.actor, person_id=world.child.id, fields=["guardian"], reason="other", words="要打电话"
    )
    assert "李秀英" in text
    assert "陈大明" not in text
    assert sheet.of(world.child, world.area).guardian == str(rules.RELATIONS["grandparent"])
    world.withdraw()
    assert sheet.of(world.child, world.area).guardian == ""


def test_the_family_reads_that_the_account_waits_again_and_until_when(client, client_for, db, world):
    with clock.fixed(clock.now() + 60 * DAY):
        world.approve()
        world.withdraw()
        page = client.get(f"/registrations/{world.token}").text
        last_day = service.confirm_by(clock.now())
        assert "请监护人来社区服务台确认" in page
        assert f"{last_day.month}月{last_day.day}日" in page
        assert "已经过了确认的日期" not in page
        assert "已超期" not in client_for(world.staff).get("/desk/registrations").text
        since = clock.now() - 20 * DAY
        paths = policy.directory_paths(world.actor)
        for is_overdue, count in ((True, 0), (False, 1)):
            ids = db.session.scalars(queries.waiting_ids(paths, is_overdue=is_overdue, since=since)).all()
            assert len(ids) == count
    with clock.fixed(clock.now() + 90 * DAY):
        assert "已经过了确认的日期" in client.get(f"/registrations/{world.token}").text
        assert "已超期" in client_for(world.staff).get("/desk/registrations").text


def test_the_wards_own_phone_is_no_guardians(db, client_for, world):
    youth = make.person(world.area, born_on=YOUTH, phone=f"+86{GUARDIAN.phone}", status="waiting")
    desk = client_for(world.staff)
    answer = desk.post(f"/desk/people/{youth.id}/guardian", data=guardian_form())
    assert answer.status_code == 409
    assert "孩子的手机号空着" in answer.text
    new = service.NewPerson("陈小小", CHILD, world.area.id, phone="13612345678", guardian=GUARDIAN)
    same = service.GuardianConsent("陈大明", "parent", "136 1234 5678")
    with pytest.raises(service.WardsOwnPhone):
        service.register_by_staff(
            actor=world.actor, new=dataclasses.replace(new, guardian=same), consent_way=rules.ON_PAPER
        )
    service.register_by_staff(actor=world.actor, new=new, consent_way=rules.ON_PAPER)


def test_the_desk_settles_a_waiting_child_that_it_found_by_name(client_for, db, world):
    child, token = make.waiting_child(world.area)
    desk = client_for(world.staff)
    page = desk.get(f"/desk/people/{child.id}/access").text
    assert f"/desk/people/{child.id}/guardian" in page
    assert f"/desk/people/{child.id}/reject" in page
    assert "/reject" not in desk.get(f"/desk/people/{make.person(world.area, born_on=YOUTH).id}/access").text


def test_the_receipt_and_the_list_of_the_desk_carry_the_same_number(client, client_for, db, world):
    _child, token = make.waiting_child(world.area)
    number = f">{service.progress(token).number}<"
    assert number in client.get(f"/registrations/{token}").text
    assert number in client_for(world.staff).get("/desk/registrations").text


def told(person) -> list[str]:
    statement = sa.select(Message.kind).where(Message.person_id == person.id).order_by(Message.id)
    return list(make.db.session.scalars(statement))


@pytest.mark.parametrize("born_on", [CHILD, YOUTH])
def test_the_family_reads_that_the_guardian_no_longer_agrees(app, born_on):
    world = World(born_on)
    make.sign_up(make.occurrence(), world.child)
    world.withdraw()
    assert told(world.child) == [messages.GUARDIAN_WITHDREW]


def test_a_youth_reads_that_signing_up_is_possible_again(app):
    world = World(YOUTH)
    world.withdraw()
    service.record_guardian(actor=world.actor, person_id=world.child.id, guardian=GUARDIAN, way="in_person")
    assert told(world.child) == [messages.GUARDIAN_WITHDREW, messages.GUARDIAN_RECORDED]


def test_who_has_waited_reads_only_that_the_account_is_open(world):
    world.withdraw()
    service.record_guardian(actor=world.actor, person_id=world.child.id, guardian=GUARDIAN, way="in_person")
    assert told(world.child) == [messages.GUARDIAN_WITHDREW, messages.REGISTRATION_CONFIRMED]


def test_a_child_agreed_for_while_disabled_is_let_in_when_enabled_and_the_receipt_says_so(app, client):
    world = World()
    world.withdraw()
    staff, child = world.actor, world.child
    service.disable(actor=staff, person_id=child.id, reason="登记错了")
    service.record_guardian(actor=staff, person_id=child.id, guardian=GUARDIAN, way="in_person")
    assert told(child) == [messages.GUARDIAN_WITHDREW]
    service.enable(actor=staff, person_id=child.id, reason="看错了人")
    make.db.session.commit()
    assert make.db.session.get_one(Person, child.id).status == "active"
    assert told(child) == [messages.GUARDIAN_WITHDREW, messages.REGISTRATION_CONFIRMED]
    assert "现在可以登录了" in client.get(f"/registrations/{world.token}").text
