"""Closing an account: what must be done first, what is given back, and that it is really the person."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.privacy import histories
from volunteer.activities.in_charge import StillInCharge
from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.hours import service as hours
from volunteer.people.models import (
    ACTIVE,
    CLOSED,
    COMMUNITY_STAFF,
    DEPUTY,
    Grant,
    Person,
    SignInSession,
)
from volunteer.points import service as points
from volunteer.points.models import Item, Order
from volunteer.privacy import service
from volunteer.privacy.service import closing
from volunteer.teams.models import Membership
from volunteer.teams.personal import LeaderHandsOver
from volunteer.wishes.models import Claim, Wish

PASSWORD = "yuelu-mountain-autumn"


@pytest.fixture
def area(app) -> Area:
    return make.community()


@pytest.fixture
def person(area) -> Person:
    return make.person(area, password=PASSWORD)


def close(person: Person, word: str = "注销") -> None:
    service.close(actor=make.actor(person), proven=service.Proven(person.id), word=word)
    database.session.commit()


def _status(person: Person) -> str:
    return str(database.session.scalar(sa.select(Person.status).where(Person.id == person.id)))


def _refused(person: Person, refusal: type[Exception], word: str = "注销") -> None:
    with pytest.raises(refusal):
        close(person, word)
    database.session.rollback()
    assert _status(person) == ACTIVE


def test_the_word_is_typed(person):
    _refused(person, closing.WordNotTyped, "好的")


def test_a_leader_hands_over_first(person, area):
    make.leader(make.team(area), person)
    _refused(person, LeaderHandsOver)


def test_staff_give_their_office_back_first(person, area):
    make.grant(person, COMMUNITY_STAFF, area=area)
    _refused(person, closing.HoldsOffice)


def test_who_is_in_charge_of_an_activity_without_another_leader_waits(person, area):
    make.series(make.team(area), person_in_charge=person)
    _refused(person, StillInCharge)


def test_activities_go_to_the_leader(person, area):
    team = make.team(area)
    leader = make.leader(team)
    series = make.series(team, person_in_charge=person)
    close(person)
    assert database.session.get_one(Series, series.id).person_in_charge_id == leader.id


def test_a_deputy_s_rights_end(person, area):
    team = make.team(area)
    make.leader(team)
    make.grant(make.member(team, person), DEPUTY, team=team)
    close(person)
    assert database.session.scalars(sa.select(Grant.id).where(Grant.person_id == person.id)).all() == []


def test_teams_are_left(person, area):
    make.member(make.team(area), person)
    make.member(make.team(area), person, state="requested")
    close(person)
    rows = database.session.scalars(sa.select(Membership.state).where(Membership.person_id == person.id))
    assert set(rows) == {"left"}


def test_places_are_free_again(person):
    coming = make.occurrence()
    begun = make.occurrence(starts_at=clock.now() - dt.timedelta(hours=1))
    for occurrence in (coming, begun):
        make.sign_up(occurrence, person)
    close(person)
    assert set(database.session.scalars(sa.select(Occurrence.taken))) == {0}
    assert set(database.session.scalars(sa.select(SignUp.state))) == {"withdrawn"}
    assert histories.faults() == []


def test_an_open_order_goes_back_to_the_shelf(person, area):
    item = make.item(area, stock=5)
    make.points(person, 30)
    points.order(actor=make.actor(person), item_id=item.id)
    close(person)
    row = database.session.get_one(Item, item.id)
    assert (row.available, row.held) == (5, 0)
    assert database.session.scalars(sa.select(Order.state)).all() == ["cancelled"]
    assert histories.faults() == []


def test_a_claim_goes_back_to_the_wall(person, area):
    wish = make.wish(area, state="claimed", claimer=person)
    close(person)
    assert database.session.get_one(Wish, wish.id).state == "published"
    assert database.session.scalars(sa.select(Claim.state)).all() == ["cancelled"]
    assert histories.faults() == []


def test_own_wishes_come_off_the_wall_and_claimers_are_told(person, area):
    neighbour = make.person(area)
    wish = make.wish(area, state="claimed", wisher_id=person.id, claimer=neighbour)
    close(person)
    row = database.session.get_one(Wish, wish.id)
    assert (row.state, row.contact_name, row.contact_phone, row.address) == ("taken_down", "", "", "")
    told = database.session.scalar(
        sa.text("SELECT kind FROM message WHERE person_id = :id"), {"id": neighbour.id}
    )
    assert told == "wish_claim_ended"
    assert histories.faults() == []


def test_the_page_says_what_will_be_given_back(person, area):
    make.member(make.team(area), person)
    make.sign_up(make.occurrence(), person)
    make.wish(area, state="claimed", claimer=person)
    make.wish(area, state="published", wisher_id=person.id)
    outlook = service.outlook(person.id)
    assert outlook.refusals == []
    assert len(outlook.releases) == 4


# Staff for somebody who asked


def test_staff_close_an_account_with_a_reason(person, area):
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    service.erase_for(actor=staff, person_id=person.id, reason="本人到服务台申请")
    assert _status(person) == CLOSED


def test_staff_write_a_reason(person, area):
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    with pytest.raises(closing.ReasonNeeded):
        service.erase_for(actor=staff, person_id=person.id, reason=" ")
    assert _status(person) == ACTIVE


def test_staff_of_elsewhere_find_nobody(person):
    staff = make.actor(make.staff(COMMUNITY_STAFF, make.community()))
    with pytest.raises(NotFound):
        service.erase_for(actor=staff, person_id=person.id, reason="本人申请")
    assert _status(person) == ACTIVE


def test_staff_do_not_close_their_own_account_this_way(area):
    staff = make.staff(COMMUNITY_STAFF, area)
    with pytest.raises(NotFound):
        service.erase_for(actor=make.actor(staff), person_id=staff.id, reason="本人申请")


def test_a_leader_hands_over_before_staff_close_as_well(person, area):
    make.leader(make.team(area), person)
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    with pytest.raises(LeaderHandsOver):
        service.erase_for(actor=staff, person_id=person.id, reason="本人申请")
    assert _status(person) == ACTIVE


def test_a_closed_account_is_not_closed_again(person, area):
    close(person)
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    with pytest.raises(closing.AlreadyClosed):
        service.erase_for(actor=staff, person_id=person.id, reason="本人申请")


def test_staff_close_an_account_through_the_page(person, area, client_for):
    browser = client_for(make.staff(COMMUNITY_STAFF, area))
    address = f"/desk/people/{person.id}/close"
    assert "会留下的" in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data={"reason": ""}).status_code == 422
    assert browser.post(address, data={"reason": "本人到服务台申请"}).status_code == 303
    assert _status(person) == CLOSED
    assert browser.get(address).status_code == 409


def test_staff_prove_anew_who_they_are_first(person, area, client_for):
    browser = client_for(make.staff(COMMUNITY_STAFF, area))
    with clock.fixed(clock.now() + dt.timedelta(minutes=11)):
        answer = browser.post(f"/desk/people/{person.id}/close", data={"reason": "本人到服务台申请"})
    assert "/confirm" in answer.location
    assert _status(person) == ACTIVE


# The page


def test_the_whole_way_through_the_page(person, client_for, client):
    browser = client_for(person)
    page = browser.get("/me/privacy/close").get_data(as_text=True)
    assert "会留下的" in page
    answer = browser.post("/me/privacy/close", data={"secret": PASSWORD, "word": "注销"})
    assert answer.status_code == 303
    assert "已经注销" in browser.get(answer.location).get_data(as_text=True)
    assert _status(person) == CLOSED
    assert browser.get("/me/privacy").status_code == 302
    assert database.session.scalars(sa.select(SignInSession)).all() == []


def test_a_wrong_password_closes_nothing(person, client_for):
    answer = client_for(person).post("/me/privacy/close", data={"secret": "wrong", "word": "注销"})
    assert answer.status_code == 422
    assert "登录密码或六位密码不对" in answer.get_data(as_text=True)
    assert _status(person) == ACTIVE


def test_the_right_password_without_the_word_closes_nothing(person, client_for):
    answer = client_for(person).post("/me/privacy/close", data={"secret": PASSWORD, "word": "不"})
    assert answer.status_code == 422
    assert _status(person) == ACTIVE


def test_the_english_word_will_do_in_english(person, client_for):
    person.language = "en"
    answer = client_for(person).post("/me/privacy/close", data={"secret": PASSWORD, "word": "注销"})
    assert answer.status_code == 303


def test_the_pin_will_do(area, client_for):
    from volunteer.people.sessions import hash_password

    person = make.person(area, pin_hash=hash_password("482913"))
    answer = client_for(person).post("/me/privacy/close", data={"secret": "482913", "word": "注销"})
    assert answer.status_code == 303
    assert _status(person) == CLOSED


def test_who_has_no_secret_is_sent_to_the_counter(area, client_for):
    person = make.person(area)
    browser = client_for(person)
    assert "请到社区服务台" in browser.get("/me/privacy/close").get_data(as_text=True)
    answer = browser.post("/me/privacy/close", data={"secret": "anything", "word": "注销"})
    assert answer.status_code == 409
    assert _status(person) == ACTIVE


def test_guessing_is_slowed_down(person, client_for, app):
    browser = client_for(person)
    wrong = {"secret": "wrong", "word": "注销"}
    for _attempt in range(app.config["SIGN_IN_ATTEMPTS"]):
        assert browser.post("/me/privacy/close", data=wrong).status_code == 422
    right = {"secret": PASSWORD, "word": "注销"}
    assert browser.post("/me/privacy/close", data=right).status_code == 429
    assert _status(person) == ACTIVE


def test_a_leader_reads_on_the_page_what_to_do_first(person, area, client_for):
    make.leader(make.team(area, name="银发巡逻队"), person)
    page = client_for(person).get("/me/privacy/close").get_data(as_text=True)
    assert "您还是银发巡逻队的队长" in page
    assert "注销账户，删除我的信息" not in page


def test_a_certificate_says_that_the_person_is_gone(person, area, client, client_for):
    make.earning_rule()
    team = make.team(area)
    leader = make.actor(make.leader(team))
    occurrence = make.occurrence(make.series(team), starts_at=clock.now() - dt.timedelta(days=1))
    hours.record(actor=leader, occurrence_id=occurrence.id, marks=[hours.Mark(person.id, "present")])
    day = clock.today()
    with clock.fixed(clock.now() + dt.timedelta(days=9)):  # the notice is over
        certificate = hours.issue_certificate(
            actor=make.actor(person), person_id=person.id, from_on=day - dt.timedelta(days=2), until_on=day
        )
    code, certificate_id = certificate.check_code, certificate.id
    close(person)
    assert "本人已注销" in client.get(f"/check?code={code}").get_data(as_text=True)
    staff = make.staff(COMMUNITY_STAFF, area)
    assert "本人已注销" in client_for(staff).get(f"/certificates/{certificate_id}").get_data(as_text=True)
