"""What is decided while the retention runs stays decided (R154)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.faults.races import call, without_row_locks
from tests.faults.test_together import _meanwhile
from tests.teams.test_intake_service import Hall
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotDone
from volunteer.core.transaction import transaction
from volunteer.jobs import retention as job
from volunteer.people import service as people
from volunteer.people.models import COMMUNITY_STAFF, Person, RegistrationReceipt
from volunteer.people.retention import POLICIES
from volunteer.people.service.guardians import GuardianConsent
from volunteer.privacy.service import retention
from volunteer.teams.models import Application
from volunteer.teams.service import intake as intakes

CHILDREN, FORMS = "waiting_registrations", "unanswered_applications"
YEAR = dt.timedelta(days=366)
PARENT = GuardianConsent("陈建国", "parent", "13912340000")


def run_while_a_guardian_agrees(house: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """(status of the child, state of its receipt); the guardian comes after the run has looked who is too old."""
    area = make.community()
    child_id = make.waiting_child(area)[0].id
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    agreeing = call(people.record_guardian, actor=staff, person_id=child_id, guardian=PARENT, way="in_person")
    db.session.commit()
    each = job.each

    def interrupted(ids: Any, deed: Any) -> int:
        if ids == [child_id]:
            _meanwhile(house, agreeing)
        return each(ids, deed)

    monkeypatch.setattr(job, "each", interrupted)
    job.run([CHILDREN], clock.now() + YEAR)
    db.session.expire_all()
    receipt = db.session.scalars(sa.select(RegistrationReceipt)).one()
    return db.session.get_one(Person, child_id).status, receipt.state


def test_a_child_whose_guardian_has_just_agreed_stays(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_while_a_guardian_agrees(house, monkeypatch) == ("active", "confirmed")


def test_control_without_a_second_look_the_child_is_erased(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_is_too_old", lambda *arguments: True)
    assert run_while_a_guardian_agrees(house, monkeypatch) == ("closed", "rejected")


def guardian_during_the_erasure(house: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the guardian's staff were answered; they come between the second look and the erasure."""
    area = make.community()
    child_id = make.waiting_child(area)[0].id
    staff = make.actor(make.staff(COMMUNITY_STAFF, area))
    agreeing = call(people.record_guardian, actor=staff, person_id=child_id, guardian=PARENT, way="in_person")
    db.session.commit()
    erase = retention.erase
    with ThreadPoolExecutor(1) as lane:
        answers: list[Future[Any]] = []

        def interrupted(person_id: int, **how: Any) -> list[int]:
            answers.append(lane.submit(in_own_session, house, agreeing))
            wait(answers, timeout=1)
            return erase(person_id, **how)

        monkeypatch.setattr(retention, "erase", interrupted)
        job.run([CHILDREN], clock.now() + YEAR)
        return answers[0].result()


def in_own_session(house: Flask, deed: Any) -> Any:
    try:
        with house.app_context(), transaction():
            return deed()
    except NotDone as refusal:
        return refusal


def test_a_guardian_who_comes_during_the_erasure_waits_for_it_and_is_refused(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(guardian_during_the_erasure(house, monkeypatch), NotDone)


def test_control_without_the_lock_the_family_is_told_yes_and_the_child_erased(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_row_locks():
        assert guardian_during_the_erasure(house, monkeypatch) is True


def test_one_failing_erasure_leaves_the_others_erased(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [make.waiting_child()[0].id for _ in range(3)]
    db.session.commit()
    erase = retention.erase

    def failing(person_id: int, **how: Any) -> list[int]:
        if person_id == ids[1]:
            raise RuntimeError
        return erase(person_id, **how)

    monkeypatch.setattr(retention, "erase", failing)
    assert job.run([CHILDREN], clock.now() + YEAR) == {CHILDREN: 2}
    db.session.expire_all()
    assert [db.session.get_one(Person, id_).status for id_ in ids] == ["closed", "waiting", "closed"]


def run_while_a_leader_accepts(house: Flask, monkeypatch: pytest.MonkeyPatch, *, looks_again: bool) -> str:
    """The application's state; the leader comes after the run has looked which are too old."""
    hall = Hall()
    hall.apply()
    accepting = call(intakes.accept, actor=hall.actor, intake_id=hall.intake.id, application_ids=hall.ids())
    db.session.commit()
    policy, looks = POLICIES[FORMS], []

    def too_old(before: dt.datetime) -> Any:
        looks.append(before)
        if len(looks) == 2:
            _meanwhile(house, accepting)
        return policy.too_old(before) if looks_again or len(looks) == 1 else sa.true()

    monkeypatch.setitem(POLICIES, FORMS, dataclasses.replace(policy, too_old=too_old))
    with transaction():
        retention.run(FORMS, clock.now() + YEAR)
    return db.session.scalars(sa.select(Application)).one().state


@pytest.mark.parametrize(("looks_again", "state"), [(True, "accepted"), (False, "refused")])
def test_an_application_accepted_meanwhile_stays_accepted_and_control(
    house: Flask, monkeypatch: pytest.MonkeyPatch, database_kind: str, looks_again: bool, state: str
) -> None:
    if database_kind == "sqlite":
        pytest.skip("the transaction itself is the lock")
    assert run_while_a_leader_accepts(house, monkeypatch, looks_again=looks_again) == state
