"""Absences are counted per person and year; too many stop sign-ups until staff decide (R027, R040)."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.hours.test_record import Mark, held
from volunteer.activities.models import SignUpBlock
from volunteer.activities.signing import blocks
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.hours import no_shows, service
from volunteer.hours.models import Objection
from volunteer.outbox.models import Message
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF


@pytest.fixture
def at(db, app, monkeypatch) -> SimpleNamespace:
    monkeypatch.setitem(
        app.config, "BACKFILL_DAYS", 4000
    )  # dates long ago are recorded without approvals here
    made = held(minutes=60)
    made.person = make.person(make_area(db, made), name="王建国")
    made.year = clock.today().year
    made.staff = make.staff(COMMUNITY_STAFF, make_area(db, made))
    return made


def make_area(db: Any, at: SimpleNamespace) -> Any:
    from volunteer.areas.models import Area

    return db.session.get_one(Area, at.team.area_id)


def miss(db: Any, at: SimpleNamespace, times: int = 1, *, days_ago: int = 0) -> list[int]:
    """So many dates to which the person did not come; the batches."""
    batches = []
    for n in range(times):
        starts_at = clock.now() - dt.timedelta(days=days_ago + n, hours=3)
        occurrence = make.occurrence(at.series, starts_at=starts_at)
        make.sign_up(occurrence, at.person)
        batch = service.record(
            actor=at.actor, occurrence_id=occurrence.id, marks=[Mark(at.person.id, "absent")]
        )
        db.session.commit()
        batches.append(batch.id)
    return batches


def counted(at: SimpleNamespace) -> int:
    return no_shows.counts([at.person.id], at.year).get(at.person.id, 0)


def kinds(db: Any, at: SimpleNamespace) -> list[str]:
    statement = sa.select(Message.kind).where(Message.person_id == at.person.id, Message.channel == "inbox")
    return list(db.session.scalars(statement.order_by(Message.id)))


def test_the_fifth_absence_of_a_year_stops_sign_ups(db, at):
    miss(db, at, 4)
    assert counted(at) == 4
    assert not blocks.live(at.person.id)
    miss(db, at, days_ago=10)
    assert blocks.live(at.person.id)
    assert kinds(db, at) == ["sign_up_blocked_no_shows"]
    miss(db, at, days_ago=20)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignUpBlock)) == 1


def test_another_year_counts_by_itself(db, at):
    miss(db, at, 4, days_ago=340)
    miss(db, at, 4)
    assert counted(at) == 4
    assert not blocks.live(at.person.id)


def test_leave_and_walk_ins_are_no_absences(db, at):
    occurrence = make.occurrence(at.series, starts_at=clock.now() - dt.timedelta(hours=3))
    other = make.person()
    make.sign_up(occurrence, other)
    marks = [Mark(at.person.id, "absent"), Mark(other.id, "excused")]  # the first one never signed up
    service.record(actor=at.actor, occurrence_id=occurrence.id, marks=marks)
    assert no_shows.counts([at.person.id, other.id], at.year) == {}


def test_the_setting_counts_without_stopping(db, at, app, monkeypatch):
    monkeypatch.setitem(app.config, "NO_SHOW_BLOCKS", False)
    miss(db, at, 6)
    assert counted(at) == 6
    assert not blocks.live(at.person.id)


def test_the_limit_is_a_setting(db, at, app, monkeypatch):
    monkeypatch.setitem(app.config, "NO_SHOW_LIMIT", 2)
    miss(db, at, 2)
    assert blocks.live(at.person.id)


def test_a_reversed_roll_call_takes_the_block_back(db, at):
    batches = miss(db, at, 5)
    service.reverse(actor=make.actor(at.staff), batch_id=batches[2], reason="记错人了")
    db.session.commit()
    assert counted(at) == 4
    assert not blocks.live(at.person.id)
    assert kinds(db, at) == ["sign_up_blocked_no_shows", "sign_up_block_fell_away"]


def test_a_correction_in_the_new_year_leaves_the_block_of_the_old_one(db, at, app, monkeypatch):
    monkeypatch.setitem(app.config, "NO_SHOW_LIMIT", 2)
    with clock.fixed(dt.datetime(2026, 12, 30, tzinfo=dt.UTC)):
        miss(db, at, 2)
    with clock.fixed(dt.datetime(2027, 1, 5, tzinfo=dt.UTC)):
        [batch] = miss(db, at)
        service.reverse(actor=make.actor(at.staff), batch_id=batch, reason="记错人了")
        db.session.commit()
        assert blocks.live(at.person.id)
    assert kinds(db, at) == ["sign_up_blocked_no_shows"]


def test_an_upheld_objection_takes_the_block_back(db, at):
    miss(db, at, 5)
    occurrence_id = no_shows.of_person(at.person.id, at.year)[0].occurrence_id
    objection = Objection(
        occurrence_id=occurrence_id, person_id=at.person.id, kind="no_show", text="我来了", raised_at=clock.now(),
        state="upheld",
    )  # fmt: skip
    db.session.add(objection)
    db.session.commit()
    assert no_shows.reconsider([at.person.id], at.year) == 1
    assert counted(at) == 4
    assert not blocks.live(at.person.id)
    assert no_shows.of_person(at.person.id, at.year)[0].counts is False


def test_a_block_by_hand_stays_when_absences_are_corrected(db, at):
    blocks.block_by_hand(actor=make.actor(at.staff), person_id=at.person.id, reason="先谈一谈")
    db.session.commit()
    assert no_shows.reconsider([at.person.id], at.year) == 0
    assert blocks.live(at.person.id)


def test_what_staff_have_decided_about_counts_no_more_towards_the_next_block(db, at):
    miss(db, at, 5)
    blocks.lift(actor=make.actor(at.staff), person_id=at.person.id, reason="家里有病人")
    db.session.commit()
    with clock.fixed(clock.now() + dt.timedelta(hours=1)):
        miss(db, at, 4, days_ago=30)
        assert not blocks.live(at.person.id)
        miss(db, at, 1, days_ago=60)
        assert blocks.live(at.person.id)
    assert counted(at) == 10


@pytest.mark.parametrize("who", ["stranger", "leader", "auditor", "self"])
def test_only_staff_of_the_area_decide_and_never_for_themselves(db, at, who):
    actor = {
        "stranger": lambda: make.staff(COMMUNITY_STAFF, make.community()),
        "leader": lambda: at.leader,
        "auditor": lambda: make.staff(AUDITOR, make_area(db, at)),
        "self": lambda: at.staff,
    }[who]()
    target = at.staff if who == "self" else at.person
    with pytest.raises(NotFound):
        blocks.block_by_hand(actor=make.actor(actor), person_id=target.id, reason="x")
    db.session.rollback()
    assert not blocks.live(target.id)


def test_a_reason_is_wanted_and_the_second_block_refused(db, at):
    actor = make.actor(at.staff)
    with pytest.raises(blocks.NoBlockReason):
        blocks.block_by_hand(actor=actor, person_id=at.person.id, reason="  ")
    with pytest.raises(blocks.NotBlocked):
        blocks.lift(actor=actor, person_id=at.person.id, reason="x")
    blocks.block_by_hand(actor=actor, person_id=at.person.id, reason="先谈一谈")
    with pytest.raises(blocks.AlreadyBlocked):
        blocks.block_by_hand(actor=actor, person_id=at.person.id, reason="again")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignUpBlock)) == 1


def test_the_desk_shows_why_and_lifts_with_a_reason(db, at, client_for):
    miss(db, at, 5)
    desk = client_for(at.staff)
    page = desk.get("/desk/blocks").text
    assert at.person.number in page
    assert "王*" in page
    assert "王建国" not in page
    assert "没来 5 次" in page
    url = f"/desk/blocks/{at.person.id}"
    refused = desk.post(url, data={"decision": "lift", "reason": ""})
    assert refused.status_code == 422
    assert blocks.live(at.person.id)
    assert desk.post(url, data={"decision": "keep", "reason": "再等等"}).status_code == 303
    assert blocks.live(at.person.id)
    assert desk.post(url, data={"decision": "lift", "reason": "家里有病人"}).status_code == 303
    assert not blocks.live(at.person.id)
    assert kinds(db, at)[-2:] == ["sign_up_block_kept", "sign_up_block_lifted"]
    acts = set(db.session.scalars(sa.select(AuditEntry.act)))
    assert {"sign_up_blocked", "sign_up_block_kept", "sign_up_block_lifted"} <= acts


def test_the_desk_stops_somebody_by_number(db, at, client_for):
    desk = client_for(at.staff)
    data = {"number": at.person.number, "reason": "先谈一谈"}
    assert desk.post("/desk/blocks", data=data).status_code == 303
    assert "先谈一谈" in desk.get("/desk/blocks").text
    stranger = make.person()
    for number in (stranger.number, "V00000000", at.staff.number):
        answer = desk.post("/desk/blocks", data={"number": number, "reason": "先问问"})
        assert answer.status_code == 422
        assert "没有找到这位志愿者" in answer.text
        assert f'value="{number}"' in answer.text
        assert "先问问" in answer.text


def test_the_person_reads_who_wrote_it_down(db, at, client_for):
    miss(db, at, 2)
    browser = client_for(at.person)
    assert "今年有 2 次报了名没来" in browser.get("/my-time").text
    page = browser.get("/my-no-shows").text
    assert page.count(f"{at.leader.name} 在") == 2
    assert "记错了？说一声" in page
    assert "没有。您每次都来了" in client_for(make.person()).get("/my-no-shows").text
