"""What somebody holds on a day, what runs out soon, and who is told of it."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.credentials import queries, service
from volunteer.credentials.rules import EXPIRES_SOON, is_valid_on
from volunteer.outbox.models import INBOX, Message
from volunteer.people.models import DISABLED


def days(count: int) -> dt.date:
    return clock.today() + dt.timedelta(days=count)


def card(someone=None, **more):
    return make.credential(
        someone, **{"kind": "qualification", "name": "健康证", "happened_on": days(-300), **more}
    )


@pytest.mark.parametrize(("day", "holds"), [(-301, False), (-300, True), (0, True), (5, True), (6, False)])
def test_it_is_held_from_its_day_to_its_last_day(app, day, holds):
    row = card(expires_on=days(5))
    assert queries.holds(row.person_id, "qualification", "健康证", days(day)) is holds
    assert is_valid_on(days(day), happened_on=row.happened_on, expires_on=row.expires_on) is holds


@pytest.mark.parametrize("state", ["waiting", "refused", "withdrawn"])
def test_only_what_is_valid_is_held(app, state):
    row = card(state=state)
    assert not queries.holds(row.person_id, "qualification", "健康证", clock.today())


def test_holders_are_found_for_many_at_once(app, count_statements):
    one, other = card(), card(name="驾驶证")
    people = [one.person_id, other.person_id]
    before = len(count_statements())
    assert queries.holders(people, "qualification", "健康证", clock.today()) == {people[0]}
    assert len(count_statements()) - before == 1
    assert queries.holders([], "qualification", "健康证", clock.today()) == set()


def told() -> list[tuple[int, str]]:
    statement = sa.select(Message.person_id, Message.payload).where(
        Message.kind == "credential_expiring", Message.channel == INBOX
    )
    return sorted((row.person_id, row.payload["expires_on"]) for row in database.session.execute(statement))


def test_people_are_told_thirty_days_before_and_once(app):
    soon, today = card(expires_on=days(30)), card(expires_on=days(0))
    card(expires_on=days(31)), card(expires_on=days(-1)), card(), card(expires_on=days(9), state="withdrawn")
    assert service.tell_expiring(clock.now()) == 2
    assert told() == sorted((row.person_id, row.expires_on.isoformat()) for row in (soon, today))
    assert service.tell_expiring(clock.now()) == 0


def test_a_renewed_one_and_a_disabled_person_are_left_alone(app):
    renewed = card(expires_on=days(9))
    card(database.session.get_one(make.Person, renewed.person_id), expires_on=days(900), happened_on=days(-2))
    card(make.person(status=DISABLED), expires_on=days(9))
    assert service.tell_expiring(clock.now()) == 0


def test_staff_see_what_expires_in_their_area_page_by_page(app, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    place = make.community()
    rows = [card(make.person(place), expires_on=days(day)) for day in (40, 3, 40, 61)]
    card(expires_on=days(3))
    path = (make.db.session.get_one(make.Area, place.id).path,)
    first = queries.expiring_soon(path, EXPIRES_SOON)
    assert [row.id for row in first] == [rows[1].id, rows[0].id, rows[2].id]
    mark = (first[1].expires_on, first[1].id)
    assert [row.id for row in queries.expiring_soon(path, EXPIRES_SOON, after=mark)] == [rows[2].id]


def test_known_names_are_those_held_in_the_same_sub_district(app):
    here, there = make.community(), make.community()
    make.credential(make.person(here)), make.credential(make.person(here), name="环保课", state="withdrawn")
    card(make.person(here)), card(make.person(here), kind="commendation", name="优秀志愿者")
    make.credential(make.person(there), name="消防培训")
    assert queries.known_names(here.path) == [("training", "急救培训"), ("qualification", "健康证")]
    assert queries.known_names("") == []
