"""A child signs up while the guardian takes the consent back: whoever comes first, no coming place is left (R008)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from tests import make
from tests.faults.races import at_once, call, without_locks
from tests.faults.test_together import _meanwhile, live, taken
from volunteer.activities import service
from volunteer.activities.service.signing import places
from volunteer.core import clock
from volunteer.people import service as people
from volunteer.people.models import COMMUNITY_STAFF

DAY = dt.timedelta(days=1)


def scene(dates: int) -> tuple[list[int], list[Any], Any]:
    """(the dates, the child's sign-ups for them, the guardian's withdrawal)."""
    area = make.community()
    staff = make.staff(COMMUNITY_STAFF, area)
    youth = make.person(area, born_on=clock.today() - 15 * 366 * DAY)
    make.guardian(youth)
    asked = make.record_access(youth, staff)
    asked.state, asked.expires_at = "approved", clock.now() + DAY
    ids = [make.occurrence(starts_at=clock.now() + (2 + n) * DAY).id for n in range(dates)]
    actor, office, youth_id = make.actor(youth), make.actor(staff), youth.id
    joining = [call(service.sign_up, actor=actor, occurrence_id=id) for id in ids]
    return ids, joining, call(people.withdraw_guardian, actor=office, person_id=youth_id)


def test_no_place_is_left_whoever_comes_first(house: Flask) -> None:
    ids, joining, withdrawal = scene(6)
    answers = at_once(house, [*joining[:3], withdrawal, *joining[3:]])
    assert answers[3] is None
    assert [(live(id), taken(id)) for id in ids] == [([], 0)] * len(ids)


def test_control_without_the_locks_a_place_is_left(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The withdrawal comes between the look at the consent and the place."""
    (id,), (joining,), withdrawal = scene(1)
    take = places.take

    def interrupted(*arguments: Any) -> None:
        _meanwhile(house, withdrawal)
        take(*arguments)

    monkeypatch.setattr(places, "take", interrupted)
    with without_locks(1):
        at_once(house, [joining])
    assert (len(live(id)), taken(id)) == (1, 1)
