"""R146: what staff write as a reason outlives the person, so it names nobody and holds no number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.people import reasons, service
from volunteer.people.models import COMMUNITY_STAFF, Guardian, Person, RecordAccess, RegistrationReceipt
from volunteer.people.service import access
from volunteer.privacy import service as privacy
from volunteer.privacy.service import correcting_for

NAME, PHONE, ADDRESS = "欧阳翠花花", "13812345678", "麓谷路3号"
TEXT = f"{NAME}托人来问，住{ADDRESS}"
DAY = dt.timedelta(days=1)


@pytest.mark.portable
@pytest.mark.parametrize(
    "text",
    [
        "138 1234 5678", "138-1234-5678", "138－1234－5678", "１３８１２３４５６７８", "138.1234.5678",
        "+86 138 12345678", "86-138-1234-5678", "1381234 5678", "0731-8888123", "0731 888 8123",
        "430104 1970 0504 123X", "430104-19700504-1235",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    with pytest.raises(reasons.NumberInReason):
        reasons.refuse_numbers(f"请打{text}找她")


@pytest.mark.portable
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 13:30 来过",
        "2026-11-22 2026-12-01 都不在",
        "V00001234",
        "2026年11月22日，3楼502",
        "1380元",
        "13号 14号",
    ],
)
def test_days_times_and_volunteer_numbers_may_stand(text: str) -> None:
    reasons.refuse_numbers(text)


@pytest.fixture
def pair(db: Any) -> tuple[Any, Any]:
    area = make.community()
    person = make.person(area, name=NAME, phone=f"+86{PHONE}", address=ADDRESS)
    return person, make.actor(make.staff(COMMUNITY_STAFF, area))


def _ask_for_access(actor: Any, person: Any) -> None:
    person.born_on = clock.today() - 15 * 365 * DAY
    database.session.flush()
    access.ask(actor=actor, person_id=person.id, reason=TEXT)


DEEDS: dict[str, Callable[[Any, Any], Any]] = {
    "reveal": lambda actor, person: service.reveal(
        actor=actor, person_id=person.id, fields=["phone"], reason="other", words=TEXT
    ),
    "disable": lambda actor, person: service.disable(actor=actor, person_id=person.id, reason=TEXT),
    "correct": lambda actor, person: correcting_for.correct_for(
        actor=actor, person_id=person.id, corrected=correcting_for.Corrected(school="一中"), reason=TEXT
    ),
    "ask for access": _ask_for_access,
    "erase": lambda actor, person: privacy.erase_for(actor=actor, person_id=person.id, reason=TEXT),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_whom_a_reason_is_about_stands_nowhere_in_the_log(pair: Any, deed: str) -> None:
    person, actor = pair
    DEEDS[deed](actor, person)
    rows = database.session.scalars(sa.select(AuditEntry.details)).all()
    rows += database.session.scalars(sa.select(RecordAccess.reason)).all()
    assert rows
    assert "***托人来问" in str(rows)
    assert not [known for known in (NAME, ADDRESS) if known in str(rows)]


@pytest.fixture
def child(db: Any) -> tuple[Any, Any]:
    area = make.community()
    child, _token = make.waiting_child(area)
    child.name = "童乐乐"
    make.guardian(child)
    database.session.commit()
    return child, make.actor(make.staff(COMMUNITY_STAFF, area))


def test_a_rejection_names_neither_the_child_nor_the_guardian(child: Any) -> None:
    child, staff = child
    (name,) = database.session.scalars(sa.select(Guardian.name)).all()
    service.reject(actor=staff, person_id=child.id, reason=f"童乐乐的家长{name}没有来")
    (reason,) = database.session.scalars(sa.select(RegistrationReceipt.reason)).all()
    assert reason == "***的家长***没有来"


def test_a_rejection_holds_no_number(child: Any) -> None:
    child, staff = child
    with pytest.raises(reasons.NumberInReason):
        service.reject(actor=staff, person_id=child.id, reason="妈妈139 1234 5678没有来")
    assert database.session.get_one(Person, child.id).status == "waiting"
