"""The page of a date: choose a post, bring somebody, wait, answer an offer, change the places."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.activities.test_places import date, taken, with_positions
from volunteer.activities import service
from volunteer.activities.models import Occurrence, OccurrencePosition, SignUp, Waiting


def page(client: Any, occurrence: Occurrence) -> str:
    answer = client.get(f"/activities/{occurrence.id}")
    assert answer.status_code == 200
    return str(answer.text)


def press(client: Any, occurrence: Occurrence, verb: str, **data: Any) -> Any:
    return client.post(f"/activities/{occurrence.id}/{verb}", data=data)


def test_wait_be_offered_and_accept(db: Any, client_for: Any) -> None:
    occurrence, holder, someone = date(capacity=1), make.person(), make.person()
    service.sign_up(actor=make.actor(holder), occurrence_id=occurrence.id)
    client = client_for(someone)
    assert "排队等候" in page(client, occurrence)
    assert press(client, occurrence, "wait").status_code == 303
    assert "您正在排队，就是下一位。" in page(client, occurrence)
    assert "您正在排队" in client.get("/my-activities").text
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    db.session.commit()
    assert "轮到您了，来吗？" in page(client, occurrence)
    assert "轮到您了" in client.get("/").text
    assert "我要来" in client.get("/my-activities").text
    assert press(client, occurrence, "accept").status_code == 303
    assert "取消报名" in page(client, occurrence)
    assert taken(db, occurrence) == 1


def test_leave_it_to_the_next_one(db: Any, client_for: Any) -> None:
    occurrence, holder, someone = date(capacity=1), make.person(), make.person()
    service.sign_up(actor=make.actor(holder), occurrence_id=occurrence.id)
    client = client_for(someone)
    press(client, occurrence, "wait")
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    db.session.commit()
    assert press(client, occurrence, "leave-line").status_code == 303
    assert db.session.scalar(sa.select(Waiting.state)) == "declined"
    answer = press(client, occurrence, "accept")
    assert answer.status_code == 409
    assert "没有在这一场排队" in answer.text


def test_a_post_and_companions_are_chosen_on_the_page(db: Any, client_for: Any) -> None:
    occurrence, (desk, door) = with_positions(1, 5, most_companions=2)
    client = client_for(make.person())
    answer = press(client, occurrence, "sign-up", companion_name=["小李", "小王"])
    assert answer.status_code == 422
    assert 'value="小李"' in answer.text, "what was typed stays"
    press(
        client, occurrence, "sign-up", position_id=door, companion_name=["小李", "小王"], companion_child="1"
    )
    assert db.session.scalars(sa.select(SignUp.places)).all() == [3]
    shown = page(client, occurrence)
    assert "和您一起来的：小李、小王" in shown
    press(client, occurrence, "companions", companion_name=["小李", ""])
    assert taken(db, occurrence) == 2
    assert press(client, occurrence, "sign-up", position_id="x").status_code == 404
    assert desk


def test_the_post_that_was_chosen_stays_chosen_when_it_is_refused(db: Any, client_for: Any) -> None:
    occurrence, (desk, door) = with_positions(1, 5)
    service.sign_up(actor=make.actor(make.person()), occurrence_id=occurrence.id, position_id=desk)
    client = client_for(make.person())
    assert f'value="{door}" checked' in page(client, occurrence), "the only free one"
    answer = press(client, occurrence, "sign-up", position_id=desk)
    assert answer.status_code == 409
    assert f'value="{desk}" checked' in answer.text
    assert f'value="{door}" checked' not in answer.text


def test_names_of_companions_and_the_line_are_for_who_leads(db: Any, client_for: Any) -> None:
    from volunteer.activities.signing.companions import Guest

    team = make.team()
    occurrence = date(team=team, capacity=2, most_companions=1)
    service.sign_up(
        actor=make.actor(make.person()), occurrence_id=occurrence.id, companions=[Guest("欧阳小李")]
    )
    waits = make.person(name="诸葛小芳")
    service.join_line(actor=make.actor(waits), occurrence_id=occurrence.id)
    shown = page(client_for(make.leader(team)), occurrence)
    assert "欧阳小李" in shown
    assert "诸葛小芳" in shown
    hidden = page(client_for(make.person()), occurrence)
    assert "欧阳小李" not in hidden
    assert "诸葛小芳" not in hidden


def test_the_leader_is_asked_for_a_reason_only_when_it_is_needed(db: Any, client_for: Any) -> None:
    from tests.activities.test_places import _at

    team, person = make.team(), make.person()
    first = date(team=team, duration_minutes=420, starts_at=_at(7))
    second = date(team=team, starts_at=_at(15))
    service.sign_up(actor=make.actor(person), occurrence_id=first.id)
    client = client_for(make.leader(team))
    assert "override_reason" not in page(client, second)
    answer = press(client, second, "sign-up-another", who=person.number)
    assert answer.status_code == 422
    assert "override_reason" in answer.text
    answer = press(client, second, "sign-up-another", who=person.number, override_reason="他自己提的")
    assert answer.status_code == 303


def test_the_leader_puts_somebody_in_line(db: Any, client_for: Any) -> None:
    team, person = make.team(), make.person()
    occurrence = date(team=team, capacity=1)
    make.sign_up(occurrence)
    answer = press(client_for(make.leader(team)), occurrence, "sign-up-another", who=person.number, waits="1")
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(Waiting.person_id)) == person.id


def test_the_leader_changes_the_places_of_a_post_and_closes_it(db: Any, client_for: Any) -> None:
    team = make.team()
    occurrence, (desk,) = with_positions(1, team=team)
    client = client_for(make.leader(team))
    assert "这一场的岗位名额" in page(client, occurrence)
    answer = press(client, occurrence, "capacity", **{"capacity": 8, f"position_{desk}": 3})
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(OccurrencePosition.capacity)) == 3
    assert press(client, occurrence, f"positions/{desk}/close").status_code == 303
    assert db.session.scalar(sa.select(OccurrencePosition.is_open)) is False
    assert press(client, occurrence, "capacity", capacity=0).status_code == 422


def test_a_helper_waits_and_answers_for_a_ward(db: Any, client_for: Any) -> None:
    occurrence, holder, ward = date(capacity=1), make.person(), make.person()
    service.sign_up(actor=make.actor(holder), occurrence_id=occurrence.id)
    client = client_for(make.helper(ward, "sign_up"))
    assert press(client, occurrence, f"wards/{ward.id}/wait").status_code == 303
    assert "正在排队" in page(client, occurrence)
    service.sign_off(actor=make.actor(holder), occurrence_id=occurrence.id)
    db.session.commit()
    assert "答复" in page(client, occurrence)
    assert press(client, occurrence, f"wards/{ward.id}/accept").status_code == 303
    assert db.session.scalar(sa.select(SignUp.person_id).where(SignUp.state == "signed_up")) == ward.id


@pytest.mark.parametrize(("state", "words"), [("undecided", "还没有定下来"), ("published", "登录后排队")])
def test_who_is_not_signed_in_reads_why_as_well(db: Any, client: Any, state: str, words: str) -> None:
    occurrence = date(capacity=1)
    occurrence.state = state
    make.sign_up(occurrence)
    assert words in page(client, occurrence)
