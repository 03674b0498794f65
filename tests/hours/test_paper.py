"""The roll call on paper: rows that stay, exceptions typed afterwards, one batch, a photo without a trace."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from tests import make
from tests.hours.test_record import Mark, balance, held, record
from tests.hours.test_roll_call import check_in, record_of
from volunteer.activities.models import SignUp
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.core.files import StoredFile
from volunteer.hours import service
from volunteer.hours.models import Batch, Proposal, Roster, RosterRow, ServiceRecord
from volunteer.hours.service import printing
from volunteer.ledger.models import HOURS
from volunteer.people.models import Person

NAMES = ("陈桂芳", "王建国", "李秀英")


@pytest.fixture
def at(db, client_for) -> SimpleNamespace:
    """Three people on a printed sheet, two hours long, and the leader."""
    made = held(minutes=120)
    made.people = [make.sign_up(made.occurrence, make.person(name=name)).person_id for name in NAMES]
    made.browser = client_for(made.leader)
    made.start = f"/activities/{made.occurrence.id}/roster"
    made.sheet = made.browser.post(made.start).location
    made.roster_id = int(made.sheet.rsplit("/", 1)[1])
    made.preview, made.entry = f"{made.sheet}/preview", f"{made.sheet}/entry"
    return made


def rows(db: Any, roster_id: int) -> dict[int, int]:
    return printing.rows_of(roster_id)


def count(db: Any, table: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(table)))


def sign_off(person_id: int) -> None:
    row = database.session.scalars(sa.select(SignUp).where(SignUp.person_id == person_id)).one()
    row.state = "withdrawn"
    database.session.commit()


def test_the_sheet_shows_rows_names_blank_lines_and_a_code(at):
    page = at.browser.get(at.sheet).text
    for row, name in enumerate(NAMES, 1):
        assert f'<td class="roster-row">{row}</td><td class="roster-name">{name}</td>' in page
    assert page.count('<td class="roster-row">+</td>') == 13
    assert "data:image/svg+xml" in page


def test_rows_stay_with_their_people(db, at):
    first, second, third = at.people
    assert list(rows(db, at.roster_id).values()) == at.people
    assert at.browser.post(at.start).location == at.sheet  # nothing has changed: the same sheet
    sign_off(second)
    fourth = make.sign_up(at.occurrence, make.person(name="钱多多")).person_id
    later = int(at.browser.post(at.start).location.rsplit("/", 1)[1])
    assert rows(db, later) == {1: first, 3: third, 4: fourth}
    make.sign_up(at.occurrence, db.session.get_one(Person, second))
    third_print = int(at.browser.post(at.start).location.rsplit("/", 1)[1])
    assert rows(db, third_print) == {1: first, 2: second, 3: third, 4: fourth}
    assert rows(db, at.roster_id) == {1: first, 2: second, 3: third}


def test_who_signed_off_after_printing_and_came_all_the_same_is_not_forgotten(db, at):
    second = at.people[1]
    number = db.session.get_one(Person, second).number
    sign_off(second)
    said = f"2 {NAMES[1]} 打印以后取消了报名，没有算进去。来了的话，在“没报名就来的人”里写编号 {number}。"
    assert said in at.browser.post(at.preview, data={"text": "2 早走 30"}).text
    assert said in at.browser.post(at.preview, data={"text": "1-3 缺席"}).text
    added = at.browser.post(at.preview, data={"text": f"{number} 早走 30", "walk_ins": number})
    assert (added.status_code, said in added.text) == (200, False)
    assert "记录 3 人，共 5 小时 30 分" in added.text


def test_the_exceptions_become_one_batch(db, at):
    data = {"text": "2 缺席；3 早走 30"}
    preview = at.browser.post(at.preview, data=data)
    assert preview.status_code == 200
    assert "记录 3 人，共 3 小时 30 分" in preview.text
    assert "2 处例外" in preview.text
    assert count(db, Batch) == 0
    answer = at.browser.post(at.entry, data={**data, "shown": "3:210"})
    assert answer.status_code == 303
    assert [record_of(id_)[0] for id_ in at.people] == ["present", "absent", "left_early"]
    assert [record_of(id_).amount for id_ in at.people] == [120, None, 90]
    assert db.session.scalars(sa.select(Batch.roster_id)).one() == at.roster_id
    assert "纸质签到表" in at.browser.get(answer.location).text
    assert at.browser.get(at.entry).location == answer.location


def test_nothing_typed_means_that_all_came(db, at):
    assert at.browser.post(at.entry, data={"text": "", "shown": "3:360"}).status_code == 303
    assert count(db, ServiceRecord) == 3


def test_what_is_not_understood_is_marked_and_kept(db, at):
    data = {"text": "2 缺席；九 早走 30；5 请假"}
    for url in (at.preview, at.entry):
        answer = at.browser.post(url, data=data)
        assert "<mark>九</mark>" in answer.text
        assert "<mark>5</mark>" in answer.text
        assert "表上没有 5" in answer.text
        assert "2 缺席；九 早走 30；5 请假</textarea>" in answer.text
    assert count(db, Batch) == 0


def test_a_changed_list_is_shown_once_more(db, at):
    answer = at.browser.post(at.entry, data={"text": "", "shown": "2:240"})
    assert answer.status_code == 422
    assert "名单有变化" in answer.text
    assert count(db, Batch) == 0


def test_who_signed_up_after_printing_has_to_be_named(db, at):
    late = make.sign_up(at.occurrence, make.person(name="钱多多")).person_id
    answer = at.browser.post(at.preview, data={"text": "2 缺席"})
    assert "钱多多是打印以后报的名，表上没有。请写明：4 到场，或者 4 缺席。" in answer.text
    answer = at.browser.post(at.entry, data={"text": "2 缺席；4 到场", "shown": "4:360"})
    assert answer.status_code == 303
    assert record_of(late).amount == 120


def test_of_two_who_share_a_place_somebody_is_named(db, at):
    seat = make.sign_up(at.occurrence, make.person(name="钱多多"))
    partner = make.person(name="赵小二")
    seat.partner_id, seat.partner_state = partner.id, "agreed"
    db.session.commit()
    sheet = at.browser.post(at.start).location
    preview = at.browser.post(f"{sheet}/preview", data={"text": ""}).text
    assert "请写明谁来了，例如：4 到场，或者 4 没轮到。" in preview
    answer = at.browser.post(f"{sheet}/entry", data={"text": "4 没轮到；5 到场", "shown": "5:480"})
    assert answer.status_code == 303
    assert record_of(seat.person_id)[0] == "excused"
    assert record_of(partner.id).amount == 120


def test_walk_ins_come_by_number_or_phone_and_stay_masked(db, at):
    one, two = make.person(name="钱多多"), make.person(name="赵小二", phone="+8613712345678")
    data = {"text": f"{one.number} 迟到 15", "walk_ins": f"{one.number}，137 1234 5678".replace(" ", "")}
    preview = at.browser.post(at.preview, data=data)
    assert "+ 钱*" in preview.text
    assert "钱多多" not in preview.text
    assert at.browser.post(at.entry, data={**data, "shown": "5:585"}).status_code == 303
    assert [balance(HOURS, person) for person in (one, two)] == [105, 120]


@pytest.mark.parametrize("what", ["unknown", "on the list", "too many"])
def test_walk_ins_that_cannot_be_are_said(db, at, what):
    number = db.session.execute(sa.text(f"SELECT number FROM person WHERE id = {at.people[0]}")).scalar_one()
    typed = {
        "unknown": "V00000000",
        "on the list": number,
        "too many": " ".join(f"V{n:08d}" for n in range(60)),
    }[what]
    said = {"unknown": "没有找到“V00000000”", "on the list": "已经在表上", "too many": "一次最多加 40 位"}[
        what
    ]
    answer = at.browser.post(at.entry, data={"walk_ins": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert count(db, Batch) == 0


def test_check_ins_count_where_the_sheet_says_nothing(at):
    first, second, _third = at.people
    check_in(at.occurrence, first, 10, 120)
    check_in(at.occurrence, second, 20, None)
    assert at.browser.post(at.entry, data={"text": "", "shown": "3:330"}).status_code == 303
    assert [record_of(id_).amount for id_ in at.people] == [110, 100, 120]


def photo() -> io.BytesIO:
    """A picture that says where it was taken."""
    picture, out = Image.new("RGB", (60, 40), "white"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "somebody's kitchen"
    picture.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


def test_the_photo_is_kept_without_where_it_was_taken(db, at, client_for):
    data = {"text": "", "shown": "3:360", "file": (photo(), "sheet.jpg")}
    batch = at.browser.post(at.entry, data=data).location
    answer = at.browser.get(f"{batch}/photo")
    assert answer.mimetype == "image/jpeg"
    assert b"kitchen" not in answer.data
    assert client_for(make.person()).get(f"{batch}/photo").status_code == 404
    again = at.browser.post(f"{batch}/photo", data={"file": (photo(), "sheet.jpg")})
    assert again.status_code == 409
    assert count(db, StoredFile) == 1


def test_a_photo_can_be_added_later_once(db, at):
    batch = at.browser.post(at.entry, data={"text": "", "shown": "3:360"}).location
    assert at.browser.post(f"{batch}/photo").status_code == 422
    assert (
        at.browser.post(f"{batch}/photo", data={"file": (io.BytesIO(b"no picture"), "x.jpg")}).status_code
        == 422
    )
    assert count(db, StoredFile) == 0
    assert at.browser.post(f"{batch}/photo", data={"file": (photo(), "sheet.jpg")}).status_code == 303
    assert count(db, StoredFile) == 1


def test_a_file_that_is_no_photo_records_nothing_and_keeps_what_was_typed(db, at):
    data = {"text": "2 缺席", "shown": "3:240", "file": (io.BytesIO(b"no picture"), "x.jpg")}
    answer = at.browser.post(at.entry, data=data)
    assert answer.status_code == 422
    assert 'value="2 缺席"' in answer.text
    assert count(db, Batch) == 0


def test_nobody_prints_for_another_team_nor_what_is_over(db, at):
    stranger = make.actor(make.leader(make.team()))
    with pytest.raises(NotFound):
        service.print_roster(actor=stranger, occurrence_id=at.occurrence.id)
    record(at, Mark(at.people[0], "present"))
    with pytest.raises(printing.RecordedAlready):
        service.print_roster(actor=at.actor, occurrence_id=at.occurrence.id)
    cancelled = make.occurrence(at.series, state="cancelled", cancelled_reason="雨")
    with pytest.raises(printing.NothingToPrint):
        service.print_roster(actor=at.actor, occurrence_id=cancelled.id)
    assert count(db, Roster) == 1
    assert count(db, RosterRow) == 3


def test_the_number_of_statements_does_not_grow(at, count_statements):
    def cost(url: str, **data: str) -> int:
        before = len(count_statements())
        at.browser.post(url, data=data) if data else at.browser.get(url)
        return len(count_statements()) - before

    at.browser.get(at.sheet)
    few = cost(at.sheet), cost(at.preview, text="1-3 缺席")
    for _ in range(10):
        make.sign_up(at.occurrence)
    sheet = at.browser.post(at.start).location
    assert (cost(sheet), cost(f"{sheet}/preview", text="1-13 缺席")) == few


def test_one_can_type_before_the_start_and_record_after_it(db, at):
    at.occurrence.starts_at += dt.timedelta(hours=10)
    at.occurrence.ends_at += dt.timedelta(hours=10)
    db.session.commit()
    answer = at.browser.post(at.entry, data={"text": "2 缺席", "shown": "3:240"})
    assert answer.status_code == 409
    assert "活动还没有开始" in answer.text
    assert count(db, Batch) == 0


def test_a_sheet_that_comes_back_late_is_handed_in_with_its_photo(db, at):
    """R038: recorded late it needs others; the photo of the signed sheet is the evidence."""
    at.occurrence.starts_at -= dt.timedelta(days=20)
    at.occurrence.ends_at -= dt.timedelta(days=20)
    db.session.commit()
    data = {"text": "2 缺席", "shown": "3:240"}
    answer = at.browser.post(at.entry, data=data)
    assert answer.status_code == 409
    assert "上面的照片会当作证据一起交上去。" in answer.text
    propose = f"{at.sheet}/propose"
    assert at.browser.post(propose, data={**data, "approval_reason": "下雨耽搁了"}).status_code == 422
    sent = {**data, "approval_reason": "下雨耽搁了", "file": (photo(), "sheet.jpg")}
    assert at.browser.post(propose, data=sent).status_code == 303
    proposal = db.session.scalars(sa.select(Proposal)).one()
    assert proposal.evidence_id is not None
    assert count(db, Batch) == 0
