"""Merging gives nobody a way into a colleague's account, a relative's points or round the rules for minors."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.privacy.doubles import Two
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.core.errors import NotAllowed
from volunteer.people import service as people
from volunteer.people.models import (
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    SUBDISTRICT_STAFF,
    SYSTEM_ADMIN,
    Person,
    SignInSession,
)
from volunteer.privacy import service
from volunteer.privacy.service import merging
from volunteer.safety.models import ResetToken


@pytest.fixture
def two(app) -> Two:
    return Two()


def refused(two: Two, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        two.merge()
    database.session.rollback()
    assert database.session.get_one(Person, two.gone.id).status == "active"


@pytest.mark.parametrize("role", [COMMUNITY_STAFF, SUBDISTRICT_STAFF, SYSTEM_ADMIN])
def test_nothing_is_merged_into_a_colleague_whose_role_one_cannot_give(two, role):
    """Or an e-mail address of one's own would get the colleague's links for a new password."""
    make.grant(two.kept, role, area=two.area)
    refused(two, merging.KeptHoldsOffice)


def test_who_may_give_the_role_may_merge(two):
    make.grant(two.kept, COUNTER_CLERK, area=two.area)
    two.merge()
    assert database.session.get_one(Person, two.gone.id).status == "merged"


def test_a_minor_and_an_adult_are_not_one_person(two):
    two.kept.born_on, two.gone.born_on = dt.date(1980, 1, 1), clock.today() - dt.timedelta(days=15 * 366)
    database.session.commit()
    asked = people_access(two)
    assert asked
    refused(two, merging.ChildAndAdult)


def people_access(two: Two) -> bool:
    from volunteer.people.service import access

    other = make.actor(make.staff(COMMUNITY_STAFF, two.area))
    asked = access.ask(actor=two.staff, person_id=two.gone.id, reason="核对是不是同一个人")
    access.decide(actor=other, access_id=asked.id, approve=True)
    database.session.commit()
    return True


@pytest.mark.parametrize("side", ["kept", "gone"])
def test_a_registration_that_waits_for_a_guardian_is_settled_first(two, side):
    setattr(getattr(two, side), "status", "waiting")  # noqa: B010 - the side is chosen by name
    database.session.commit()
    with pytest.raises(merging.StillWaiting):
        two.merge()


@pytest.mark.parametrize("side", ["kept", "gone"])
def test_nobody_merges_the_records_of_whom_one_helps(two, side):
    """R150: points of the other record would come into the hands of who merges."""
    make.helper(getattr(two, side), "redeem", someone=database.session.get_one(Person, two.staff.id))
    refused(two, merging.OwnWard)


def test_sign_ins_of_the_record_that_goes_end_for_good(two):
    database.session.add(
        SignInSession(
            token_hash="x",
            person_id=two.gone.id,
            created_at=clock.now(),
            last_seen_at=clock.now(),
            way="password",
        )
    )
    database.session.commit()
    row = two.merge()
    service.undo(actor=two.staff, merge_id=row.id)
    assert database.session.scalar(sa.select(SignInSession.person_id)) is None


def test_after_an_undo_nobody_stays_signed_in_with_what_was_taken_over(two):
    two.kept.password_hash, two.gone.password_hash = None, "of the one that goes"
    database.session.commit()
    row = two.merge()
    kept_id = two.kept.id
    database.session.add(
        SignInSession(
            token_hash="x",
            person_id=kept_id,
            created_at=clock.now(),
            last_seen_at=clock.now(),
            way="password",
        )
    )
    database.session.add(
        ResetToken(
            token_hash="y",
            person_id=kept_id,
            created_at=clock.now(),
            expires_at=clock.now() + dt.timedelta(1),
        )
    )
    database.session.commit()
    service.undo(actor=two.staff, merge_id=row.id)
    assert database.session.scalar(sa.select(SignInSession.person_id)) is None
    assert database.session.get_one(ResetToken, "y").used_at is not None


def test_a_community_administrator_does_not_disable_who_stands_above(app):
    street = make.subdistrict()
    area = make.community(street)
    above = make.person(area)
    make.grant(above, SYSTEM_ADMIN, area=street)
    make.staff(SYSTEM_ADMIN, street)
    below = make.actor(make.staff(SYSTEM_ADMIN, area))
    with pytest.raises(NotAllowed):
        people.disable(actor=below, person_id=above.id, reason="试一试")
