"""Two records of one person become one; nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.privacy import histories
from tests.privacy.doubles import REASON, Two, contents, differences, refused, time_of
from volunteer.acting.models import Card, Delegation
from volunteer.activities import service as activities
from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.hours import service as hours
from volunteer.hours.models import ServiceRecord
from volunteer.hours.personal import CreditedTwice
from volunteer.hours.service.certify import certified
from volunteer.ledger.continuing import SpentSince
from volunteer.outbox.models import Message
from volunteer.people import finding, personal, queries
from volunteer.people.models import MERGED, Person, PersonSkill
from volunteer.points import service as points
from volunteer.privacy import service
from volunteer.privacy.service import moving
from volunteer.teams.models import Membership


@pytest.fixture
def two(app) -> Two:
    return Two()


def test_hours_points_and_history_arrive_whole(two):
    two.serve(two.kept, days_ago=2)
    two.serve(two.gone, days_ago=3)
    two.serve(two.gone, days_ago=4)
    two.merge()
    mine = time_of(two.kept.id)
    assert (mine.minutes, mine.points, mine.month_minutes) == (360, 120, 360)
    assert [entry.minutes for entry in mine.entries] == [120, 120, 120]
    days = clock.today() - dt.timedelta(days=9), clock.today()
    assert certified(two.kept.id, *days, at=clock.now() + dt.timedelta(days=9)) == (
        360,
        3,
    )  # the notice is over
    assert histories.faults() == []


def test_my_time_shows_no_line_for_the_merge_or_its_undo(two):
    two.serve(two.kept, days_ago=2)
    two.serve(two.gone, days_ago=3)
    row = two.merge()
    service.undo(actor=two.staff, merge_id=row.id)
    assert [entry.minutes for entry in time_of(two.kept.id).entries] == [120]
    assert [entry.minutes for entry in time_of(two.gone.id).entries] == [120]


def test_the_record_that_goes_is_out_of_use(two):
    two.merge()
    gone = database.session.get_one(Person, two.gone.id)
    assert (gone.status, gone.merged_into_id) == (MERGED, two.kept.id)
    found = queries.directory(area_paths=[two.area.path])
    assert two.gone.id not in [person.id for person in found]
    with pytest.raises(LookupError):
        make.actor(two.gone)


def test_the_old_number_and_phone_lead_to_the_record_that_stays(two):
    two.kept.password_hash = "of the one that stays"
    number, phone = two.gone.number, two.gone.phone
    row = two.merge()
    for account in (number, phone):
        found = queries.credentials(account)
        assert found == queries.Credentials(two.kept.id, "of the one that stays", True)
    service.undo(actor=two.staff, merge_id=row.id)
    assert queries.credentials(number).person_id == two.gone.id


def test_the_phone_moves_to_who_has_none(two):
    phone, digits = two.gone.phone, two.gone.phone[-4:]
    two.kept.phone = two.kept.phone_hash = None
    finding.renew_keys(two.kept, two.area.path)
    database.session.commit()
    row = two.merge()
    assert database.session.get_one(Person, two.kept.id).phone == phone
    assert [p.id for p in queries.directory(area_paths=[two.area.path], text=digits)] == [two.kept.id]
    service.undo(actor=two.staff, merge_id=row.id)
    assert database.session.get_one(Person, two.kept.id).phone is None
    assert [p.id for p in queries.directory(area_paths=[two.area.path], text=digits)] == [two.gone.id]


def test_who_has_a_phone_keeps_it(two):
    phone = two.kept.phone
    two.merge()
    assert database.session.get_one(Person, two.kept.id).phone == phone


def test_two_places_in_one_team_become_one_and_a_member_stands_before_an_applicant(two):
    make.member(two.team, two.kept, state="requested")
    make.member(two.team, two.gone)
    two.merge()
    rows = database.session.execute(
        sa.select(Membership.person_id, Membership.state)
        .where(Membership.person_id.in_((two.kept.id, two.gone.id)))
        .order_by(Membership.state)
    ).all()
    assert [tuple(row) for row in rows] == [(two.kept.id, "left"), (two.kept.id, "member")]


def test_two_places_at_one_date_become_one_and_the_other_is_free(two):
    occurrence = make.occurrence(make.series(two.team, capacity=2))
    activities.sign_up(actor=make.actor(two.kept), occurrence_id=occurrence.id)
    activities.sign_up(actor=make.actor(two.gone), occurrence_id=occurrence.id)
    database.session.commit()
    row = two.merge()
    assert database.session.get_one(Occurrence, occurrence.id).taken == 1
    activities.sign_up(actor=two.leader, occurrence_id=occurrence.id)
    database.session.commit()
    with pytest.raises(moving.PlaceTaken):
        service.undo(actor=two.staff, merge_id=row.id)


def test_an_absence_gives_way_to_the_hours_of_the_same_roll_call(two):
    two.serve(two.gone, kept="absent")
    before = contents()
    row = two.merge()
    records = database.session.scalars(sa.select(ServiceRecord)).all()
    assert [(r.person_id, r.attendance) for r in records] == [(two.kept.id, "present")]
    assert histories.faults() == []
    service.undo(actor=two.staff, merge_id=row.id)
    assert differences(before, contents()) == {}


def test_hours_twice_in_one_roll_call_arerefused(two):
    two.serve(two.gone, kept="present")
    refused(two, CreditedTwice)


def test_a_skill_that_both_have_stands_once(two):
    for person in (two.kept, two.gone):
        database.session.add(PersonSkill(person_id=person.id, skill="haircut"))
    database.session.add(PersonSkill(person_id=two.gone.id, skill="repair"))
    two.merge()
    assert sorted(queries.skills_of(two.kept.id)) == ["haircut", "repair"]


def test_a_permission_to_oneself_ends(two):
    rows = [
        Delegation(person_id=two.gone.id, helper_id=two.kept.id, relation="other", way="self", given_at=clock.now()),
        Delegation(person_id=two.kept.id, helper_id=two.leader.id, relation="other", way="self", given_at=clock.now()),
        Delegation(person_id=two.gone.id, helper_id=two.leader.id, relation="other", way="self", given_at=clock.now()),
    ]  # fmt: skip
    database.session.add_all(rows)
    database.session.commit()
    before = contents()
    row = two.merge()
    live = database.session.execute(
        sa.select(Delegation.person_id, Delegation.helper_id).where(Delegation.ended_at.is_(None))
    ).all()
    assert [tuple(pair) for pair in live] == [(two.kept.id, two.leader.id)]
    service.undo(actor=two.staff, merge_id=row.id)
    assert differences(before, contents()) == {}


def test_an_open_order_is_handed_over_from_the_record_that_stays(two):
    make.points(two.gone, 50)
    item = make.item(two.area, price_points=10)
    placed = points.order(actor=make.actor(two.gone), item_id=item.id, quantity=2)
    database.session.commit()
    row = two.merge()
    mine = time_of(two.kept.id)
    assert (mine.points, mine.held_points) == (30, 20)
    points.hand_over(actor=two.staff, order_id=placed.id)
    database.session.commit()
    assert time_of(two.kept.id).held_points == 0
    assert histories.faults() == []
    with pytest.raises((moving.ChangedSince, SpentSince)):
        service.undo(actor=two.staff, merge_id=row.id)
    database.session.rollback()
    assert histories.faults() == []


def test_an_open_order_can_be_cancelled_by_the_record_that_stays(two):
    make.points(two.gone, 50)
    item = make.item(two.area, price_points=10)
    placed = points.order(actor=make.actor(two.gone), item_id=item.id, quantity=2)
    database.session.commit()
    two.merge()
    points.cancel_order(actor=make.actor(two.kept), order_id=placed.id)
    database.session.commit()
    assert time_of(two.kept.id).points == 50
    assert histories.faults() == []


def test_a_roll_call_of_the_record_that_went_is_taken_back_from_the_one_that_stayed(two):
    batch = two.serve(two.gone)
    two.serve(two.kept, days_ago=2)
    row = two.merge()
    hours.reverse(actor=two.staff, batch_id=batch.id, reason="记错了")
    database.session.commit()
    assert time_of(two.kept.id).minutes == 120
    assert histories.faults() == []
    with pytest.raises(SpentSince):
        service.undo(actor=two.staff, merge_id=row.id)


def test_points_spent_before_a_reversal_are_owed_by_the_record_that_stayed(two):
    batch = two.serve(two.gone)  # 40 points
    item = make.item(two.area, price_points=30)
    two.merge()
    placed = points.order(actor=make.actor(two.kept), item_id=item.id)
    points.hand_over(actor=two.staff, order_id=placed.id)
    hours.reverse(actor=two.staff, batch_id=batch.id, reason="记错了")
    database.session.commit()
    mine = time_of(two.kept.id)
    assert (mine.points, mine.owed_points) == (0, 30)
    assert histories.faults() == []


def test_a_debt_moves_as_well(two):
    batch = two.serve(two.gone)
    item = make.item(two.area, price_points=30)
    placed = points.order(actor=make.actor(two.gone), item_id=item.id)
    points.hand_over(actor=two.staff, order_id=placed.id)
    hours.reverse(actor=two.staff, batch_id=batch.id, reason="记错了")
    database.session.commit()
    before = contents()
    row = two.merge()
    assert time_of(two.kept.id).owed_points == 30
    service.undo(actor=two.staff, merge_id=row.id)
    assert time_of(two.gone.id).owed_points == 30
    assert time_of(two.kept.id).owed_points == 0
    assert differences(before, contents()) == {}


def test_records_merged_one_after_the_other_end_up_together(two):
    third = make.person(two.area)
    two.serve(third, days_ago=5)
    two.serve(two.gone, days_ago=3)
    service.merge(actor=two.staff, kept_id=two.gone.id, gone_id=third.id, reason=REASON)
    two.merge()
    assert time_of(two.kept.id).minutes == 240
    assert len(time_of(two.kept.id).entries) == 2
    assert histories.faults() == []


def test_the_check_still_finds_a_record_of_somebody_else(two):
    """The control: being merged excuses only whom it concerns."""
    stranger = make.person(two.area)
    two.serve(two.gone)
    two.merge()
    record = database.session.scalars(sa.select(ServiceRecord)).one()
    record.person_id = stranger.id
    database.session.commit()
    assert any("went to somebody else" in fault for fault in histories.faults())


def test_hours_of_both_at_one_time_are_shown_before_a_merge(two):
    two.serve(two.kept)
    two.serve(two.gone)
    two.serve(two.gone, days_ago=3)
    preview = service.preview(actor=two.staff, kept_id=two.kept.id, gone_id=two.gone.id)
    assert preview.refusals == []
    assert preview.looks == ["11月20日 9:00–\u206011:00，“周五卫生大扫除”和“周五卫生大扫除”都记了时长。"]


def test_hours_one_after_the_other_are_nothing_to_look_at(two):
    two.serve(two.kept, days_ago=1)
    two.serve(two.gone, days_ago=2)
    assert service.preview(actor=two.staff, kept_id=two.kept.id, gone_id=two.gone.id).looks == []


def live_cards(person) -> list[str]:
    statement = sa.select(Card.token_hash).where(Card.person_id == person.id, Card.ended_at.is_(None))
    return list(database.session.scalars(statement))


def test_the_only_card_goes_with_the_pin_that_is_taken_over(two):
    make.card(two.gone, pin="480257")
    (only,) = live_cards(two.gone)
    assert personal.looks_before_merging(two.kept.id, two.gone.id) == []
    row = two.merge()
    assert (live_cards(two.kept), live_cards(two.gone)) == ([only], [])
    assert database.session.get_one(Person, two.kept.id).pin_hash is not None
    service.undo(actor=two.staff, merge_id=row.id)
    assert (live_cards(two.kept), live_cards(two.gone)) == ([], [only])


@pytest.mark.parametrize("has", ["card", "pin"])
def test_a_card_that_opens_nothing_any_more_is_told_before_and_after(two, client_for, has):
    make.card(two.gone, pin="480257")
    if has == "card":
        make.card(two.kept)
    two.kept.pin_hash = "hash"
    database.session.commit()
    gone = live_cards(two.gone)
    staff = client_for(database.session.get_one(Person, two.staff.id))
    page = staff.get(f"/desk/merges/{two.kept.id}/{two.gone.id}").text
    assert "旧卡" in page
    two.merge()
    assert (len(live_cards(two.kept)), live_cards(two.gone)) == (has == "card", gone)
    kinds = database.session.scalars(sa.select(Message.kind).where(Message.person_id == two.kept.id))
    assert set(kinds) >= {"card_not_merged", "people_merged"}
