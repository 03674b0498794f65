"""A code that lets whoever scans it join at once."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service as activities
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotAllowed, Refused
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, DISABLED, RECORD
from volunteer.teams import queries, rules, service
from volunteer.teams.models import MEMBER, Invitation, Membership


def acts(db):
    return list(db.session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)))


def invite(leader, team, days=7):
    made = service.invite(actor=make.actor(leader), team_id=team.id, days=days)
    make.db.session.commit()
    return made


def join(person, made):
    return service.join_by_invitation(actor=make.actor(person), token=made.token)


def test_whoever_scans_joins_at_once(db):
    team = make.team()
    leader, person = make.leader(team), make.person()
    join(person, invite(leader, team))
    row = db.session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).one()
    assert (row.state, row.way, row.decided_by_id) == (MEMBER, "invitation", leader.id)
    assert (row.requested_at, row.joined_at) == (clock.now(), clock.now())
    assert acts(db) == ["team_invitation_made", "team_joined_by_invitation"]


def test_an_open_request_is_thereby_accepted(db):
    team = make.team()
    leader, person = make.leader(team), make.person()
    service.request_to_join(actor=make.actor(person), team_id=team.id)
    join(person, invite(leader, team))
    rows = db.session.scalars(sa.select(Membership).where(Membership.person_id == person.id)).all()
    assert [(row.state, row.way) for row in rows] == [(MEMBER, "invitation")]


def test_a_member_is_told_so(db):
    team = make.team()
    made = invite(make.leader(team), team)
    with pytest.raises(service.AlreadyInTeam):
        join(make.member(team), made)
    assert queries.member_count(team.id) == 2


def test_the_token_is_encrypted_and_found_by_its_hash(db):
    made = invite(make.leader(team := make.team()), team)
    stored = db.session.execute(sa.text("SELECT token, token_hash FROM team_invitation")).one()
    assert made.token not in "".join(stored)
    assert len(made.token) >= 22
    assert service.by_token(made.token)[0].id == made.id


def test_a_code_that_does_not_work_any_more_is_refused_alike(db):
    team = make.team()
    leader, person = make.leader(team), make.person()
    expired, ended = invite(leader, team, days=1), invite(leader, team)
    service.end_invitation(actor=make.actor(leader), invitation_id=ended.id)
    with clock.fixed(clock.now() + dt.timedelta(days=1)):
        for token in [expired.token, ended.token, "unknown", ""]:
            with pytest.raises(service.InvitationGone):
                service.join_by_invitation(actor=make.actor(person), token=token)
    assert queries.state_of(person.id, team.id) is None


def test_the_code_of_who_may_no_longer_accept_lets_nobody_in(db):
    team = make.team()
    area = db.session.get_one(make.Area, team.area_id)
    deputy, gone = make.deputy(team), make.leader(team)
    codes = [invite(deputy, team), invite(gone, team)]
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    service.appoint(actor=staff, team_id=team.id, person_id=deputy.id, role="deputy", rights=(RECORD,))
    gone.status = DISABLED
    db.session.commit()
    for made in codes:
        with pytest.raises(service.InvitationGone):
            join(make.person(), made)
    assert queries.member_count(team.id) == 2


def test_a_closed_team_lets_nobody_in(db):
    team = make.team()
    made = invite(make.leader(team), team)
    team.closed_at = clock.now()
    db.session.commit()
    with pytest.raises(service.TeamClosed):
        join(make.person(), made)
    with pytest.raises(service.TeamClosed):
        invite(make.staff(COMMUNITY_STAFF, db.session.get_one(make.Area, team.area_id)), team)
    assert queries.member_count(team.id) == 1


@pytest.mark.parametrize("days", [0, -1, 31])
def test_a_term_out_of_bounds_is_refused(db, days):
    team = make.team()
    leader = make.leader(team)
    with pytest.raises(service.BadTerm):
        service.invite(actor=make.actor(leader), team_id=team.id, days=days)
    assert acts(db) == []


def test_others_do_not_invite_and_do_not_end(db):
    team = make.team()
    made = invite(make.leader(team), team)
    area = db.session.get_one(make.Area, team.area_id)
    people = [
        make.member(team), make.deputy(team, rights=(RECORD,)), make.leader(make.team()), make.staff(AUDITOR, area),
    ]  # fmt: skip
    for person in people:
        with pytest.raises(NotAllowed):
            service.invite(actor=make.actor(person), team_id=team.id)
        with pytest.raises(NotAllowed):
            service.end_invitation(actor=make.actor(person), invitation_id=made.id)
    assert acts(db) == ["team_invitation_made"]
    assert service.by_token(made.token)


def test_ending_twice_changes_nothing(db):
    team = make.team()
    leader = make.leader(team)
    made = invite(leader, team)
    for _ in range(2):
        service.end_invitation(actor=make.actor(leader), invitation_id=made.id)
    assert acts(db) == ["team_invitation_made", "team_invitation_ended"]


def test_a_minor_without_guardian_joins_but_does_not_sign_up(db):
    """R008."""
    team = make.team()
    child = make.person(born_on=dt.date(2011, 5, 4))
    join(child, invite(make.leader(team), team))
    assert queries.state_of(child.id, team.id) == MEMBER
    date = make.occurrence(make.series(team))
    with pytest.raises(Refused):
        activities.sign_up(actor=make.actor(child), occurrence_id=date.id)


def test_the_leader_makes_prints_and_ends_a_code(client_for, db):
    team = make.team(name="萤火虫")
    client = client_for(make.leader(team))
    address = f"/teams/{team.id}/invitations"
    assert re.search(r'name="days"[^>]* value="7"', client.get(address).text)
    answer = client.post(address, data={"days": "3"})
    made = db.session.scalars(sa.select(Invitation)).one()
    assert answer.location == f"{address}/{made.id}"
    assert made.expires_at == clock.now() + dt.timedelta(days=3)
    poster = client.get(answer.location).text
    assert "加入萤火虫" in poster
    assert "data:image/svg+xml" in poster
    assert "11月24日" in poster
    assert f"{address}/{made.id}/end" in client.get(address).text
    assert client.post(f"{address}/{made.id}/end").location == address
    assert "现在没有能用的二维码" in client.get(address).text
    assert "已经作废" in client.get(f"{address}/{made.id}").text
    assert client.post(address, data={"days": "31"}).status_code == 422


def test_the_code_of_another_team_is_not_found(client_for):
    team, other = make.team(), make.team()
    leader = make.leader(other)
    made = invite(make.leader(team), team)
    client = client_for(leader)
    for team_id in [team.id, other.id]:
        assert client.get(f"/teams/{team_id}/invitations/{made.id}").status_code == 404
        assert client.post(f"/teams/{team_id}/invitations/{made.id}/end").status_code == 404
    assert service.by_token(made.token)


def test_a_scan_leads_through_sign_in_and_back(client, client_for, db):
    team = make.team(name="萤火虫")
    made = invite(make.leader(team), team)
    here = f"/invitations/{made.token}"
    page = client.get(here).text
    assert "萤火虫请您加入" in page
    assert f'href="/sign-in?next={here}"' in page
    assert f'href="/register?next={here}"' in page
    assert "/sign-in" in client.post(here).location
    assert f"/register?next={here}" in client.get(f"/sign-in?next={here}").text
    person = make.person(password="morgen-ist-ein-neuer-tag")
    signed_in = client.post(
        f"/sign-in?next={here}", data={"account": person.number, "password": "morgen-ist-ein-neuer-tag"}
    )
    assert signed_in.location == here
    assert client.post(here).location == f"/teams/{team.id}"
    assert queries.state_of(person.id, team.id) == MEMBER
    assert "您已经是这支队伍的队员了" in client.get(here).text
    assert client.post(here).status_code == 409


def test_registering_leads_back_to_the_code_as_well(client):
    team = make.team()
    made = invite(make.leader(team), team)
    here = f"/invitations/{made.token}"
    form = {
        "name": "王桂兰", "phone": "13912345678", "password": "gruene-woelfe-tanzen", "area": team.area_id,
        "born_on": "1970-05-04", "sex": "female", "consent": "y",
    }  # fmt: skip
    answer = client.post(f"/register?next={here}", data=form)
    assert answer.status_code == 303
    assert here in answer.location


@pytest.mark.parametrize("token", ["unknown", "x" * 500, "%00", "..", "' OR 1"])
def test_a_code_that_is_not_there_gets_one_humane_sentence(client, client_for, token):
    member = client_for(make.person())
    for visitor in [client, member]:
        answer = visitor.get(f"/invitations/{token}")
        assert answer.status_code in {404, 422}
        if answer.status_code == 404 and token not in {".."}:
            assert "这个入队二维码现在不能用了" in answer.text


def test_expired_and_unknown_look_the_same(client_for):
    team = make.team()
    made = invite(make.leader(team), team, days=1)
    client = client_for(make.person())
    with clock.fixed(clock.now() + dt.timedelta(days=2)):
        expired, unknown = client.get(f"/invitations/{made.token}"), client.get("/invitations/unknown")
    assert expired.status_code == unknown.status_code == 404
    clean = [re.sub(r'value="[^"]*"', "", answer.text) for answer in (expired, unknown)]
    assert clean[0].replace(made.token, "unknown") == clean[1]


def test_the_terms_are_what_the_page_says():
    assert (rules.INVITATION_DAYS, rules.LONGEST_INVITATION_DAYS) == (7, 30)
