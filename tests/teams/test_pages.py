"""Pages of teams."""

from __future__ import annotations

import re

import pytest

from tests import make
from volunteer.core import clock
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF
from volunteer.teams import queries, service
from volunteer.teams.models import LEFT, MEMBER, REFUSED, REQUESTED, Membership


def request_of(team, person):
    return service.request_to_join(actor=make.actor(person), team_id=team.id)


def test_anybody_may_look_at_teams(client):
    team = make.team(name="萤火虫志愿服务队", focus="助学;环保")
    make.leader(team, make.person(name="欧阳娜娜"))
    assert "萤火虫志愿服务队" in client.get("/teams").text
    page = client.get(f"/teams/{team.id}").text
    assert "助学、环保" in page
    assert "欧*" in page
    assert "欧阳" not in page
    assert f"/sign-in?next=/teams/{team.id}" in page


def test_the_list_is_filtered_by_community_and_turned_over(client, monkeypatch):
    root = make.subdistrict()
    mine, other = make.community(root), make.community(root)
    teams = [make.team(mine, name=f"麓源第{n}队") for n in range(queries.PAGE + 1)]
    make.team(other, name="桔苑队")
    first = client.get("/teams", query_string={"community": mine.code}).text
    assert "桔苑队" not in first
    assert teams[-1].name not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert teams[-1].name in client.get(following).text
    assert client.get("/teams", query_string={"community": "nowhere", "after": "x.y"}).status_code == 200


@pytest.mark.parametrize("after", ["0.99999999999999999999", "3.1", "NaN", "1", "0.-1", "0.１"])
def test_a_strange_cursor_begins_at_the_beginning(client, after):
    team = make.team()
    assert team.name in client.get("/teams", query_string={"after": after}).text


def test_the_english_name_is_shown_to_english_readers(client):
    make.team(name="萤火虫", name_en="Firefly Volunteer Team")
    assert "Firefly" in client.get("/teams", headers={"Accept-Language": "en"}).text


def test_a_resident_asks_and_takes_back(client_for, db):
    team, person = make.team(), make.person()
    client = client_for(person)
    assert client.post(f"/teams/{team.id}/join").location == f"/teams/{team.id}"
    assert queries.state_of(person.id, team.id) == REQUESTED
    assert "等队长答复" in client.get(f"/teams/{team.id}").text
    again = client.post(f"/teams/{team.id}/join")
    assert again.status_code == 409
    assert "您已经申请过了" in again.text
    assert client.post(f"/teams/{team.id}/leave").status_code == 303
    assert queries.state_of(person.id, team.id) is None
    assert db.session.scalars(make.db.select(Membership.state)).all() == [LEFT]


def test_a_leader_is_told_to_hand_over_first(client_for):
    team = make.team()
    answer = client_for(make.leader(team)).post(f"/teams/{team.id}/leave")
    assert answer.status_code == 409
    assert "请先由社区换一位队长" in answer.text


def test_strangers_are_sent_to_sign_in(client):
    team = make.team()
    for path in [f"/teams/{team.id}/join", f"/teams/{team.id}/leave"]:
        assert "/sign-in" in client.post(path).location
    assert "/sign-in" in client.get(f"/teams/{team.id}/requests").location
    assert "/sign-in" in client.get("/my-teams").location


def test_the_leader_accepts_from_the_page(client_for):
    team = make.team()
    person = make.person(name="欧阳娜娜", phone="+8613812345678")
    request = request_of(team, person)
    client = client_for(make.leader(team))
    page = client.get(f"/teams/{team.id}/requests").text
    assert "欧阳娜娜" in page
    assert "138****5678" in page
    assert "56 岁" in page
    assert page.index('value="accept"') < page.index('<details class="more">') < page.index('value="refuse"')
    answer = client.post(f"/teams/{team.id}/requests/{request.id}", data={"decision": "accept"})
    assert answer.location == f"/teams/{team.id}/requests"
    assert queries.state_of(person.id, team.id) == MEMBER
    assert "现在没有等您答复的申请" in client.get(answer.location).text


