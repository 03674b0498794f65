"""What is not merged, and that nothing is left behind then; what the preview says."""

from __future__ import annotations

import pytest

from tests import make
from tests.privacy.doubles import Two, refused
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.people.models import DISABLED
from volunteer.privacy import service
from volunteer.privacy.service import merging
from volunteer.wishes.personal import ClaimedByTheOther


@pytest.fixture
def two(app) -> Two:
    return Two()


def test_a_reason_is_needed(two):
    refused(two, merging.ReasonNeeded, reason="  ")


def test_a_record_is_not_merged_with_itself(two):
    refused(two, NotFound, gone_id=two.kept.id)


def test_nobody_merges_the_own_record(two):
    refused(two, NotFound, gone_id=two.staff.id)
    refused(two, NotFound, kept_id=two.staff.id)


def test_another_community_s_record_does_not_exist(two):
    elsewhere = make.person(make.community())
    refused(two, NotFound, gone_id=elsewhere.id)
    refused(two, NotFound, kept_id=elsewhere.id)


def test_a_resident_merges_nothing(two):
    refused(two, NotFound, actor=make.actor(make.person(two.area)))


def test_who_holds_a_role_does_not_go(two):
    make.leader(two.team, two.gone)
    refused(two, merging.GoneHasRoles)


def test_a_closed_record_is_not_merged(two):
    service.erase(two.gone.id, by=two.gone.id)
    database.session.commit()
    refused(two, merging.NotOpen)


@pytest.mark.parametrize("disabled", ["kept", "gone"])
def test_of_two_records_not_one_is_disabled(two, disabled):
    getattr(two, disabled).status = DISABLED
    database.session.commit()
    refused(two, merging.OneIsDisabled)


def test_two_documents_are_two_people(two):
    for n, person in enumerate((two.kept, two.gone)):
        person.document, person.document_hash, person.document_kind = f"d{n}", f"h{n}", "id_card"
    database.session.commit()
    refused(two, merging.OtherDocument)


def test_whom_staff_said_to_be_two_are_two(two):
    service.say_distinct(actor=two.staff, one_id=two.gone.id, other_id=two.kept.id)
    service.say_distinct(actor=two.staff, one_id=two.kept.id, other_id=two.gone.id)
    database.session.commit()
    refused(two, merging.SaidDistinct)


def test_who_has_claimed_the_other_s_wish_finishes_first(two):
    make.wish(two.area, state="claimed", wisher_id=two.gone.id, claimer=two.kept)
    refused(two, ClaimedByTheOther)


def test_the_preview_says_what_moves(two):
    two.serve(two.gone)
    preview = service.preview(actor=two.staff, kept_id=two.kept.id, gone_id=two.gone.id)
    assert preview.balances == [("hours", "main", 0, 120), ("points", "main", 0, 40)]
    assert ("服务记录", 1) in [(str(label), count) for label, count in preview.moves]
    assert preview.refusals == []
