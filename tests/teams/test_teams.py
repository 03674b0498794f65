"""Teams: founding, leaders, joining, leaving."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed, NotFound
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, DEPUTY, LEADER, SUBDISTRICT_STAFF, USUAL_RIGHTS
from volunteer.teams import queries, service, todos, tree
from volunteer.teams.models import LEFT, MEMBER, REFUSED, REQUESTED, Membership


def messages(db, kind=None):
    statement = sa.select(Message).where(Message.channel == "inbox").order_by(Message.id)
    return [m for m in db.session.scalars(statement) if kind is None or m.kind == kind]


def states(db, team):
    statement = sa.select(Membership.state).where(Membership.team_id == team.id).order_by(Membership.id)
    return list(db.session.scalars(statement))


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def ask(team, person=None):
    return service.request_to_join(actor=make.actor(person or make.person()), team_id=team.id)


def decide(leader, request, accept=True, reason=""):
    return service.decide(actor=make.actor(leader), membership_id=request.id, accept=accept, reason=reason)


def test_staff_found_a_team_in_their_area(db):
    area = make.community()
    actor = make.actor(make.staff(COMMUNITY_STAFF, area))
    team = service.found(
        actor=actor, code="firefly", area_id=area.id, kind="volunteer", name="萤火虫", focus="助学"
    )
    assert queries.by_code("firefly") is team
    assert acts(db) == ["team_founded"]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"kind": "club"}, service.UnknownKind),
        ({"code": "taken"}, service.CodeTaken),
        ({"area_id": 10**15}, NotFound),
    ],
)
def test_a_team_that_cannot_be_is_refused(db, wrong, refusal):
    area = make.community()
    make.team(area, code="taken")
    form = {"actor": None, "code": "new", "area_id": area.id, "kind": "volunteer", "name": "萤火虫", **wrong}
    with pytest.raises(refusal):
        service.found(**form)
    assert queries.by_code("new") is None
    assert acts(db) == []


def test_residents_and_staff_of_elsewhere_do_not_found_teams(db):
    area = make.community()
    for person in [
        make.person(area),
        make.staff(COMMUNITY_STAFF, make.community()),
        make.staff(AUDITOR, area),
    ]:
        with pytest.raises(NotAllowed):
            service.found(actor=make.actor(person), code="x", area_id=area.id, kind="volunteer", name="x")
    assert queries.by_code("x") is None


def test_a_request_waits_and_the_leaders_are_told(db):
    team = make.team(name="萤火虫")
    leader, deputy = make.leader(team), make.member(team)
    make.grant(deputy, DEPUTY, team=team)
    make.member(team)
    request = ask(team)
    assert request.state == REQUESTED
    assert request.requested_at == clock.now()
    assert {m.person_id for m in messages(db)} == {leader.id, deputy.id}
    assert {m.kind for m in messages(db)} == {"team_request"}
    assert "陈" not in str(messages(db)[0].payload)


def test_without_leader_the_staff_of_the_community_are_told(db):
    root = make.subdistrict()
    area = make.community(root)
    staff = make.staff(COMMUNITY_STAFF, area)
    make.staff(COMMUNITY_STAFF, make.community(root))
    ask(make.team(area))
    assert [m.person_id for m in messages(db)] == [staff.id]


def test_asking_twice_is_refused(db):
    team, person = make.team(), make.person()
    ask(team, person)
    with pytest.raises(service.AlreadyRequested):
        ask(team, person)
    assert states(db, team) == [REQUESTED]


def test_a_member_does_not_ask(db):
    team = make.team()
    person = make.member(team)
    with pytest.raises(service.AlreadyInTeam):
        ask(team, person)
    assert states(db, team) == [MEMBER]


def test_a_closed_or_unknown_team_takes_nobody(db):
    with pytest.raises(service.TeamClosed):
        ask(make.team(closed_at=clock.now()))
    with pytest.raises(service.NoSuchTeam):
        service.request_to_join(actor=make.actor(make.person()), team_id=10**15)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 0
    assert messages(db) == []


def test_a_person_may_belong_to_several_teams(db):
    person = make.person()
    first, second = make.team(), make.team()
    make.member(first, person)
    ask(second, person)
    assert [team.id for team, _state in queries.of_person(person.id)] == [first.id, second.id]


def test_the_leader_accepts_and_the_person_is_told(db):
    team = make.team()
    leader, person = make.leader(team), make.person()
    decided = decide(leader, ask(team, person))
    assert (decided.state, decided.decided_by_id, decided.joined_at) == (MEMBER, leader.id, clock.now())
    assert [m.person_id for m in messages(db, "team_accepted")] == [person.id]
    assert acts(db) == ["team_join_requested", "team_join_accepted"]
    by_mail = sa.select(Message.state).where(Message.channel == "email")
    assert db.session.scalars(by_mail).all() == ["pending"]


def test_a_refusal_carries_its_reason(db):
    team = make.team()
    decided = decide(make.leader(team), ask(team), accept=False, reason=" 今年人满了 ")
    assert (decided.state, decided.reason, decided.ended_at) == (REFUSED, "今年人满了", clock.now())
    (message,) = messages(db, "team_refused")
    assert message.payload["reason"] == "今年人满了"


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
def test_a_refusal_without_a_proper_reason_is_refused(db, reason):
    team = make.team()
    leader, request = make.leader(team), ask(team)
    db.session.commit()
    with pytest.raises(service.ReasonNeeded):
        decide(leader, request, accept=False, reason=reason)
    assert states(db, team)[-1] == REQUESTED
    assert messages(db, "team_refused") == []


def test_who_was_refused_may_ask_again(db):
    team, person = make.team(), make.person()
    decide(make.leader(team), ask(team, person), accept=False, reason="今年人满了")
    assert ask(team, person).state == REQUESTED


def test_a_request_is_decided_once(db):
    team = make.team()
    leader, request = make.leader(team), ask(team)
    decide(leader, request)
    with pytest.raises(service.AlreadyDecided):
        decide(leader, request, accept=False, reason="反悔")
    assert states(db, team)[-1] == MEMBER
    assert messages(db, "team_refused") == []


@pytest.mark.parametrize("role", [COMMUNITY_STAFF, SUBDISTRICT_STAFF])
def test_staff_of_the_area_may_decide(db, role):
    team = make.team()
    area = db.session.get_one(make.Area, team.area_id)
    assert decide(make.staff(role, area), ask(team)).state == MEMBER


def test_others_do_not_decide(db):
    team, area = make.team(), make.community()
    request = ask(team)
    member, stranger = make.member(team), make.person()
    elsewhere, other_leader = make.staff(COMMUNITY_STAFF, area), make.leader(make.team())
    auditor = make.staff(AUDITOR, db.session.get_one(make.Area, team.area_id))
    for person in [member, stranger, elsewhere, other_leader, auditor]:
        with pytest.raises(NotAllowed):
            decide(person, request)
    assert states(db, team)[0] == REQUESTED


def test_nobody_decides_the_own_request(db):
    area = make.community()
    staff, team = make.staff(COMMUNITY_STAFF, area), make.team(area)
    request = ask(team, staff)
    with pytest.raises(NotAllowed):
        decide(staff, request)


def test_a_request_that_does_not_exist_is_not_found(db):
    with pytest.raises(service.NoSuchRequest):
        service.decide(actor=make.actor(make.person()), membership_id=10**15, accept=True)


def test_leaving_keeps_the_history(db):
    team = make.team()
    person = make.member(team)
    service.leave(actor=make.actor(person), team_id=team.id)
    assert states(db, team) == [LEFT]
    assert ask(team, person).state == REQUESTED
    assert states(db, team) == [LEFT, REQUESTED]


def test_an_open_request_can_be_taken_back(db):
    team, person = make.team(), make.person()
    ask(team, person)
    service.leave(actor=make.actor(person), team_id=team.id)
    assert states(db, team) == [LEFT]


def test_who_is_not_in_the_team_does_not_leave_it(db):
    with pytest.raises(service.NotAMember):
        service.leave(actor=make.actor(make.person()), team_id=make.team().id)


def test_a_leader_hands_over_before_leaving(db):
    team = make.team()
    leader = make.leader(team)
    with pytest.raises(service.LeaderStays):
        service.leave(actor=make.actor(leader), team_id=team.id)
    assert states(db, team) == [MEMBER]


def test_a_deputy_who_leaves_is_deputy_no_longer(db):
    team = make.team()
    deputy = make.member(team)
    make.grant(deputy, DEPUTY, team=team)
    service.leave(actor=make.actor(deputy), team_id=team.id)
    assert make.actor(deputy).led_team_ids == ()


def test_staff_appoint_a_leader_and_dismiss_one(db):
    area = make.community()
    staff, team = make.staff(COMMUNITY_STAFF, area), make.team(area)
    person = make.member(team)
    for _ in range(2):
        service.appoint(actor=make.actor(staff), team_id=team.id, person_id=person.id)
    assert make.actor(person).leads(team.path)
    assert queries.leader_names(team.id) == [person.name]
    service.dismiss(actor=make.actor(staff), team_id=team.id, person_id=person.id)
    assert not make.actor(person).leads(team.path)
    assert acts(db) == ["role_granted", "role_revoked"]
    held = {"role": "leader", "rights": list(USUAL_RIGHTS)}
    granted, revoked = db.session.scalars(sa.select(AuditEntry.details).order_by(AuditEntry.id))
    assert (granted["before"], granted["after"]) == ({}, held)
    assert (revoked["before"], revoked["after"]) == (held, {})


def test_a_leader_appoints_deputies_only(db):
    team = make.team()
    leader, person = make.leader(team), make.member(team)
    service.appoint(actor=make.actor(leader), team_id=team.id, person_id=person.id, role=DEPUTY)
    with pytest.raises(NotAllowed):
        service.appoint(actor=make.actor(leader), team_id=team.id, person_id=person.id, role=LEADER)
    with pytest.raises(NotAllowed):
        service.appoint(
            actor=make.actor(person), team_id=team.id, person_id=make.member(team).id, role=DEPUTY
        )
    assert queries.roles_of(person.id, team.id) == {DEPUTY}


def test_nobody_appoints_oneself(db):
    area = make.community()
    staff, team = make.staff(COMMUNITY_STAFF, area), make.team(area)
    make.member(team, staff)
    with pytest.raises(NotAllowed):
        service.appoint(actor=make.actor(staff), team_id=team.id, person_id=staff.id)


def test_only_members_lead(db):
    area = make.community()
    staff, team, person = make.staff(COMMUNITY_STAFF, area), make.team(area), make.person(area)
    with pytest.raises(service.NotAMember):
        service.appoint(actor=make.actor(staff), team_id=team.id, person_id=person.id)
    with pytest.raises(service.NoSuchTeam):
        service.appoint(actor=make.actor(staff), team_id=10**15, person_id=person.id)
    assert make.actor(person).led_team_ids == ()


def test_a_recruitment_takes_many_in_at_once(db):
    team, moment = make.team(), dt.datetime(2019, 3, 5, tzinfo=dt.UTC)
    people = [make.person() for _ in range(5)]
    make.member(team, people[0])
    ask(team, people[1])
    ids = [person.id for person in people]
    assert service.add_members(actor_id=None, team_id=team.id, person_ids=ids, joined_at=moment) == 4
    assert service.add_members(actor_id=None, team_id=team.id, person_ids=ids) == 0
    assert queries.member_count(team.id) == 5
    statement = sa.select(Membership.way, Membership.joined_at).where(Membership.person_id == ids[4])
    assert tuple(db.session.execute(statement).one()) == ("recruitment", moment)


def test_a_closed_team_recruits_nobody(db):
    with pytest.raises(service.TeamClosed):
        service.add_members(actor_id=None, team_id=make.team(closed_at=clock.now()).id, person_ids=[1])


def test_teams_of_the_own_community_come_first(db):
    root = make.subdistrict()
    mine, other = make.community(root), make.community(root)
    far, above, near = make.team(other), make.team(root), make.team(mine)
    make.team(mine, closed_at=clock.now())
    person = make.person(make.grid(mine))
    make.member(near, person)
    lines = queries.teams_near(area_path=make.actor(person).area_path, person_id=person.id)
    assert [line.team.id for line in lines] == [near.id, above.id, far.id]
    assert [(line.member_count, line.state) for line in lines] == [(1, MEMBER), (0, None), (0, None)]
    first = queries.teams_near(area_path=make.actor(person).area_path, person_id=person.id, limit=1)
    rest = queries.teams_near(
        area_path=make.actor(person).area_path, person_id=person.id, after=first[0].cursor
    )
    assert [line.team.id for line in rest] == [above.id, far.id]
    assert [line.team.id for line in queries.teams_near(area_path="", person_id=None, within=other.path)] == [
        far.id
    ]


def test_led_teams_come_with_members_and_requests(db):
    team = make.team()
    make.leader(team)
    ask(team)
    (line,) = tree.led([team.id])
    assert (line.team, line.member_count, line.request_count, line.is_own) == (team, 1, 1, True)
    assert tree.led([]) == []


def test_other_slices_tell_what_waits_for_a_leader(db, monkeypatch):
    monkeypatch.setattr(todos, "_PROVIDERS", [])
    todos.register(lambda ids: {ids[0]: [todos.Todo("等您点名", 2, "/roll-call", "urgent")]})
    assert todos.of_teams([1, 2]) == {1: [todos.Todo("等您点名", 2, "/roll-call", "urgent")], 2: []}
    assert todos.of_teams([]) == {}
