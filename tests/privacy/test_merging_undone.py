"""The undo of a merge brings everything back exactly, or is refused with what stands in the way."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.privacy import histories
from tests.privacy.doubles import REASON, Two, contents, differences, time_of
from volunteer.activities.models import SignUp
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.hours.models import ServiceRecord
from volunteer.ledger.continuing import SpentSince
from volunteer.people import personal
from volunteer.people.models import Person
from volunteer.points import service as points
from volunteer.privacy import service
from volunteer.privacy.models import Merge
from volunteer.privacy.service import moving, parting, taking_over

pytestmark = pytest.mark.usefixtures("any_date")


@pytest.fixture
def two(app) -> Two:
    return Two()


@pytest.mark.thorough
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
