"""Members of a team sign each other up for the dates of their team."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.acting.models import Receipt
from volunteer.activities import service
from volunteer.activities.models import Series, SignUp
from volunteer.activities.together import teammates
from volunteer.core.errors import NotAllowed
from volunteer.people import identity
from volunteer.people.sessions import CARD
from volunteer.teams.models import Team


@pytest.fixture
def of_team(db: Any) -> Any:
    """(date, two members)."""
    team = make.team()
    return make.occurrence(make.series(team)), make.member(team), make.member(team)


def test_a_teammate_is_signed_up_with_a_receipt_and_can_sign_off(db: Any, of_team: Any) -> None:
    occurrence, one, other = of_team
    service.sign_up(actor=make.actor(one), occurrence_id=occurrence.id, person_id=other.id)
    row = db.session.scalars(sa.select(SignUp)).one()
    assert (row.person_id, row.signed_up_by_id, row.way) == (other.id, one.id, "other")
    receipt = db.session.scalars(sa.select(Receipt)).one()
    assert (receipt.person_id, receipt.acted_by_id) == (other.id, one.id)
    service.sign_off(actor=make.actor(other), occurrence_id=occurrence.id)


def test_but_not_signed_off(db: Any, of_team: Any) -> None:
    occurrence, one, other = of_team
    make.sign_up(occurrence, other)
    actor = make.actor(one)
    with pytest.raises(NotAllowed):
        service.sign_off(actor=actor, occurrence_id=occurrence.id, person_id=other.id)


@pytest.mark.parametrize("who", ["guest", "asked to join", "from another team"])
def test_nobody_who_is_not_of_the_team(db: Any, of_team: Any, who: str) -> None:
    occurrence, one, _other = of_team
    team_id = db.session.scalar(sa.select(Series.team_id).where(Series.id == occurrence.series_id))
    person = make.person()
    if who == "asked to join":
        make.member(db.session.get_one(Team, team_id), person, state="requested")
    if who == "from another team":
        make.member(make.team(), person)
    for actor, for_whom in ((one, person), (person, one)):
        acting = make.actor(actor)
        with pytest.raises(NotAllowed):
            service.sign_up(actor=acting, occurrence_id=occurrence.id, person_id=for_whom.id)
        db.session.rollback()


def test_a_card_acts_for_nobody_else(db: Any, of_team: Any) -> None:
    occurrence, one, other = of_team
    db.session.commit()
    actor = dataclasses.replace(identity.load(one.id), way=CARD)
    with pytest.raises(NotAllowed):
        service.sign_up(actor=actor, occurrence_id=occurrence.id, person_id=other.id)


def test_a_large_team_asks_for_the_number(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    team = make.team()
    me, *others = (make.member(team) for _ in range(4))
    assert [row.id for row in teammates.to_choose(team.id, but=me.id)] == [one.id for one in others]
    monkeypatch.setattr(teammates, "MOST_SHOWN", 2)
    assert teammates.to_choose(team.id, but=me.id) == []
