"""Ratings: only who was there, once each, replaced by the next; nobody reads who said what (R048)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_objections import Hall
from volunteer.core.errors import NotFound
from volunteer.hours import ratings
from volunteer.hours.models import Rating
from volunteer.hours.service import rating


@pytest.fixture
def hall(db):
    return Hall()


def rate(hall, someone, stars=5, words=""):
    rating.rate_date(actor=make.actor(someone), occurrence_id=hall.date.id, stars=stars, words=words)


def rows() -> list[Rating]:
    return list(make.db.session.scalars(sa.select(Rating)))


def test_who_was_there_rates_and_the_second_time_replaces(hall):
    rate(hall, hall.present, 3, "人手少了点")
    rate(hall, hall.present, 4, "")
    assert [(row.stars, row.words) for row in rows()] == [(4, "")]


def test_who_was_absent_or_not_on_the_list_does_not_rate(hall):
    for someone in (hall.absent, hall.forgotten):
        with pytest.raises(rating.WasNotThere):
            rate(hall, someone)
    assert rows() == []


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(hall, stars):
    with pytest.raises(rating.OutOfFive):
        rate(hall, hall.present, stars)
    assert rows() == []


def test_the_leader_rates_who_was_there_and_nobody_else(hall):
    leader = make.actor(hall.leader)
    assert rating.rate_people(actor=leader, occurrence_id=hall.date.id, stars={hall.present.id: 5}) == 1
    with pytest.raises(rating.WasNotThere):
        rating.rate_people(actor=leader, occurrence_id=hall.date.id, stars={hall.absent.id: 1})
    assert ratings.ratings_of_people(hall.date.id) == {hall.present.id: 5}


def test_a_participant_does_not_rate_others(hall):
    with pytest.raises(NotFound):
        rating.rate_people(
            actor=make.actor(hall.present), occurrence_id=hall.date.id, stars={hall.present.id: 5}
        )
    assert rows() == []


def test_the_leader_reads_words_without_names(hall, client_for):
    rate(hall, hall.present, 2, "集合地点说错了")
    page = client_for(hall.leader).get(f"/activities/{hall.date.id}/ratings").text
    said = page.split("您给每个人的评价")[0]
    assert "集合地点说错了" in said
    assert hall.present.number not in said
    assert client_for(hall.present).get(f"/activities/{hall.date.id}/ratings").status_code == 404


def test_the_page_for_participants(hall, client_for):
    me = client_for(hall.present)
    assert me.post(f"/activities/{hall.date.id}/rate", data={"words": "很好"}).status_code == 422
    me.post(f"/activities/{hall.date.id}/rate", data={"stars": "5", "words": "很好"})
    assert [(row.stars, row.words) for row in rows()] == [(5, "很好")]
    assert "很好" in me.get(f"/activities/{hall.date.id}/rate").text
    leader = client_for(hall.leader)
    leader.post(f"/activities/{hall.date.id}/ratings", data={f"stars-{hall.present.id}": "4", "stars-x": "9"})
    assert ratings.ratings_of_people(hall.date.id) == {hall.present.id: 4}
