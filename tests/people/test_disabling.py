"""Disabling an account: staff see the coming places, and say whether they are given back or kept."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.people.test_consent_gone import holdings, state
from volunteer.activities import check as books
from volunteer.core import clock
from volunteer.outbox.models import Message
from volunteer.people import personal, service
from volunteer.people.models import COMMUNITY_STAFF

DAY = dt.timedelta(days=1)
TOLD_LEADER, TOLD_PERSON = "activity_places_given_back", "own_places_given_back"


class World:
    def __init__(self) -> None:
        self.area = make.community()
        self.staff = make.staff(COMMUNITY_STAFF, self.area)
        self.person = make.person(self.area)

    def disable(self, **more) -> None:
        service.disable(actor=make.actor(self.staff), person_id=self.person.id, reason="手机丢了", **more)
        make.db.session.commit()


@pytest.fixture
def world(app) -> World:
    return World()


def told(kind: str) -> list[Message]:
    return list(
        make.db.session.scalars(sa.select(Message).where(Message.kind == kind, Message.channel == "inbox"))
    )


def test_a_lock_for_a_lost_phone_leaves_the_places(world):
    place, next_one, line, shared, standing, _over = holdings(world.person)
    world.disable()
    assert [state(row) for row in (place, next_one, line, standing)] == [
        "signed_up", "waiting", "waiting", "running",
    ]  # fmt: skip
    make.db.session.refresh(shared)
    assert shared.partner_id == world.person.id
    assert told(TOLD_LEADER) == told(TOLD_PERSON) == []


def test_places_are_given_back_the_way_other_leavings_do(world):
    place, next_one, line, shared, standing, over = holdings(world.person)
    world.disable(gives_back=True)
    assert [state(row) for row in (place, line, standing)] == ["withdrawn", "left", "stopped"]
    assert state(next_one) == "offered"
    make.db.session.refresh(shared)
    assert shared.partner_id is None
    assert state(over) == "signed_up"
    assert books.check().faults == []


def test_each_leader_is_told_once_of_all_the_dates(world):
    team = make.team(world.area)
    leader = make.leader(team)
    series = make.series(team)
    soon = make.occurrence(series, starts_at=clock.now() + 2 * DAY)
    for date in (make.occurrence(series, starts_at=clock.now() + 9 * DAY), soon):
        make.sign_up(date, world.person)
    make.db.session.commit()
    world.disable(gives_back=True)
    note = next(note for note in told(TOLD_LEADER) if note.person_id == leader.id)
    assert len([note for note in told(TOLD_LEADER) if note.person_id == leader.id]) == 1
    assert note.payload["occurrence_id"] == soon.id
    assert len(note.payload["starts_at"]) == 2
    assert world.person.name not in str(note.payload)


def test_a_partner_hears_that_nobody_comes_along(world):
    holder = make.person()
    make.pair(make.occurrence(), holder, world.person, state="agreed")
    make.db.session.commit()
    world.disable(gives_back=True)
    [note] = told("pair_ended")
    assert note.person_id == holder.id
    assert note.payload["who_number"] == world.person.number


def test_the_person_finds_out_when_the_account_is_open_again(world):
    make.sign_up(make.occurrence(), world.person)
    make.db.session.commit()
    world.disable(gives_back=True)
    assert [note.person_id for note in told(TOLD_PERSON)] == [world.person.id]


def test_nothing_held_nothing_told(world):
    world.disable(gives_back=True)
    assert told(TOLD_LEADER) == told(TOLD_PERSON) == []


def test_what_is_coming_is_counted_without_what_is_over(world):
    holdings(world.person)
    sentences = personal.coming_in_words(world.person.id)
    assert len(sentences) == 4
    assert all("1" in sentence for sentence in sentences)


def sent(world, client, **form):
    return client.post(f"/desk/people/{world.person.id}/disable", data={"reason": "手机丢了", **form})


def test_the_page_says_what_is_hit_and_wants_an_answer(world, client_for):
    place, *_rest = holdings(world.person)
    client = client_for(world.staff)
    assert "还没开始的 1 场" in client.get(f"/desk/people/{world.person.id}/disable").text
    assert sent(world, client).status_code == 422
    assert sent(world, client, coming="keep").status_code == 303
    assert state(place) == "signed_up"


def test_the_answer_given_is_what_happens(world, client_for):
    place, *_rest = holdings(world.person)
    assert sent(world, client_for(world.staff), coming="give_back").status_code == 303
    assert state(place) == "withdrawn"


def test_who_holds_nothing_is_asked_nothing(world, client_for):
    client = client_for(world.staff)
    assert 'name="coming"' not in client.get(f"/desk/people/{world.person.id}/disable").text
    assert sent(world, client).status_code == 303


def test_of_a_minor_whose_record_is_closed_no_numbers_are_shown(world, client_for):
    holdings(world.person)
    world.person.born_on = dt.date(2012, 5, 4)
    make.guardian(world.person)
    make.db.session.commit()
    text = client_for(world.staff).get(f"/desk/people/{world.person.id}/disable").text
    assert 'name="coming"' in text
    assert "1 场" not in text
