"""The own record says who wrote it: a leader in full, anybody else by the first sign."""

from __future__ import annotations

import pytest

from tests import make
from tests.hours.test_record import Mark, held
from volunteer.areas.models import Area
from volunteer.hours import service

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.portable]


@pytest.mark.parametrize(("by_leader", "name"), [(True, "王建国"), (False, "王*")])
def test_the_own_record_names_who_recorded_it(client_for, by_leader, name):
    at, person = held(), make.person()
    area = make.db.session.get_one(Area, at.team.area_id)
    by = make.leader(at.team) if by_leader else make.staff("community_staff", area)
    by.name = "王建国"
    service.record(actor=make.actor(by), occurrence_id=at.occurrence.id, marks=[Mark(person.id, "present")])
    browser = client_for(person)
    assert f"记录人：{name}" in browser.get(f"/activities/{at.occurrence.id}").text
    assert f"由{name}登记" in browser.get(f"/activities/{at.occurrence.id}/object").text