def test_a_refusal_without_reason_keeps_the_page(client_for, db):
    team, person = make.team(), make.person()
    request = request_of(team, person)
    client = client_for(make.leader(team))
    address = f"/teams/{team.id}/requests/{request.id}"
    answer = client.post(address, data={"decision": "refuse", "reason": " "})
    assert answer.status_code == 422
    assert "请写明不同意的原因" in answer.text
    assert '<details class="more" open>' in answer.text
    too_long = client.post(address, data={"decision": "refuse", "reason": "长" * 301})
    assert too_long.status_code == 422
    assert "长" * 301 in too_long.text
    assert client.post(address, data={"decision": "maybe"}).status_code == 422
    assert queries.state_of(person.id, team.id) == REQUESTED
    assert client.post(address, data={"decision": "refuse", "reason": "今年人满了"}).status_code == 303
    assert db.session.get_one(Membership, request.id).state == REFUSED


def test_requests_of_another_team_are_not_found(client_for):
    team, other = make.team(), make.team()
    person = make.person()
    request = request_of(team, person)
    client = client_for(make.leader(other))
    assert client.get(f"/teams/{team.id}/requests").status_code == 404
    for team_id in [team.id, other.id]:
        answer = client.post(f"/teams/{team_id}/requests/{request.id}", data={"decision": "accept"})
        assert answer.status_code == 404
    assert queries.state_of(person.id, team.id) == REQUESTED


def test_an_auditor_reads_and_does_not_decide(client_for, db):
    team, person = make.team(), make.person()
    request = request_of(team, person)
    client = client_for(make.staff(AUDITOR, db.session.get_one(make.Area, team.area_id)))
    assert client.get(f"/teams/{team.id}/requests").status_code == 200
    answer = client.post(f"/teams/{team.id}/requests/{request.id}", data={"decision": "accept"})
    assert answer.status_code == 404
    assert queries.state_of(person.id, team.id) == REQUESTED


@pytest.mark.parametrize(
    "path", ["/teams/999999999999999999", "/teams/99999999999999999999", "/teams/-1", "/teams/x"]
)
def test_teams_that_do_not_exist_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_closed_team_says_so(client_for):
    team = make.team(closed_at=clock.now())
    client = client_for(make.person())
    assert "这支队伍已经关闭" in client.get(f"/teams/{team.id}").text
    assert client.post(f"/teams/{team.id}/join").status_code == 409


def test_my_teams_show_what_waits_for_a_leader(client_for):
    team, other = make.team(name="萤火虫"), make.team(name="姐妹帮帮团")
    leader = make.leader(team)
    make.member(other, leader)
    request_of(team, make.person())
    page = client_for(leader).get("/my-teams").text
    assert "入队申请等您答复" in page
    assert re.search(r'todo-amount">1 位邻居<', page)
    assert "姐妹帮帮团" in page


def test_staff_see_the_way_to_the_requests(client_for, db):
    team = make.team()
    staff = make.staff(COMMUNITY_STAFF, db.session.get_one(make.Area, team.area_id))
    assert f"/teams/{team.id}/requests" in client_for(staff).get(f"/teams/{team.id}").text
    assert f"/teams/{team.id}/requests" not in client_for(make.person()).get(f"/teams/{team.id}").text


@pytest.mark.parametrize("path", ["/teams", "/my-teams"])
def test_pages_need_few_queries_however_many_teams_there_are(client_for, count_statements, path):
    person = make.person()
    make.leader(make.team(), person)
    client = client_for(person)
    seen = count_statements()
    seen.clear()
    client.get(path)
    few = len(seen)
    for _ in range(10):
        make.leader(make.team(), person)
    seen.clear()
    client.get(path)
    assert len(seen) == few <= 12
