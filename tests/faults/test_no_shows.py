"""Roll calls at one moment: somebody absent too often is stopped once, and each call sees the others' absences."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.faults.races import at_once, call, won
from volunteer.activities.models import SignUpBlock
from volunteer.activities.signing import blocks
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.hours import service as hours

AT_ONCE = 6


def absences_at_once() -> tuple[list, int]:
    """Six roll calls of dates to which one person did not come; the limit is five."""
    team = make.team()
    actor = make.actor(make.leader(team))
    person = make.person()
    series = make.series(team, duration_minutes=30)
    deeds = []
    for hour in range(AT_ONCE):
        occurrence = make.occurrence(series, starts_at=clock.now() - dt.timedelta(hours=30 + hour))
        make.sign_up(occurrence, person)
        mark = hours.Mark(person.id, "absent")
        deeds.append(call(hours.record, actor=actor, occurrence_id=occurrence.id, marks=[mark]))
    return deeds, person.id


def block_count(person_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(SignUpBlock.person_id == person_id)) or 0


def test_the_limit_is_reached_once(house):
    deeds, person_id = absences_at_once()
    answers = at_once(house, deeds)
    assert won(answers) == AT_ONCE
    assert block_count(person_id) == 1


def test_control_without_the_index_the_second_block_is_written(house, monkeypatch):
    """The rule's own look is not what keeps it single: the database is."""
    deeds, person_id = absences_at_once()
    db.session.remove()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX uq_sign_up_block_live")
    at_once(house, deeds)
    assert block_count(person_id) == 2  # at the fifth absence and at the sixth


@pytest.mark.parametrize("times", [4])
def test_blocking_by_hand_at_one_moment_happens_once(house, times):
    area = make.community()
    person = make.person(area)
    staff = [make.actor(make.staff("community_staff", area)) for _ in range(times)]
    answers = at_once(
        house,
        [call(blocks.block_by_hand, actor=actor, person_id=person.id, reason="先谈一谈") for actor in staff],
    )
    assert won(answers) == 1
    assert block_count(person.id) == 1
