"""A walk-in is no way round the rules for minors (R008, R009), nor to somebody's whole name (R142)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.hours import service
from volunteer.hours.models import Batch
from volunteer.hours.service.listed import BadOffMinutes
from volunteer.hours.service.walk_ins import NeedsGuardian, NoHoursInDanger, TooDangerous

YOUNG = dt.date(2011, 6, 1)


def roll(
    db,
    *,
    born_on=YOUNG,
    guardian=False,
    signed_up=False,
    paired=False,
    dangerous=False,
    attendance="present",
    off=0,
):
    """One mark on the list of an activity of yesterday."""
    make.earning_rule()
    team = make.team()
    at = make.occurrence(
        make.series(team, is_dangerous=dangerous), starts_at=clock.now() - dt.timedelta(days=1)
    )
    someone = make.person(name="欧阳若兰", born_on=born_on)
    if guardian:
        make.guardian(someone)
    if signed_up:
        make.sign_up(at, someone)
    if paired:
        make.pair(at, make.person(), someone, state="agreed")
    mark = service.Mark(someone.id, attendance, off)
    return service.record(actor=make.actor(make.leader(team)), occurrence_id=at.id, marks=[mark])


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"dangerous": True, "guardian": True}, TooDangerous),
        ({"guardian": False}, NeedsGuardian),
    ],
)
def test_a_minor_who_could_not_sign_up_is_not_added_as_a_walk_in(db, more, refusal):
    with pytest.raises(refusal) as told:
        roll(db, **more)
    assert "欧阳若兰" not in told.value.message
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 0


@pytest.mark.parametrize("place", ["signed_up", "paired"])
def test_what_became_dangerous_gives_a_minor_no_hours(db, place):
    """R009 holds for who had a place before; the leader marks them as excused, which counts for nothing."""
    with pytest.raises(NoHoursInDanger):
        roll(db, dangerous=True, guardian=True, **{place: True})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 0
    assert roll(db, dangerous=True, guardian=True, attendance="excused", **{place: True}).id


@pytest.mark.parametrize(
    "more",
    [
        {"guardian": True},
        {"signed_up": True},  # the consent was taken back after: who came has done the work
        {"attendance": "absent"},
    ],
)
def test_everybody_else_is_recorded(db, more):
    assert roll(db, **more).id


def test_a_fault_in_the_list_does_not_tell_the_whole_name_of_a_walk_in(db):
    with pytest.raises(BadOffMinutes) as told:
        roll(db, born_on=dt.date(1970, 1, 1), attendance="late", off=0)
    assert "欧阳若兰" not in told.value.message
