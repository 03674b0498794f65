"""Who holds which role where: giving and taking back, in force at once, never for oneself."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.outbox.models import Message
from volunteer.people import service
from volunteer.people.models import (
    AUDITOR,
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    DISABLED,
    LEADER,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    Grant,
    Person,
    SignInSession,
)


def grants_of(db, person):
    return list(db.session.scalars(sa.select(Grant.role).where(Grant.person_id == person.id)))


def grant_form(person, role, area, **more):
    return {"account": person.number, "role": role, "area": area.id, **more}


@pytest.fixture
def street(db):
    """A sub-district with two communities, and somebody of the sub-district's office."""

    class Street:
        root = make.subdistrict()
        area = make.community(root, name="麓源社区")
        other = make.community(root, name="桔苑社区")
        staff = make.staff(SUBDISTRICT_STAFF, root)

    return Street


def test_a_role_is_given_after_a_second_look(client_for, db, street):
    person, client = make.person(street.area, name="欧阳若兰"), client_for(street.staff)
    form = grant_form(person, COMMUNITY_STAFF, street.area)
    first = client.post("/desk/staff/new", data=form)
    assert first.status_code == 200
    assert "欧*" in first.text
    assert "若兰" not in first.text
    assert grants_of(db, person) == []
    answer = client.post("/desk/staff/new", data={**form, "confirmed": person.number})
    assert answer.status_code == 303
    assert grants_of(db, person) == [COMMUNITY_STAFF]
    assert person.number in client.get("/desk/staff").text
    kinds = set(db.session.scalars(sa.select(Message.kind).where(Message.person_id == person.id)))
    assert kinds == {"role_granted_community_staff"}
    assert "麓源社区的社区工作人员" in client_for(person).get("/messages").text


def test_the_person_is_found_by_phone_too_but_not_by_name(client_for, db, street):
    person, client = make.person(street.area, name="欧阳若兰"), client_for(street.staff)
    form = grant_form(person, COUNTER_CLERK, street.area)
    assert "欧*" in client.post("/desk/staff/new", data={**form, "account": person.phone}).text
    for account in ("欧阳若兰", "5678", "V99999999"):
        answer = client.post("/desk/staff/new", data={**form, "account": account})
        assert answer.status_code == 422
        assert "没有找到" in answer.text


def test_who_is_confirmed_must_be_who_is_found(client_for, db, street):
    person, other, client = make.person(street.area), make.person(street.area), client_for(street.staff)
    form = grant_form(person, COUNTER_CLERK, street.area, confirmed=other.number)
    assert client.post("/desk/staff/new", data=form).status_code == 200
    assert grants_of(db, person) == grants_of(db, other) == []


def test_people_of_other_areas_are_not_found(client_for, db, street):
    stranger = make.person(make.community())
    form = grant_form(stranger, COUNTER_CLERK, street.area, confirmed=stranger.number)
    answer = client_for(street.staff).post("/desk/staff/new", data=form)
    assert answer.status_code == 422
    assert grants_of(db, stranger) == []


@pytest.mark.parametrize("role", [SUBDISTRICT_STAFF, AUDITOR, SYSTEM_ADMIN, LEADER, "king"])
def test_nobody_gives_a_role_above_the_own_rank(client_for, db, street, role):
    person = make.person(street.area)
    form = grant_form(person, role, street.area, confirmed=person.number)
    assert client_for(street.staff).post("/desk/staff/new", data=form).status_code == 422
    assert grants_of(db, person) == []


def test_nobody_gives_a_role_to_oneself_or_in_anothers_area(client_for, db, street):
    staff = make.staff(COMMUNITY_STAFF, street.area)
    client, person = client_for(staff), make.person(street.area)
    form = grant_form(staff, COUNTER_CLERK, street.area, confirmed=staff.number)
    assert client.post("/desk/staff/new", data=form).status_code == 403
    form = grant_form(person, COUNTER_CLERK, street.other, confirmed=person.number)
    assert client.post("/desk/staff/new", data=form).status_code == 422
    assert grants_of(db, staff) == [COMMUNITY_STAFF]
    assert grants_of(db, person) == []


def test_a_closed_account_gets_no_role(db, street):
    person = make.person(street.area, status=DISABLED)
    with pytest.raises(service.NotActive):
        service.grant_role(
            actor=make.actor(street.staff), person_id=person.id, role=COUNTER_CLERK, area_id=street.area.id
        )
    assert grants_of(db, person) == []


