"""Two records of one person become one; nothing is lost, and the undo brings everything back exactly."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from tests import make
from tests.privacy import histories
from volunteer.acting.models import Delegation
from volunteer.activities import service as activities
from volunteer.activities.models import Occurrence, SignUp
from volunteer.core import clock
from volunteer.core.database import Secret
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.hours import my_time
from volunteer.hours import service as hours
from volunteer.hours.models import ServiceRecord
from volunteer.hours.personal import CreditedTwice
from volunteer.hours.service.certify import certified
from volunteer.ledger.continuing import SpentSince
from volunteer.people import finding, personal, queries
from volunteer.people.models import MERGED, Person, PersonSkill
from volunteer.points import service as points
from volunteer.privacy import service
from volunteer.privacy.models import Merge
from volunteer.privacy.service import merging, moving, parting, taking_over
from volunteer.teams.models import Membership
from volunteer.wishes.personal import ClaimedByTheOther

REASON = "本人带证件来核对过"
GROWING = {"audit_entry", "message", "transfer", "account", "merge"}  # rows are added, none is changed


def contents() -> dict[str, Counter[str]]:
    """Every row of every table as it lies in the database, but for the count of changes of a person."""
    database.session.commit()
    found = {}
    for table in database.metadata.sorted_tables:
        columns = [
            sa.type_coerce(column, sa.Text) if isinstance(column.type, Secret) else column
            for column in table.columns
            if (table.name, column.name) != ("person", "version")
        ]
        rows = database.session.execute(sa.select(*columns))
        found[table.name] = Counter(json.dumps(list(row), default=str, ensure_ascii=False) for row in rows)
    return found


def differences(before: dict[str, Counter[str]], after: dict[str, Counter[str]]) -> dict[str, Any]:
    """What is missing or changed, and what is new where nothing may be new."""
    found = {}
    for name in before:
        gone, new = before[name] - after[name], after[name] - before[name]
        if gone or (new and name not in GROWING):
            found[name] = (gone, new)
    return found


def time_of(person_id: int) -> my_time.MyTime:
    with current_app.test_request_context():
        return my_time.my_time(person_id)


class Two:
    """Two records of one person in one community, and somebody of the staff."""

    def __init__(self) -> None:
        make.earning_rule(20)
        self.area = make.community()
        self.kept, self.gone = make.person(self.area), make.person(self.area)
        self.staff = make.actor(make.staff("community_staff", self.area))
        self.team = make.team(self.area)
        self.leader = make.actor(make.leader(self.team))

    def merge(self) -> Merge:
        row = service.merge(actor=self.staff, kept_id=self.kept.id, gone_id=self.gone.id, reason=REASON)
        database.session.commit()
        return row

    def serve(self, person: Person, *, days_ago: int = 1, **marks: str) -> Any:
        """The person was present at an activity, and perhaps others by their attendance."""
        starts = clock.at_local(clock.today() - dt.timedelta(days=days_ago), dt.time(9, 0))
        occurrence = make.occurrence(make.series(self.team), starts_at=starts)
        lines = [hours.Mark(person.id, "present")]
        lines += [hours.Mark(getattr(self, name).id, how) for name, how in marks.items()]
        batch = hours.record(actor=self.leader, occurrence_id=occurrence.id, marks=lines)
        database.session.commit()
        return batch


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
    assert certified(two.kept.id, *days) == (360, 3)
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


def test_hours_twice_in_one_roll_call_are_refused(two):
    two.serve(two.gone, kept="present")
    _refused(two, CreditedTwice)


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


# The undo


def test_merge_and_undo_leave_every_table_as_it_was(app):
    history = histories.History(30)
    before = contents()
    for kept, gone in history.pairs():
        row = service.merge(actor=history.staff, kept_id=kept, gone_id=gone, reason=REASON)
        assert differences(before, contents()) != {}
        service.undo(actor=history.staff, merge_id=row.id)
        assert differences(before, contents()) == {}, f"{kept} and {gone}"
    assert histories.faults() == []


def test_the_comparison_finds_a_table_that_is_not_moved_back(app, monkeypatch):
    """The control: without the way back of one table the test above fails."""
    history = histories.History(30)
    rename = moving._rename

    def forgetful(table: Any, column: str, keys: Any, before: int, after: int) -> None:
        if table.name != "sign_up" or (before, after) not in back:
            rename(table, column, keys, before, after)

    back: set[tuple[int, int]] = set()
    monkeypatch.setattr(moving, "_rename", forgetful)
    kept, gone = next(
        (kept, gone)
        for kept, gone in history.pairs()
        if database.session.scalar(sa.select(sa.func.count()).where(SignUp.person_id == gone))
    )
    before = contents()
    row = service.merge(actor=history.staff, kept_id=kept, gone_id=gone, reason=REASON)
    back.add((kept, gone))
    service.undo(actor=history.staff, merge_id=row.id)
    assert set(differences(before, contents())) == {"sign_up"}


def test_nothing_names_the_record_that_went_but_what_is_declared_to_stay(app):
    """Whatever a merge should move has moved; a table without its mover would be found here."""
    history = histories.History(30)
    for kept, gone in history.pairs():
        row = service.merge(actor=history.staff, kept_id=kept, gone_id=gone, reason=REASON)
        assert _left_behind(gone) <= _dropped_or_left(row, gone)


def _left_behind(gone_id: int) -> set[tuple[str, int]]:
    found = set()
    for kind in personal.kinds():
        for column in kind.moving():
            if "id" in kind.table.c:
                ids = database.session.scalars(
                    sa.select(kind.table.c.id).where(kind.table.c[column] == gone_id)
                )
                found |= {(kind.name, id) for id in ids}
    return found


def _dropped_or_left(row: Merge, gone_id: int) -> set[tuple[str, int]]:
    """Records of a roll call that the kept record has as well; in these stories nothing else stays."""
    batches = sa.select(ServiceRecord.batch_id).where(ServiceRecord.person_id == row.kept_id)
    both = sa.select(ServiceRecord.id).where(
        ServiceRecord.person_id == gone_id, ServiceRecord.batch_id.in_(batches)
    )
    return {("service_record", id) for id in database.session.scalars(both)}


def test_what_is_noted_holds_no_personal_value(two):
    two.kept.phone = two.kept.phone_hash = None
    two.gone.email, two.gone.address = "chen@example.cn", "麓山南路12号"
    database.session.commit()
    two.serve(two.gone, kept="absent")
    row = two.merge()
    text = json.dumps(row.moved, ensure_ascii=False)
    for value in (two.gone.phone[3:], "chen@example.cn", "麓山南路", "陈小明", two.gone.number):
        assert value not in text


def test_after_thirty_days_nothing_is_undone(two):
    row = two.merge()
    with clock.fixed(clock.now() + dt.timedelta(days=30)):
        assert parting.is_open(row)
    with clock.fixed(clock.now() + dt.timedelta(days=30, seconds=1)), pytest.raises(parting.UndoTooLate):
        service.undo(actor=two.staff, merge_id=row.id)


def test_an_undo_happens_once(two):
    row = two.merge()
    service.undo(actor=two.staff, merge_id=row.id)
    with pytest.raises(parting.UndoneAlready):
        service.undo(actor=two.staff, merge_id=row.id)


def test_points_spent_since_stand_in_the_way(two):
    make.points(two.gone, 50)
    row = two.merge()
    item = make.item(two.area, price_points=40)
    points.order(actor=make.actor(two.kept), item_id=item.id)
    database.session.commit()
    before = contents()
    with pytest.raises(SpentSince):
        service.undo(actor=two.staff, merge_id=row.id)
    database.session.rollback()
    assert contents() == before


def test_an_account_closed_since_stands_in_the_way(two):
    row = two.merge()
    service.erase(two.kept.id, by=two.kept.id)
    with pytest.raises(parting.KeptErased):
        service.undo(actor=two.staff, merge_id=row.id)


def test_a_later_merge_is_undone_first(two):
    third = make.person(two.area)
    row = two.merge()
    service.merge(actor=two.staff, kept_id=third.id, gone_id=two.kept.id, reason=REASON)
    with pytest.raises(parting.MergedFurther):
        service.undo(actor=two.staff, merge_id=row.id)


def test_a_phone_changed_since_stands_in_the_way(two):
    two.kept.phone = two.kept.phone_hash = None
    database.session.commit()
    row = two.merge()
    kept = database.session.get_one(Person, two.kept.id)
    kept.phone, kept.phone_hash = "+8613711112222", "another"
    database.session.commit()
    with pytest.raises(taking_over.UsedSince):
        service.undo(actor=two.staff, merge_id=row.id)


def test_after_the_undo_they_can_be_merged_again(two):
    two.serve(two.gone)
    row = two.merge()
    service.undo(actor=two.staff, merge_id=row.id)
    database.session.commit()
    two.merge()
    assert time_of(two.kept.id).minutes == 120
    assert histories.faults() == []


# Refusals: nothing is left behind


def _refused(two: Two, refusal: type[Exception], **arguments: Any) -> None:
    before = contents()
    values = {"actor": two.staff, "kept_id": two.kept.id, "gone_id": two.gone.id, "reason": REASON}
    with pytest.raises(refusal):
        service.merge(**(values | arguments))
    database.session.rollback()
    assert contents() == before


def test_a_reason_is_needed(two):
    _refused(two, merging.ReasonNeeded, reason="  ")


def test_a_record_is_not_merged_with_itself(two):
    _refused(two, NotFound, gone_id=two.kept.id)


def test_nobody_merges_the_own_record(two):
    _refused(two, NotFound, gone_id=two.staff.id)
    _refused(two, NotFound, kept_id=two.staff.id)


def test_another_community_s_record_does_not_exist(two):
    elsewhere = make.person(make.community())
    _refused(two, NotFound, gone_id=elsewhere.id)
    _refused(two, NotFound, kept_id=elsewhere.id)


def test_a_resident_merges_nothing(two):
    _refused(two, NotFound, actor=make.actor(make.person(two.area)))


def test_who_holds_a_role_does_not_go(two):
    make.leader(two.team, two.gone)
    _refused(two, merging.GoneHasRoles)


def test_a_closed_record_is_not_merged(two):
    service.erase(two.gone.id, by=two.gone.id)
    database.session.commit()
    _refused(two, merging.NotOpen)


def test_two_documents_are_two_people(two):
    for n, person in enumerate((two.kept, two.gone)):
        person.document, person.document_hash, person.document_kind = f"d{n}", f"h{n}", "id_card"
    database.session.commit()
    _refused(two, merging.OtherDocument)


def test_whom_staff_said_to_be_two_are_two(two):
    service.say_distinct(actor=two.staff, one_id=two.gone.id, other_id=two.kept.id)
    service.say_distinct(actor=two.staff, one_id=two.kept.id, other_id=two.gone.id)
    database.session.commit()
    _refused(two, merging.SaidDistinct)


def test_who_has_claimed_the_other_s_wish_finishes_first(two):
    make.wish(two.area, state="claimed", wisher_id=two.gone.id, claimer=two.kept)
    _refused(two, ClaimedByTheOther)


def test_the_preview_says_what_moves(two):
    two.serve(two.gone)
    preview = service.preview(actor=two.staff, kept_id=two.kept.id, gone_id=two.gone.id)
    assert preview.balances == [("hours", "main", 0, 120), ("points", "main", 0, 40)]
    assert ("服务记录", 1) in [(str(label), count) for label, count in preview.moves]
    assert preview.refusals == []
