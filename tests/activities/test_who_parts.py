"""What a form asks of who may come: in parts, each with a word on what is chosen."""

from __future__ import annotations

import re

import pytest

from tests import make

pytestmark = pytest.mark.portable


def summaries(page: str) -> dict[str, str]:
    """The titles of the folded parts and what is said beside them."""
    found = (
        r'id="who-\w+">\s*<summary><span class="fold-title">([^<]+)</span> <span class="fold-note">([^<]+)<'
    )
    return dict(re.findall(found, page))


def opened(page: str) -> list[str]:
    return re.findall(r'<details class="fold[^"]*" open id="who-(\w+)"', page)


def test_nothing_is_asked_and_nothing_is_open(client_for) -> None:
    team = make.team()
    series = make.series(team)
    page = client_for(make.leader(team)).get(f"/series/{series.id}/limits").text
    assert summaries(page) == dict.fromkeys(("年龄和性别", "培训", "资格", "特长", "别的条件"), "没有要求")
    assert opened(page) == []


def test_what_was_typed_is_kept_and_said_and_only_the_error_is_open(client_for) -> None:
    team = make.team()
    series = make.series(team)
    page = client_for(make.leader(team)).post(
        f"/series/{series.id}/limits",
        data={
            "minimum_age": "200", "sex_needed": "", "needs": ["skill:haircut", "skill:repair"],
            "needs_training": "急救培训", "members_only": "y", "is_dangerous": "y", "minimum_minutes": "10",
        },
    )  # fmt: skip
    assert page.status_code == 422
    assert opened(page.text) == ["age"]
    said = summaries(page.text)
    assert said["培训"] == "急救培训"
    assert said["特长"] == "理发、修家电、换灯泡"
    assert said["别的条件"] == "服务过 10 小时、本队队员、有危险"
    assert 'value="skill:haircut"' in page.text
    assert len(re.findall(r'<input checked[^>]*name="needs"', page.text)) == 2


def test_an_invented_choice_opens_every_part_with_ticks(client_for) -> None:
    team = make.team()
    series = make.series(team)
    page = client_for(make.leader(team)).post(f"/series/{series.id}/limits", data={"needs": "skill:flying"})
    assert page.status_code == 422
    assert opened(page.text) == ["skill"]
    assert 'id="needs-skill-error"' in page.text


def test_a_position_asks_in_the_same_parts(client_for) -> None:
    team = make.team()
    series = make.series(team)
    leader = client_for(make.leader(team))
    page = leader.post(
        f"/series/{series.id}/positions", data={"name": "", "capacity": "2", "needs": "skill:haircut"}
    )
    assert page.status_code == 422
    assert summaries(page.text) == {"年龄和性别": "没有要求", "特长": "理发", "别的条件": "没有要求"}


def test_a_new_activity_asks_in_the_same_parts(client_for) -> None:
    team = make.team()
    page = client_for(make.leader(team)).get(f"/teams/{team.id}/series/new").text
    assert list(summaries(page)) == ["年龄和性别", "培训", "资格", "特长", "别的条件"]
    assert page.count('name="needs"') == page.split("who-skill")[1].count('name="needs"')