def test_demoted_in_the_middle_of_a_session(client_for, db, street):
    """The old sign-in is refused at the very next request, on every page and for ever."""
    clerk = make.staff(COMMUNITY_STAFF, street.area)
    theirs, client = client_for(clerk), client_for(street.staff)
    assert theirs.get("/desk").status_code == 200
    grant_id = db.session.scalars(sa.select(Grant.id).where(Grant.person_id == clerk.id)).one()
    assert "收回这个角色" in client.get(f"/desk/staff/{grant_id}/revoke").text
    assert grants_of(db, clerk) == [COMMUNITY_STAFF]
    assert client.post(f"/desk/staff/{grant_id}/revoke", data={"reason": ""}).status_code == 422
    assert theirs.get("/desk").status_code == 200
    answer = client.post(f"/desk/staff/{grant_id}/revoke", data={"reason": "调走了"})
    assert answer.status_code == 303
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.act, entry.details["reason"]) == ("role_revoked", "调走了")
    for path in ("/desk", "/me", "/desk/people"):
        assert "/sign-in" in theirs.get(path).location
    assert client_for(clerk).get("/desk").status_code == 403
    kinds = db.session.scalars(sa.select(Message.kind).where(Message.person_id == clerk.id)).all()
    assert set(kinds) == {"role_revoked"}


def test_a_demotion_leaves_others_signed_in(client_for, db, street):
    """The control of the test above: without a revocation the same sign-in goes on."""
    clerk, other = make.staff(COUNTER_CLERK, street.area), make.staff(COUNTER_CLERK, street.area)
    theirs, others = client_for(clerk), client_for(other)
    service.revoke_role(
        actor=make.actor(street.staff), person_id=clerk.id, role=COUNTER_CLERK, area_id=street.area.id
    )
    db.session.commit()
    assert "/sign-in" in theirs.get("/me").location
    assert others.get("/me").status_code == 200


def test_losing_a_team_signs_out_unless_one_left_by_oneself(db, client_for):
    team = make.team()
    leader, other = make.leader(team), make.leader(team)
    client_for(leader)
    client_for(other)
    service.revoke_team_roles(actor_id=other.id, person_id=leader.id, team_id=team.id, roles=(LEADER,))
    service.revoke_team_roles(actor_id=other.id, person_id=other.id, team_id=team.id, roles=(LEADER,))
    assert list(db.session.scalars(sa.select(SignInSession.person_id))) == [other.id]


def test_a_grant_takes_effect_in_a_session_that_is_open(client_for, db, street):
    person = make.person(street.area)
    theirs = client_for(person)
    assert theirs.get("/desk").status_code == 403
    service.grant_role(
        actor=make.actor(street.staff), person_id=person.id, role=COUNTER_CLERK, area_id=street.area.id
    )
    db.session.commit()
    assert theirs.get("/desk").status_code == 200


def test_a_grant_outside_of_ones_rank_or_area_is_not_there(client_for, db, street):
    colleague = make.staff(COMMUNITY_STAFF, street.area)
    clerk = make.staff(COUNTER_CLERK, street.other)
    own = db.session.scalars(sa.select(Grant.id).where(Grant.person_id == street.staff.id)).one()
    for actor, victim in [(colleague, clerk), (street.staff, street.staff)]:
        grant_id = db.session.scalars(sa.select(Grant.id).where(Grant.person_id == victim.id)).one()
        address = f"/desk/staff/{grant_id}/revoke"
        assert client_for(actor).get(address).status_code == 404
        assert client_for(actor).post(address, data={"reason": "调走了"}).status_code == 404
    assert client_for(colleague).post(f"/desk/staff/{own}/revoke").status_code == 404
    assert client_for(street.staff).get(f"/desk/staff/{10**15}/revoke").status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Grant)) == 3


def test_a_leaders_grant_is_no_staff_grant(client_for, db, street):
    team = make.team(street.area)
    make.leader(team)
    grant_id = db.session.scalars(sa.select(Grant.id).where(Grant.role == LEADER)).one()
    admin = make.staff(SYSTEM_ADMIN, street.root)
    assert client_for(admin).post(f"/desk/staff/{grant_id}/revoke").status_code == 404


def test_the_last_administrator_stays(client_for, db, street):
    first, second = make.staff(SYSTEM_ADMIN, street.root), make.staff(SYSTEM_ADMIN, street.root)
    grant_id = db.session.scalars(sa.select(Grant.id).where(Grant.person_id == second.id)).one()
    client = client_for(first)
    first.status = DISABLED  # as if somebody else had disabled the first a moment ago
    db.session.commit()
    with pytest.raises(service.LastAdmin):
        service.revoke_role(actor=None, person_id=second.id, role=SYSTEM_ADMIN, area_id=street.root.id)
    first.status = "active"
    db.session.commit()
    assert client.post(f"/desk/staff/{grant_id}/revoke", data={"reason": "调走了"}).status_code == 303
    with pytest.raises(service.LastAdmin):
        service.revoke_role(actor=None, person_id=first.id, role=SYSTEM_ADMIN, area_id=street.root.id)
    assert grants_of(db, first) == [SYSTEM_ADMIN]


