"""R008 on a task of the week: without a guardian's consent no work of later days is written down."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.attendance.tasks import TaskScene
from volunteer.attendance import task_refusals as refusals
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import Consent

DAY = dt.timedelta(days=1)


@pytest.fixture
def scene(app: Any) -> TaskScene:
    return TaskScene()


def child(scene: TaskScene, *, years: int = 15, agreed: bool = True) -> Any:
    found = scene.person(born_on=clock.today() - dt.timedelta(days=366 * years))
    if agreed:
        make.guardian(found)
    return found


def withdraw(of: Any) -> None:
    consent = db.session.scalars(sa.select(Consent).where(Consent.person_id == of.id)).one()
    consent.withdrawn_at = clock.now()
    db.session.commit()


def test_what_was_done_while_somebody_agreed_is_written_and_nothing_later(scene: TaskScene) -> None:
    kid = child(scene)
    with clock.fixed(clock.now() + DAY):
        withdraw(kid)
    with clock.fixed(clock.now() + 3 * DAY):
        scene.report(kid, did_on=scene.first)
        written = scene.report(kid, did_on=scene.first + DAY)  # the last day of the consent
        with pytest.raises(refusals.GuardianFirst):
            scene.report(kid, did_on=scene.first + 2 * DAY)
        with pytest.raises(refusals.GuardianFirst):
            scene.correct(written, did_on=scene.first + 2 * DAY)
        db.session.rollback()
        make.guardian(kid)
        scene.report(kid, did_on=scene.first + 2 * DAY)


def test_without_a_consent_that_ever_stood_nothing(scene: TaskScene) -> None:
    with pytest.raises(refusals.GuardianFirst):
        scene.report(child(scene, agreed=False))


def test_a_consent_is_nothing_to_who_is_of_age(scene: TaskScene) -> None:
    grown = child(scene, years=19)
    withdraw(grown)
    with clock.fixed(clock.now() + 2 * DAY):
        assert scene.report(grown, did_on=clock.today()).id
