"""Leaders and deputies: each right by itself, the subtree they lead, and the pages on which rights are given."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import for_leaders
from volunteer.areas.models import Area
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed
from volunteer.hours import for_leaders as leaders_of_hours
from volunteer.people.models import (
    ACCEPT,
    AUDITOR,
    COMMUNITY_STAFF,
    DEPUTY,
    DISABLED,
    LEADER,
    MESSAGE,
    PUBLISH,
    RECORD,
    REGISTER,
    RIGHTS,
    USUAL_RIGHTS,
)
from volunteer.teams import members, policy, queries, service, tree
from volunteer.teams.models import MEMBER, REQUESTED


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def rights(person, team, role=DEPUTY):
    return queries.rights_of(person.id, team.id, role)


def appoint(actor, team, person, role=DEPUTY, **more):
    service.appoint(actor=make.actor(actor), team_id=team.id, person_id=person.id, role=role, **more)


def staff_of(db, team):
    return make.staff(COMMUNITY_STAFF, db.session.get_one(make.Area, team.area_id))


def test_the_right_to_register_is_not_given_by_default(db):
    team = make.team()
    person = make.member(team)
    appoint(staff_of(db, team), team, person, LEADER)
    assert rights(person, team, LEADER) == set(USUAL_RIGHTS)
    assert REGISTER not in USUAL_RIGHTS


def test_staff_give_every_right_one_by_one(db):
    team = make.team()
    staff, person = staff_of(db, team), make.member(team)
    for some in [(RECORD,), (RECORD, REGISTER), (), RIGHTS]:
        appoint(staff, team, person, rights=some)
        assert rights(person, team) == set(some)
    assert acts(db) == ["role_granted"] + ["role_rights_changed"] * 3
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.details["before"], entry.details["after"]) == ({"rights": []}, {"rights": list(RIGHTS)})


def test_a_leader_gives_only_what_the_leader_holds(db):
    team = make.team()
    leader, person = make.leader(team, rights=(ACCEPT, RECORD)), make.member(team)
    appoint(leader, team, person)
    assert rights(person, team) == {ACCEPT, RECORD}
    for some in [(PUBLISH,), (ACCEPT, MESSAGE), RIGHTS]:
        with pytest.raises(service.NotYourRight):
            appoint(leader, team, person, rights=some)
    appoint(leader, team, person, rights=(RECORD,))
    assert rights(person, team) == {RECORD}


def test_a_right_that_one_may_not_give_stays_as_it_is(db):
    team = make.team()
    leader, deputy = make.leader(team, rights=(ACCEPT,)), make.deputy(team, rights=(PUBLISH, ACCEPT))
    appoint(leader, team, deputy, rights=())
    assert rights(deputy, team) == {PUBLISH}
    appoint(leader, team, deputy, rights=(ACCEPT,))
    assert rights(deputy, team) == {ACCEPT, PUBLISH}


@pytest.mark.parametrize("role", [LEADER, DEPUTY])
def test_rights_over_others_are_for_adults(client_for, db, role):
    team = make.team()
    staff = staff_of(db, team)
    youth = make.member(team, make.person(born_on=clock.today().replace(day=1) - dt.timedelta(days=17 * 365)))
    for some in (None, (RECORD,)):
        with pytest.raises(service.TooYoungForRights):
            appoint(staff, team, youth, role, rights=some)
    assert rights(youth, team, role) is None
    page = client_for(staff).post(
        f"/teams/{team.id}/people/{youth.id}", data={"role": role, "rights": RECORD}
    )
    assert (page.status_code, "满 18 周岁" in page.text) == (409, True)
    appoint(staff, team, youth, role, rights=())
    assert rights(youth, team, role) == set()


def test_a_deputy_gives_no_rights(db):
    team = make.team()
    deputy, person = make.deputy(team), make.member(team)
    with pytest.raises(NotAllowed):
        appoint(deputy, team, person, rights=(RECORD,))
    assert rights(person, team) is None
    assert acts(db) == []


def test_a_leader_above_appoints_deputies_below(db):
    top = make.team()
    team = make.team(parent=top)
    person = make.member(team)
    appoint(make.leader(top), team, person, rights=(RECORD,))
    assert rights(person, team) == {RECORD}
    with pytest.raises(NotAllowed):
        appoint(make.leader(make.team(parent=top)), team, person, rights=())


def test_nobody_is_appointed_in_a_closed_team(db):
    team = make.team(closed_at=clock.now())
    with pytest.raises(service.TeamClosed):
        appoint(staff_of(db, team), team, make.member(team))
    assert acts(db) == []


def test_a_change_of_rights_is_in_force_at_the_next_request(client_for, db):
    team = make.team()
    staff, deputy = staff_of(db, team), make.deputy(team)
    client = client_for(deputy)
    assert client.get(f"/teams/{team.id}/requests").status_code == 200
    appoint(staff, team, deputy, rights=(RECORD,))
    db.session.commit()
    assert client.get(f"/teams/{team.id}/requests").status_code == 404
    appoint(staff, team, deputy, rights=(ACCEPT,))
    db.session.commit()
    assert client.get(f"/teams/{team.id}/requests").status_code == 200
    assert client.get(f"/teams/{team.id}/announce").status_code == 404


PAGES = {
    ACCEPT: ["/teams/{team}/requests", "/teams/{team}/invitations"],
    PUBLISH: ["/teams/{team}/series/new"],
    MESSAGE: ["/teams/{team}/announce"],
    RECORD: ["/activities/{occurrence}/roll-call"],
    REGISTER: ["/desk/people/new"],
}


@pytest.mark.parametrize("right", RIGHTS)
def test_each_right_opens_its_pages_and_no_others(client_for, right):
    team = make.team()
    begun = make.occurrence(make.series(team), starts_at=clock.now() - dt.timedelta(hours=1))
    client = client_for(make.deputy(team, rights=(right,)))
    for other, pages in PAGES.items():
        for page in pages:
            status = client.get(page.format(team=team.id, occurrence=begun.id)).status_code
            assert (status == 200) == (other == right), (page, status)


@pytest.mark.parametrize("right", RIGHTS)
def test_the_team_page_offers_only_what_one_may(client_for, right):
    team = make.team()
    page = client_for(make.deputy(team, rights=(right,))).get(f"/teams/{team.id}").text
    links = {
        ACCEPT: f"/teams/{team.id}/invitations", PUBLISH: f"/teams/{team.id}/series/new",
        MESSAGE: f"/teams/{team.id}/announce", REGISTER: "/desk/people/new",
    }  # fmt: skip
    for other, link in links.items():
        assert (f'href="{link}"' in page) == (other == right), link
    assert f'href="/teams/{team.id}/people"' in page
    assert f'href="/teams/{team.id}/close"' not in page


@pytest.mark.parametrize("right", [PUBLISH, RECORD])
def test_the_page_of_a_date_offers_only_what_one_may(client_for, right):
    team = make.team()
    date = make.occurrence(make.series(team))
    page = client_for(make.deputy(team, rights=(right,))).get(f"/activities/{date.id}").text
    assert (f'href="/activities/{date.id}/roll-call"' in page) == (right == RECORD)
    assert (f'href="/activities/{date.id}/cancel"' in page) == (right == PUBLISH)


def test_who_leads_a_team_leads_those_below_it(client_for):
    top = make.team(name="党总支")
    middle = make.team(parent=top, name="第一支部")
    leaf = make.team(parent=middle, name="第一小组")
    beside = make.team(name="别的队")
    request = service.request_to_join(actor=make.actor(make.person()), team_id=leaf.id)
    leader = make.leader(top)
    assert [(line.team.id, line.is_own, line.indent, line.request_count) for line in tree.led([top.id])] == [
        (top.id, True, 0, 0), (middle.id, False, 1, 0), (leaf.id, False, 2, 1),
    ]  # fmt: skip
    client = client_for(leader)
    page = client.get("/my-teams").text
    assert "第一小组" in page
    assert "别的队" not in page
    address = f"/teams/{leaf.id}/requests/{request.id}"
    assert client.post(address, data={"decision": "accept"}).status_code == 303
    assert client.get(f"/teams/{beside.id}/people").status_code == 404


def test_who_leads_below_sees_nothing_of_what_is_above(client_for):
    top = make.team()
    team, sister = make.team(parent=top), make.team(parent=top)
    client = client_for(make.leader(team))
    for other in [top, sister]:
        for page in ["people", "requests", "announce", "invitations", "intakes"]:
            assert client.get(f"/teams/{other.id}/{page}").status_code == 404, page
    assert [line.team.id for line in tree.led([team.id])] == [team.id]


def test_the_led_teams_turn_pages(db):
    top = make.team()
    low = [make.team(parent=top) for _ in range(4)]
    first = tree.led([top.id], limit=2)
    assert [line.team.id for line in first] == [top.id, low[0].id, low[1].id]
    rest = tree.led([top.id], after=first[1].team.path, limit=10)
    assert [line.team.id for line in rest] == [team.id for team in low[1:]]
    for strange in ["x", "/", "//", "/1/x/", "/" + "9" * 30 + "/", "１"]:
        assert len(tree.led([top.id], after=strange, limit=10)) == 5, strange


def test_leaders_with_the_right_are_told_of_requests_else_those_above(db):
    top = make.team()
    team = make.team(parent=top)
    above = make.leader(top)
    make.deputy(team, rights=(RECORD,))
    assert queries.deciders(team) == [above.id]
    own = make.deputy(team, rights=(ACCEPT,))
    assert queries.deciders(team) == [own.id]


def test_a_disabled_leader_is_told_nothing_and_named_nowhere(db):
    team = make.team()
    leader, staff = make.leader(team), make.staff(COMMUNITY_STAFF, db.session.get_one(Area, team.area_id))
    assert (queries.deciders(team), queries.leader_names(team.id)) == ([leader.id], [leader.name])
    leader.status = DISABLED
    db.session.commit()
    assert (queries.deciders(team), queries.leader_names(team.id)) == ([staff.id], [])


def test_the_leaders_page_tells_of_roll_calls_and_series_that_end(client_for):
    top = make.team()
    team = make.team(parent=top)
    series = make.series(
        team, title="周五大扫除", recurrence="FREQ=WEEKLY;BYDAY=FR", renewed_until=clock.today() + dt.timedelta(days=20)
    )  # fmt: skip
    over = make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=1))
    make.sign_up(over)
    make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=2))  # nobody came
    page = client_for(make.leader(top)).get("/my-teams").text
    assert "周五大扫除 · 11月20日" in page
    assert "等您点名" in page
    assert "11月19日" not in page
    assert "只排到 12月11日，请续期" in page
    assert f'href="/activities/{over.id}/roll-call"' in page
    alone = client_for(make.leader(top, rights=(ACCEPT,))).get("/my-teams").text
    assert "等您点名" not in alone
    assert "请续期" not in alone


def test_what_waits_is_told_by_team(app, db):
    series = make.series()
    make.sign_up(make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=1)))
    make.sign_up(make.occurrence(starts_at=clock.now() - dt.timedelta(days=1)))
    with app.test_request_context():
        assert list(leaders_of_hours.roll_calls([series.team_id])) == [series.team_id]
    assert for_leaders.ending_series([series.team_id]) == {}


def test_who_manages_sees_names_and_masked_phones(client_for, db):
    team = make.team()
    make.member(team, make.person(name="欧阳娜娜", phone="+8613812345678"))
    gone = make.member(team, make.person(name="走了的人"))
    service.leave(actor=make.actor(gone), team_id=team.id)
    page = client_for(make.deputy(team, rights=())).get(f"/teams/{team.id}/people").text
    assert "欧阳娜娜" in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "走了的人" not in page
    area = db.session.get_one(make.Area, team.area_id)
    masked = client_for(make.staff(AUDITOR, area)).get(f"/teams/{team.id}/people").text
    assert "欧*" in masked
    assert "欧阳" not in masked


def test_members_are_found_by_name_number_and_phone(db):
    team = make.team()
    one = make.member(team, make.person(name="欧阳娜娜", phone="+8613812345678"))
    make.member(team, make.person(name="王桂兰"))
    outsider = make.person(name="欧阳娜娜")
    for text in ["欧阳", "娜娜", one.number, "13812345678", "138 1234 5678"]:
        assert [found.person_id for found in members.members(team.id, text=text)] == [one.id], text
    for text in [outsider.number, "张三", "！？"]:
        assert members.members(team.id, text=text) == []


def test_the_list_of_members_turns_pages(client_for, monkeypatch):
    monkeypatch.setattr(members, "PAGE", 2)
    team = make.team()
    leader = make.leader(team)
    last = [make.member(team, make.person(name=f"队员{n}")) for n in "甲乙丙"][-1]
    found = members.members(team.id, limit=2)
    assert [line.person_id for line in members.members(team.id, after=found[1].membership_id)][-1] == last.id
    page = client_for(leader).get(f"/teams/{team.id}/people").text
    assert 'rel="next"' in page
    assert last.name not in page


def test_a_leader_makes_a_deputy_on_the_page(client_for, db):
    team = make.team()
    leader, person = make.leader(team), make.member(team, make.person(name="王桂兰"))
    client = client_for(leader)
    address = f"/teams/{team.id}/people/{person.id}"
    page = client.get(address).text
    assert 'value="deputy"' in page
    assert 'value="leader"' not in page
    assert 'value="register"' not in page
    answer = client.post(address, data={"role": "deputy", "rights": ["record", "message"]})
    assert answer.location == f"/teams/{team.id}/people"
    assert rights(person, team) == {RECORD, MESSAGE}
    assert "点名、记时长" in client.get(answer.location).text
    gone = client.post(f"{address}/dismiss", data={"role": "deputy"})
    assert gone.status_code == 303
    assert rights(person, team) is None
    assert queries.state_of(person.id, team.id) == MEMBER


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"role": "leader"},
        {"role": "king"},
        {"role": "deputy", "rights": ["register"]},
        {"role": "deputy", "rights": ["x"]},
    ],
)
def test_a_wrong_choice_of_role_or_right_is_refused(client_for, db, form):
    team = make.team()
    leader, person = make.leader(team), make.member(team)
    assert client_for(leader).post(f"/teams/{team.id}/people/{person.id}", data=form).status_code == 422
    assert members.leaders(team.id, person_id=person.id) == []


def test_nobody_changes_the_own_rights(client_for):
    team = make.team()
    leader = make.leader(team, rights=(ACCEPT,))
    client = client_for(leader)
    address = f"/teams/{team.id}/people/{leader.id}"
    assert client.get(address).status_code == 404
    assert client.post(address, data={"role": "leader", "rights": list(RIGHTS)}).status_code == 404
    assert client.post(f"{address}/dismiss", data={"role": "leader"}).status_code == 404
    assert rights(leader, team, LEADER) == {ACCEPT}


def test_a_leader_does_not_dismiss_another_leader(client_for):
    team = make.team()
    first, second = make.leader(team), make.leader(team)
    answer = client_for(first).post(f"/teams/{team.id}/people/{second.id}/dismiss", data={"role": "leader"})
    assert answer.status_code == 422
    assert rights(second, team, LEADER) == set(USUAL_RIGHTS)


def test_strangers_see_no_people(client_for):
    team = make.team()
    person = make.member(team)
    elsewhere = make.staff(COMMUNITY_STAFF, make.community())
    for stranger in [make.person(), make.member(team), make.leader(make.team()), elsewhere]:
        client = client_for(stranger)
        assert client.get(f"/teams/{team.id}/people").status_code == 404
        assert client.get(f"/teams/{team.id}/people/{person.id}").status_code == 404
        assert client.post(f"/teams/{team.id}/people/{person.id}", data={"role": "deputy"}).status_code == 404
    assert members.leaders(team.id) == []


def test_it_is_the_policy_that_keeps_strangers_out(client_for, monkeypatch):
    """The control: with the questions answered yes, the same stranger comes in."""
    team = make.team()
    client = client_for(make.person())
    pages = [f"/teams/{team.id}/{page}" for page in ["people", "requests", "announce", "invitations"]]
    assert [client.get(page).status_code for page in pages] == [404] * 4
    for question in ["may_see_people", "may_manage", "may_see_requests", "may_accept", "may_message"]:
        monkeypatch.setattr(policy, question, lambda *asked: True)
    assert [client.get(page).status_code for page in pages] == [200] * 4


def test_it_is_the_policy_that_holds_rights_back(db, monkeypatch):
    """The control: a leader who might give every right gives one that the leader does not hold."""
    team = make.team()
    leader, person = make.leader(team, rights=(ACCEPT,)), make.member(team)
    monkeypatch.setattr(policy, "grantable_rights", lambda *asked: RIGHTS)
    appoint(leader, team, person, rights=(REGISTER,))
    assert rights(person, team) == {REGISTER}


def test_an_overdue_request_is_marked_and_listed_for_staff(client_for, db):
    team = make.team()
    staff, person = staff_of(db, team), make.person(name="欧阳娜娜")
    with clock.fixed(clock.now() - dt.timedelta(days=12)):  # Monday, 9 November
        service.request_to_join(actor=make.actor(person), team_id=team.id)
    late = make.person(name="王桂兰")
    with clock.fixed(clock.now() - dt.timedelta(days=13)):
        service.request_to_join(actor=make.actor(late), team_id=team.id)
    found = {
        line.name: (line.answer_by_on, line.is_overdue) for line in queries.requests(team.id, confirm_days=10)
    }
    assert found == {"欧阳娜娜": (dt.date(2026, 11, 23), False), "王桂兰": (dt.date(2026, 11, 20), True)}
    client = client_for(staff)
    page = client.get(f"/teams/{team.id}/requests").text
    assert page.count("已超期") == 1
    overdue = client.get("/desk/waiting/overdue_requests").text
    assert "王*" in overdue
    assert "欧*" not in overdue
    assert "欧*" in client.get("/desk/waiting/requests").text
    assert "超过期限没答复的入队申请" in client.get("/desk").text
    assert "2026年11月23日" in client_for(person).get(f"/teams/{team.id}").text


def test_requests_are_still_seen_by_who_asked(client_for):
    team, person = make.team(), make.person()
    service.request_to_join(actor=make.actor(person), team_id=team.id)
    assert queries.state_of(person.id, team.id) == REQUESTED
    assert "最晚答复" in client_for(person).get(f"/teams/{team.id}").text


@pytest.mark.parametrize("path", ["/my-teams", "/teams/{team}/people", "/teams/{team}/requests"])
def test_pages_of_leaders_need_no_more_queries_for_more_rows(client_for, count_statements, path):
    team = make.team()
    leader = make.leader(team)

    def more():
        below = make.team(parent=team)
        make.deputy(team)
        service.request_to_join(actor=make.actor(make.person()), team_id=team.id)
        date = make.occurrence(make.series(below), starts_at=clock.now() - dt.timedelta(days=1))
        make.sign_up(date)

    more()
    client = client_for(leader)
    seen = count_statements()
    client.get(path.format(team=team.id))
    seen.clear()
    client.get(path.format(team=team.id))
    few = len(seen)
    for _ in range(5):
        more()
    seen.clear()
    page = client.get(path.format(team=team.id))
    assert page.status_code == 200
    assert len(seen) == few <= 14
    assert re.search("<h1", page.text)