def test_two_administrators_who_revoke_each_other_leave_one(db, street):
    first, second = make.staff(SYSTEM_ADMIN, street.root), make.staff(SYSTEM_ADMIN, street.root)
    actors = [make.actor(first), make.actor(second)]  # both read before either acts
    victims = [second, first]
    service.revoke_role(actor=actors[0], person_id=victims[0].id, role=SYSTEM_ADMIN, area_id=street.root.id)
    with pytest.raises(service.LastAdmin):
        service.revoke_role(
            actor=actors[1], person_id=victims[1].id, role=SYSTEM_ADMIN, area_id=street.root.id
        )


def test_an_administrator_of_one_community_does_not_stand_in_for_that_of_the_street(db, street):
    whole, part = make.staff(SYSTEM_ADMIN, street.root), make.staff(SYSTEM_ADMIN, street.area)
    with pytest.raises(service.LastAdmin):
        service.revoke_role(actor=None, person_id=whole.id, role=SYSTEM_ADMIN, area_id=street.root.id)
    service.revoke_role(actor=None, person_id=part.id, role=SYSTEM_ADMIN, area_id=street.area.id)


def test_the_last_administrator_is_not_disabled_either(db, street):
    first, second = make.staff(SYSTEM_ADMIN, street.root), make.staff(SYSTEM_ADMIN, street.root)
    actors = [make.actor(first), make.actor(second)]
    service.disable(actor=actors[0], person_id=second.id, reason="调走了")
    with pytest.raises(service.LastAdmin):
        service.disable(actor=actors[1], person_id=first.id, reason="也调走了")
    assert db.session.get_one(Person, first.id).status == "active"


def test_the_list_shows_the_own_area_and_masks(client_for, db, street):
    mine = make.staff(COUNTER_CLERK, street.area, name="欧阳若兰")
    theirs = make.staff(COUNTER_CLERK, street.other)
    page = client_for(make.staff(COMMUNITY_STAFF, street.area)).get("/desk/staff").text
    assert mine.number in page
    assert "若兰" not in page
    assert theirs.number not in page
    assert street.staff.number not in page
    assert theirs.number in client_for(street.staff).get("/desk/staff").text


@pytest.mark.parametrize("role", [COUNTER_CLERK, None])
def test_residents_and_clerks_do_not_see_roles(client_for, street, role):
    person = make.staff(role, street.area) if role else make.person(street.area)
    client = client_for(person)
    for path in ("/desk/staff", "/desk/staff/new"):
        assert client.get(path).status_code == 403
    assert client.post("/desk/staff/new").status_code == 403


def test_an_auditor_reads_roles_and_gives_none(client_for, street):
    client = client_for(make.staff(AUDITOR, street.root))
    page = client.get("/desk/staff").text
    assert street.staff.number in page
    assert "/revoke" not in page
    assert client.get("/desk/staff/new").status_code == 403


@pytest.mark.parametrize("role", [COUNTER_CLERK, COMMUNITY_STAFF])
def test_no_role_for_who_is_not_18(client_for, db, street, role):
    with clock.fixed(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)):
        youth = make.person(street.area, born_on=dt.date(2008, 11, 23))
        actor = make.actor(street.staff)
        with pytest.raises(service.TooYoungForRole):
            service.grant_role(actor=actor, person_id=youth.id, role=role, area_id=street.area.id)
        form = grant_form(youth, role, street.area, confirmed=youth.number)
        page = client_for(street.staff).post("/desk/staff/new", data=form)
        assert (page.status_code, "满 18 周岁" in page.text) == (409, True)
    with clock.fixed(dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)):  # past midnight in Shanghai
        service.grant_role(actor=actor, person_id=youth.id, role=role, area_id=street.area.id)
    assert grants_of(db, youth) == [role]


def test_each_change_is_in_the_log(db, street):
    person, actor = make.person(street.area), make.actor(street.staff)
    for verb in (service.grant_role, service.grant_role, service.revoke_role, service.revoke_role):
        verb(actor=actor, person_id=person.id, role=COUNTER_CLERK, area_id=street.area.id)
    with pytest.raises(NotAllowed):
        service.grant_role(actor=actor, person_id=person.id, role=AUDITOR, area_id=street.area.id)
    assert list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id))) == [
        "role_granted",
        "role_revoked",
    ]
    granted, revoked = db.session.scalars(sa.select(AuditEntry.details).order_by(AuditEntry.id))
    scope = {"scope_kind": "area", "scope_id": street.area.id}
    assert granted == scope | {"before": {}, "after": {"role": COUNTER_CLERK}}
    assert revoked == scope | {"before": {"role": COUNTER_CLERK}, "after": {}}


def test_the_list_needs_as_many_statements_however_long_it_is(client_for, street, count_statements):
    client = client_for(street.staff)
    client.get("/desk/staff")
    seen = count_statements()
    seen.clear()
    client.get("/desk/staff")
    few = len(seen)
    for _ in range(5):
        make.staff(COUNTER_CLERK, street.area)
    seen.clear()
    client.get("/desk/staff")
    assert len(seen) == few <= 5
