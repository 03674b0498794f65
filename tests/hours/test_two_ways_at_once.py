"""The marks of a phone that was without network and a sheet of paper for the same date: one record, nothing lost."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from tests import make
from tests.hours.test_record import balance, held
from volunteer.core import clock, crypto
from volunteer.hours import service
from volunteer.hours.models import Batch, Roster, ServiceRecord
from volunteer.ledger.models import HOURS


@pytest.fixture
def at(db: Any, client_for: Any) -> SimpleNamespace:
    """Two signed up; the leader has the page in a phone, a deputy types the sheet in."""
    found = held(minutes=120)
    found.here, found.other = make.person(name="陈桂芳"), make.person(name="袁小明")
    for person in (found.here, found.other):
        make.sign_up(found.occurrence, person)
    roster: Roster = service.print_roster(actor=found.actor, occurrence_id=found.occurrence.id)
    found.phone, found.desk = client_for(found.leader), client_for(make.deputy(found.team))
    found.call, found.sheet = f"/activities/{found.occurrence.id}/roll-call", f"/rosters/{roster.id}/entry"
    found.marks = {
        f"mark-{found.here.id}": "present", f"mark-{found.other.id}": "late", f"off-{found.other.id}": "30",
        "shown": "2:210", "form_key": crypto.token(),
    }  # fmt: skip
    found.typed = {"text": "2 缺席", "shown": "2:120"}
    return found


def records() -> dict[int, str]:
    rows = make.db.session.execute(
        sa.select(ServiceRecord.person_id, ServiceRecord.attendance)
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .where(Batch.reversed_at.is_(None))
    )
    return {row.person_id: row.attendance for row in rows}


def test_the_phone_comes_after_the_paper(at: Any) -> None:
    assert at.desk.post(at.sheet, data=at.typed).status_code == 303
    on_paper = records()
    answer = at.phone.post(at.call, data=at.marks)
    assert answer.status_code == 409
    assert "看已经记好的那一份" in answer.text
    assert "已经记好的是：缺席 0 分钟" in answer.text  # the conflict, at the line it is about
    assert answer.text.count("已经记好的是") == 1
    assert 'value="late" checked' in answer.text
    assert 'value="30"' in answer.text
    assert records() == on_paper
    assert balance(HOURS, at.other) == 0


def test_the_paper_comes_after_the_phone(at: Any) -> None:
    assert at.phone.post(at.call, data=at.marks).status_code == 303
    by_phone = records()
    answer = at.desk.post(at.sheet, data=at.typed)
    assert answer.status_code == 409
    assert "已经记好的是：迟到 1 小时 30 分" in answer.text
    assert 'value="2 缺席"' in answer.text
    batch_id = make.db.session.scalar(sa.select(Batch.id))
    assert f"/batches/{batch_id}" in answer.text
    assert records() == by_phone
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "JPEG")
    sent = {"file": (io.BytesIO(picture.getvalue()), "sheet.jpg")}
    added = at.desk.post(f"/batches/{batch_id}/photo", data=sent, content_type="multipart/form-data")
    assert added.status_code == 303  # the signed sheet finds its place in the one record


def test_the_phone_sends_again_what_it_sent_and_hears_the_same(at: Any) -> None:
    """The first answer got lost; meanwhile the sheet was typed in as well."""
    first = at.phone.post(at.call, data=at.marks)
    at.desk.post(at.sheet, data=at.typed)
    again = at.phone.post(at.call, data=at.marks)
    assert (again.status_code, again.location) == (first.status_code, first.location)
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


def test_a_changed_list_does_not_hide_the_conflict(at: Any) -> None:
    """Somebody signed off while the phone was away: the total differs, and still the record is what matters."""
    at.desk.post(at.sheet, data=at.typed)
    answer = at.phone.post(at.call, data={**at.marks, "shown": "3:330"})
    assert answer.status_code == 409
    assert "看已经记好的那一份" in answer.text
    answer = at.desk.post(at.sheet, data={**at.typed, "shown": "9:999"})
    assert answer.status_code == 409
    assert "这场已经记好了一份" in answer.text


def test_a_walk_in_of_either_list_is_not_forgotten(at: Any) -> None:
    on_paper, by_phone = make.person(name="周建国"), make.person(name="郑秀英")
    sent = {**at.typed, "walk_ins": on_paper.number, "shown": "3:240"}
    assert at.desk.post(at.sheet, data=sent).status_code == 303
    marks = {**at.marks, "walk_in": str(by_phone.id), f"mark-{by_phone.id}": "present", "shown": "3:330"}
    page = at.phone.post(at.call, data=marks).text
    assert "那一份里还有：周建国" in page
    assert by_phone.number in page
    assert "已经记好的那一份里没有" in page
    assert "郑秀英" not in page


def test_after_the_first_is_taken_back_the_other_one_counts(at: Any) -> None:
    at.desk.post(at.sheet, data=at.typed)
    batch_id = make.db.session.scalar(sa.select(Batch.id))
    assert at.phone.post(at.call, data=at.marks).status_code == 409
    with clock.fixed(clock.now() + dt.timedelta(hours=1)):
        assert (
            at.phone.post(f"/batches/{batch_id}/reverse", data={"reason": "手机上的才对"}).status_code == 303
        )
        marks = {**at.marks, "form_key": crypto.token()}
        assert at.phone.post(at.call, data=marks).status_code == 303
    assert records() == {at.here.id: "present", at.other.id: "late"}
    assert (balance(HOURS, at.here), balance(HOURS, at.other)) == (120, 90)
