"""A post that asks for a training or a qualification: nobody takes a place without, whoever signs them up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.activities.test_signing_up import refused
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Series, SeriesRequirement
from volunteer.activities.planning import refusals as series_refusals
from volunteer.activities.planning.plans import Plan
from volunteer.activities.planning.requirements import MOST, Requirement
from volunteer.activities.service.planning.series import check
from volunteer.activities.service.repeating import generating
from volunteer.activities.signing import of_another, refusals
from volunteer.core import clock
from volunteer.people.models import COUNTER_CLERK

FIRST_AID = Requirement("training", "急救培训")
LICENCE = Requirement("qualification", "救护员证")
SignIn = Callable[[Any], Any]


def asking(*wanted: Requirement, team: Any = None) -> Occurrence:
    """Tomorrow's occurrence of a series that asks for these."""
    series = make.series(team, has_requirements=True)
    for one in wanted or (FIRST_AID,):
        make.db.session.add(SeriesRequirement(series_id=series.id, kind=one.kind, name=one.name))
    make.db.session.commit()
    return make.occurrence(series)


def licence(someone: Any, **more: Any) -> Any:
    return make.credential(someone, **{"kind": LICENCE.kind, "name": LICENCE.name, **more})


def days(count: int) -> dt.date:
    return clock.today() + dt.timedelta(days=count)


def test_without_the_training_nobody_takes_a_place_and_hears_which_one(db: Any) -> None:
    occurrence, someone = asking(FIRST_AID, LICENCE), make.person()
    refusal = refused(db, refusals.NeedsTraining, occurrence, someone)
    assert "培训“急救培训”" in refusal.message
    assert "资格“救护员证”" in refusal.message


def test_with_everything_that_is_asked_for_the_place_is_taken(db: Any) -> None:
    occurrence, someone = asking(FIRST_AID, LICENCE), make.person()
    make.credential(someone)
    refusal = refused(db, refusals.NeedsTraining, occurrence, someone)
    assert "急救培训" not in refusal.message
    licence(someone)
    service.sign_up(actor=make.actor(someone), occurrence_id=occurrence.id)


@pytest.mark.parametrize(("last", "holds"), [(0, False), (1, True), (400, True)])
def test_it_must_be_valid_on_the_day_of_the_activity_not_of_the_sign_up(
    db: Any, last: int, holds: bool
) -> None:
    occurrence, someone = asking(LICENCE), make.person()
    licence(someone, expires_on=days(last))
    if holds:
        service.sign_up(actor=make.actor(someone), occurrence_id=occurrence.id)
    else:
        refused(db, refusals.NeedsTraining, occurrence, someone)


@pytest.mark.parametrize("state", ["waiting", "refused", "withdrawn"])
def test_what_is_not_confirmed_or_was_withdrawn_does_not_count(db: Any, state: str) -> None:
    occurrence, someone = asking(), make.person()
    make.credential(someone, state=state)
    refused(db, refusals.NeedsTraining, occurrence, someone)


def test_leader_and_counter_sign_nobody_up_without_it_either_not_even_themselves(db: Any) -> None:
    team = make.team()
    occurrence = asking(team=team)
    leader, someone = make.leader(team), make.person()
    area = db.session.get_one(make.Area, someone.area_id)
    for helper in (leader, make.staff(COUNTER_CLERK, area)):
        refusal = refused(db, of_another.PersonNeedsTraining, occurrence, helper, person_id=someone.id)
        assert "这位志愿者" in refusal.message
    refused(db, refusals.NeedsTraining, occurrence, leader)


def test_the_question_costs_one_statement_and_only_where_something_is_asked(
    db: Any, count_statements: Callable[[], list[str]]
) -> None:
    def statements(occurrence: Any) -> int:
        someone = make.person()
        make.credential(someone)
        actor, id_ = make.actor(someone), occurrence.id
        before = len(count_statements())
        service.sign_up(actor=actor, occurrence_id=id_)
        return len(count_statements()) - before

    assert statements(asking()) == statements(make.occurrence()) + 1


def test_the_page_says_what_is_needed_before_one_presses(client_for: SignIn) -> None:
    occurrence, someone = asking(), make.person()
    page = client_for(someone).get(f"/activities/{occurrence.id}").text
    assert "培训“急救培训”" in page
    assert "报名参加" not in page
    assert "/me/credentials" in page
    make.credential(someone)
    assert "报名参加" in client_for(someone).get(f"/activities/{occurrence.id}").text


def test_the_list_says_it_too_in_one_statement(
    client_for: SignIn, count_statements: Callable[[], list[str]]
) -> None:
    someone = make.person()
    client = client_for(someone)

    def statements() -> int:
        before = len(count_statements())
        page = client.get("/").text
        assert "要先培训" in page
        return len(count_statements()) - before

    asking()
    client.get("/")
    few = statements()
    for _ in range(4):
        asking()
    assert statements() == few


def filled(**more: Any) -> dict[str, str]:
    day = clock.today() + dt.timedelta(days=7)
    return {
        "title": "应急演练", "category": "综合服务", "content": "练一练", "place": "广场", "risk_statement": "无",
        "starts_on": day.isoformat(), "starts_time": "09:00", "ends_time": "10:00", "repeat": "once",
        "capacity": "10", "form_key": make.crypto.token(), **more,
    }  # fmt: skip


def test_a_leader_chooses_from_what_people_hold_or_types_another(client_for: SignIn, db: Any) -> None:
    team = make.team()
    leader = make.leader(team)
    make.credential(make.person(db.session.get_one(make.Area, team.area_id)))
    client, path = client_for(leader), f"/teams/{team.id}/series/new"
    assert "培训 · 急救培训" in client.get(path).text
    chosen = {
        "needs": "training:急救培训",
        "needs_qualification": "救护员证",
        "person_in_charge_id": leader.id,
    }
    preview = client.post(path, data=filled(**chosen)).text
    assert "培训“急救培训”" in preview
    assert 'name="needs" value="training:急救培训"' in preview
    answer = client.post(path, data=filled(**chosen, step="publish"))
    assert answer.status_code == 303
    kept = db.session.execute(
        sa.select(Series.has_requirements, SeriesRequirement.kind, SeriesRequirement.name)
        .join(SeriesRequirement, SeriesRequirement.series_id == Series.id)
        .order_by(SeriesRequirement.kind)
    ).all()
    assert [tuple(row) for row in kept] == [
        (True, "qualification", "救护员证"),
        (True, "training", "急救培训"),
    ]
    assert "资格“救护员证”" in client.get(answer.location).text


def test_what_nobody_holds_cannot_be_ticked(client_for: SignIn, db: Any) -> None:
    team = make.team()
    leader = make.leader(team)
    answer = client_for(leader).post(
        f"/teams/{team.id}/series/new",
        data=filled(needs="training:别处的", person_in_charge_id=str(leader.id), step="publish"),
    )
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Series)) == 0


def test_more_than_a_few_are_refused(db: Any) -> None:
    team = make.team()
    leader = make.leader(team)
    series = make.series(team)
    plan = Plan(
        title="应急演练", category="综合服务", content="练一练", place="广场", risk_statement="无",
        person_in_charge_id=leader.id, rule=generating.rule_of(series), capacity=5,
        requirements=tuple(Requirement("training", f"课{n}") for n in range(MOST + 1)),
    )  # fmt: skip
    with pytest.raises(series_refusals.TooManyRequirements):
        check(plan, team=team, actor=make.actor(leader))
