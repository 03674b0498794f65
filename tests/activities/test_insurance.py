"""R021: what is dangerous does not start, nor count, before everybody is insured."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities.models import Insurance
from volunteer.activities.service.signing import insuring
from volunteer.activities.signing import insurance
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.hours import service as hours
from volunteer.hours.service import Mark
from volunteer.hours.service.uninsured import Uninsured


class Hall:
    """A dangerous date that is just over, with two people on it."""

    def __init__(self, **more) -> None:
        self.team = make.team()
        self.leader = make.leader(self.team)
        series = make.series(self.team, is_dangerous=True, duration_minutes=60, **more)
        self.date = make.occurrence(series, starts_at=clock.now() - dt.timedelta(hours=1))
        self.people = [make.person(), make.person()]
        for someone in self.people:
            make.sign_up(self.date, someone)

    def insure(self, *people, by=None, insurer="平安", policy_number="P-1"):
        return insuring.insure(
            actor=make.actor(by or self.leader),
            occurrence_id=self.date.id,
            person_ids=[someone.id for someone in people],
            insurer=insurer,
            policy_number=policy_number,
        )

    def record(self):
        marks = [Mark(someone.id, "present") for someone in self.people]
        return hours.record(actor=make.actor(self.leader), occurrence_id=self.date.id, marks=marks)


@pytest.fixture
def hall(db):
    return Hall()


def count() -> int:
    return int(make.db.session.scalar(sa.select(sa.func.count()).select_from(Insurance)) or 0)


def test_hours_are_not_recorded_before_everybody_is_insured(hall):
    hall.insure(hall.people[0])
    with pytest.raises(Uninsured):
        hall.record()
    hall.insure(hall.people[1])
    assert hall.record().id


def test_who_did_not_come_needs_no_insurance(hall):
    hall.insure(hall.people[0])
    marks = [Mark(hall.people[0].id, "present"), Mark(hall.people[1].id, "absent")]
    assert hours.record(actor=make.actor(hall.leader), occurrence_id=hall.date.id, marks=marks).id


def test_a_walk_in_needs_it_as_well(hall):
    hall.insure(*hall.people)
    hall.people.append(make.person())
    with pytest.raises(Uninsured):
        hall.record()
    hall.insure(hall.people[-1])
    assert hall.record().id


def test_one_policy_serves_many_and_the_second_time_changes_nothing(hall):
    assert hall.insure(*hall.people) == 2
    assert hall.insure(*hall.people, policy_number="P-2") == 0
    assert {row.policy_number for row in insurance.entries(hall.date.id)} == {"P-1"}


def test_somebody_has_to_be_chosen_and_only_by_who_manages(hall):
    with pytest.raises(insuring.NobodyChosen):
        hall.insure()
    with pytest.raises(NotFound):
        hall.insure(*hall.people, by=make.person())
    assert count() == 0


@pytest.mark.parametrize("missing", ["insurer", "policy_number"])
def test_insurer_and_number_are_needed(hall, missing):
    with pytest.raises(insuring.InsurerMissing):
        hall.insure(*hall.people, **{missing: " "})
    assert count() == 0


def test_a_harmless_date_needs_none(db):
    hall = Hall()
    safe = make.occurrence(make.series(hall.team))
    with pytest.raises(insuring.NotDangerous):
        insuring.insure(
            actor=make.actor(hall.leader),
            occurrence_id=safe.id,
            person_ids=[1],
            insurer="a",
            policy_number="b",
        )


def test_the_page_keeps_what_was_typed_and_lists_both(hall, client_for):
    leader = client_for(hall.leader)
    address = f"/activities/{hall.date.id}/insurance"
    page = leader.post(address, data={"insurer": "平安", "person": str(hall.people[0].id)})
    assert page.status_code == 422
    assert 'value="平安"' in page.text
    data = {"insurer": "平安", "policy_number": "P-9", "person": str(hall.people[0].id)}
    leader.post(address, data=data)
    assert count() == 1
    assert "P-9" in leader.get(address).text
    assert "还有 1 人没有登记" in leader.get(f"/activities/{hall.date.id}").text


def test_who_came_without_a_sign_up_is_insured_by_number(hall, client_for):
    leader, late = client_for(hall.leader), make.person()
    address = f"/activities/{hall.date.id}/insurance"
    data = {"insurer": "平安", "policy_number": "P-9", "walk_in": "V99999999"}
    page = leader.post(address, data=data)
    assert page.status_code == 422
    assert "V99999999" in page.text
    leader.post(address, data=data | {"walk_in": late.number})
    assert insurance.is_insured(hall.date.id, late.id)
    assert late.number not in leader.get(f"/activities/{hall.date.id}").text
    assert late.name in leader.get(address).text
