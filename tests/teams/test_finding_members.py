"""Looking for a member: what is typed stands in no address."""

from __future__ import annotations

from tests import make
from volunteer.people.models import RECORD


def test_the_search_is_posted_and_finds_by_name_number_and_phone(client_for, db):
    team = make.team()
    member = make.member(team, make.person(name="欧阳若兰", phone="+8613812345678"))
    other = make.member(team)
    leader = client_for(make.leader(team, rights=(RECORD,)))
    address = f"/teams/{team.id}/people"
    for text in ("若兰", member.number, "13812345678"):
        page = leader.post(address, data={"q": text}).text
        assert member.number in page
        assert other.number not in page
    assert other.number in leader.get(f"{address}?q=若兰").text  # an address is not a search any more
    assert 'method="get"' not in leader.get(address).text


def test_a_search_with_many_answers_goes_on_without_an_address(client_for, db, monkeypatch):
    monkeypatch.setattr("volunteer.teams.members.PAGE", 1)
    monkeypatch.setattr("volunteer.teams.members.members.__kwdefaults__", {**_defaults(), "limit": 1})
    team = make.team()
    first = make.member(team, make.person(name="欧阳若兰"))
    second = make.member(team, make.person(name="欧阳若梅"))
    leader = client_for(make.leader(team))
    address = f"/teams/{team.id}/people"
    page = leader.post(address, data={"q": "欧阳"}).text
    assert first.number in page
    assert second.number not in page
    after = page.split('name="after" value="')[1].split('"')[0]
    assert second.number in leader.post(address, data={"q": "欧阳", "after": after}).text


def _defaults():
    from volunteer.teams import members

    return dict(members.members.__kwdefaults__)
