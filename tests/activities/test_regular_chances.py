"""A standing sign-up follows what changes for the person: blocked, trained meanwhile, out of the team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Regular, SeriesRequirement, SignUp
from volunteer.activities.signing import blocks
from volunteer.activities.together import regulars
from volunteer.core import clock
from volunteer.credentials import service as credentials
from volunteer.credentials.rules import Entry
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import COMMUNITY_STAFF
from volunteer.teams.service import membership

SignIn = Callable[[Any], FlaskClient]
TUESDAY = dt.date(2026, 12, 1)
NOW = clock.at_local(TUESDAY - dt.timedelta(days=3), dt.time(10, 0))
CANNOT, NOT_THIS_ONE = "regular_cannot_sign_up", "regular_not_signed_up"


@pytest.fixture(autouse=True)
def _now(db: Any) -> Any:
    with clock.fixed(NOW):
        yield


def run() -> None:
    for occurrence_id in regulars.due(clock.now()):
        service.sign_up_regulars(occurrence_id)
    make.db.session.commit()


def places(person: Any) -> int:
    mine = (SignUp.person_id == person.id, SignUp.state == "signed_up")
    return make.db.session.scalar(sa.select(sa.func.count()).select_from(SignUp).where(*mine)) or 0


def told(person: Any) -> list[str]:
    about = (Message.person_id == person.id, Message.kind.in_((CANNOT, NOT_THIS_ONE)))
    return list(make.db.session.scalars(sa.select(Message.kind).where(*about, Message.channel == "inbox")))


def blocked() -> Any:
    person = make.person()
    blocks.block(person_id=person.id, cause="staff", note="核实", by_id=make.person().id)
    make.db.session.commit()
    return person


def dates(series: Any) -> int:
    of_it = sa.select(sa.func.count()).where(Occurrence.series_id == series.id)
    return make.db.session.scalar(of_it) or 0


def test_who_is_blocked_hears_of_all_dates_once() -> None:
    person = blocked()
    assert dates(regular_of(person)) > 2
    run()
    assert told(person) == [CANNOT]
    message = make.db.session.scalars(sa.select(Message).where(Message.kind == CANNOT)).first()
    assert "从12月1日" in kinds.render(message.kind, message.payload)[1]


def regular_of(person: Any, **more: Any) -> Any:
    series = make.weekly(TUESDAY, **more)
    make.regular(series, person)
    return series


def test_after_the_block_the_dates_are_theirs(db: Any) -> None:
    person = blocked()
    series = regular_of(person)
    run()
    blocks.end(db.session.scalars(sa.select(blocks.SignUpBlock)).one(), by_id=None, reason="")
    run()
    assert places(person) == dates(series)


def test_who_is_blocked_again_hears_of_it_again(db: Any) -> None:
    person = blocked()
    series = regular_of(person)
    run()
    blocks.end(db.session.scalars(sa.select(blocks.SignUpBlock)).one(), by_id=None, reason="")
    blocks.block(person_id=person.id, cause="staff", note="又来核实", by_id=make.person().id)
    service.extend([series.id])
    run()
    assert (places(person), told(person)) == (0, [CANNOT, CANNOT])


@pytest.mark.parametrize("way", ["confirmed", "recorded", "with the team"])
def test_once_trained_the_dates_are_theirs(db: Any, way: str) -> None:
    area = make.community()
    staff, person = make.staff(COMMUNITY_STAFF, area), make.person(area)
    series = regular_of(person, has_requirements=True)
    db.session.add(SeriesRequirement(series_id=series.id, kind="training", name="急救培训"))
    waiting = make.credential(person, state="waiting") if way == "confirmed" else None
    run()
    assert (places(person), told(person)) == (0, [CANNOT])
    entry = Entry(
        "training", "急救培训", "红十字会", happened_on=TUESDAY - dt.timedelta(days=9), learning_minutes=60
    )
    if waiting is not None:
        credentials.decide(actor=make.actor(staff), credential_id=waiting.id, accept=True)
    elif way == "recorded":
        credentials.record(actor=make.actor(staff), person_id=person.id, entry=entry)
    else:
        credentials.record_for_all(actor=make.actor(staff), person_ids=[person.id], entry=entry, team_id=1)
    run()
    assert places(person) == dates(series)


def test_what_lies_in_one_date_is_still_said_of_that_date() -> None:
    person = make.person()
    series = make.weekly(TUESDAY)
    make.regular(series, person)
    first = make.db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).first()
    make.sign_up(make.occurrence(starts_at=first.starts_at), person)
    run()
    assert told(person) == [NOT_THIS_ONE]


# Leaving the team


def member_of(series: Any) -> Any:
    person = make.member(make.db.session.get_one(make.Team, series.team_id))
    make.regular(series, person)
    run()
    assert places(person) == dates(series)
    return person


def leave(person: Any, series: Any) -> Any:
    membership.leave(actor=make.actor(person), team_id=series.team_id)
    make.db.session.commit()
    return make.db.session.scalars(sa.select(Regular.state)).one()


def test_who_leaves_the_team_ends_what_is_for_members_only() -> None:
    series = make.weekly(TUESDAY, members_only=True)
    person = member_of(series)
    assert leave(person, series) == "stopped"
    assert places(person) == 0


def test_what_is_open_to_all_goes_on() -> None:
    series = make.weekly(TUESDAY)
    person = member_of(series)
    assert leave(person, series) == "running"
    assert places(person) == dates(series)


@pytest.mark.portable
def test_the_page_of_the_team_says_so_before(client_for: SignIn) -> None:
    series = make.weekly(TUESDAY, members_only=True)
    person = member_of(series)
    page = client_for(person).get(f"/teams/{series.team_id}").text
    assert "只限队员的 1 个固定报名会停掉" in page
