"""Flexible tasks: reported, corrected, withdrawn, answered; what is refused leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from tests import make
from tests.attendance.scene import HOUR, Scene, at
from tests.attendance.tasks import TaskScene
from volunteer.activities import reminders
from volunteer.activities import service as activities
from volunteer.attendance import refusals as door_refusals
from volunteer.attendance import service, task_queries
from volunteer.attendance import task_refusals as refusals
from volunteer.attendance.models import CONFIRMED, REFUSED, REPORTED
from volunteer.attendance.service import reminding
from volunteer.attendance.service.task_answers import seen_as
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, files
from volunteer.core.database import db as database
from volunteer.core.errors import NotFound
from volunteer.outbox.models import INBOX, Message
from volunteer.privacy.service import merging

DAY = dt.timedelta(days=1)


@pytest.fixture
def scene(app):
    return TaskScene()


def photo(colour: str = "red") -> files.Prepared:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "JPEG")
    data.seek(0)
    return files.prepare(data)


def kept() -> list[files.StoredFile]:
    return list(database.session.scalars(sa.select(files.StoredFile)))


def told(person: Any) -> list[str]:
    statement = sa.select(Message.kind).where(Message.person_id == person.id, Message.channel == INBOX)
    return list(database.session.scalars(statement.order_by(Message.id)))


# --- reporting


def test_what_was_done_is_reported_and_waits(scene):
    someone = scene.person()
    report = scene.report(someone, note="给 3 号楼发了通知")
    assert (report.state, report.did_on, report.minutes) == (REPORTED, scene.first, 90)
    assert task_queries.waiting(scene.date.id) == 1
    acts = database.session.scalars(sa.select(AuditEntry.act)).all()
    assert "task_reported" in acts


def test_several_days_each_have_their_report(scene):
    someone = scene.person()
    with at(scene.date.starts_at + 2 * DAY + HOUR):
        scene.report(someone, did_on=scene.first)
        scene.report(someone, did_on=scene.first + 2 * DAY, minutes=45)
    assert [one.minutes for one in task_queries.of_person(scene.date.id, someone.id)] == [90, 45]


@pytest.mark.parametrize(
    ("days", "refusal"),
    [(-1, refusals.DayOutside), (7, refusals.DayOutside), (1, refusals.DayToCome)],
)
def test_only_days_of_the_window_that_have_come(scene, days, refusal):
    someone = scene.person()
    with pytest.raises(refusal):
        scene.report(someone, did_on=scene.first + days * DAY)
    assert scene.rows() == []


def test_the_last_day_counts_and_the_day_after_is_outside(scene):
    someone = scene.person()
    with at(scene.date.ends_at + 3 * DAY):
        assert scene.report(someone, did_on=scene.first + 6 * DAY).did_on == scene.last
        with pytest.raises(refusals.DayOutside):
            scene.report(someone, did_on=scene.last + DAY)


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_minutes_of_one_day(scene, minutes):
    with pytest.raises(refusals.BadMinutes):
        scene.report(scene.person(), minutes=minutes)
    assert scene.rows() == []


def test_the_same_day_twice_is_refused_unless_the_first_was(scene):
    someone = scene.person()
    first = scene.report(someone)
    with pytest.raises(refusals.SameDay):
        scene.report(someone)
    assert len(scene.rows()) == 1
    scene.refuse(first, reason="照片看不清")
    assert scene.report(someone).state == REPORTED


def test_who_has_no_place_reports_nothing(scene):
    with pytest.raises(refusals.NoPlace):
        scene.report(make.person(scene.area))
    assert scene.rows() == []


def test_who_shares_a_place_reports_too(scene):
    holder, partner = make.person(scene.area), make.person(scene.area)
    make.pair(scene.date, holder, partner, state="agreed")
    assert scene.report(partner).person_id == partner.id


def test_what_became_dangerous_takes_no_report_of_a_minor(scene):
    """R009; what was reported before can still be corrected and withdrawn."""
    child = scene.person(born_on=dt.date(2012, 1, 1))
    make.guardian(child)
    report = scene.report(child)
    scene.series.is_dangerous = True
    database.session.commit()
    with at(scene.date.starts_at + DAY + HOUR), pytest.raises(door_refusals.NotForMinors):
        scene.report(child, did_on=scene.first + DAY)
    scene.correct(report, minutes=60)
    assert [row.minutes for row in scene.rows()] == [60]


def test_before_the_first_day_nothing_is_reported(app):
    scene = TaskScene(starts_in=DAY)
    with pytest.raises(refusals.NotYet):
        scene.report(scene.person(), did_on=scene.first)
    assert scene.rows() == []


def test_a_cancelled_task_takes_no_report(scene):
    someone = scene.person()
    scene.date.state = "cancelled"
    database.session.commit()
    with pytest.raises(refusals.TaskCancelled):
        scene.report(someone)


def test_after_recording_nothing_is_reported_or_answered(scene):
    someone = scene.person()
    report = scene.report(someone)
    scene.date.recorded_at = clock.now()
    database.session.commit()
    for deed in (
        lambda: scene.report(someone, did_on=scene.first),
        lambda: scene.correct(report, minutes=5),
        lambda: scene.withdraw(report),
        lambda: scene.confirm(report),
        lambda: scene.refuse(report, reason="不是"),
    ):
        with pytest.raises(refusals.RecordedAlready):
            deed()
    database.session.refresh(report)
    assert (report.state, report.minutes) == (REPORTED, 90)


def test_a_date_with_an_hour_has_no_reports(app):
    scene = Scene()
    someone = scene.person()
    with pytest.raises(NotFound):
        service.report_task(
            actor=make.actor(someone), occurrence_id=scene.date.id, did_on=clock.today(), minutes=30
        )


# --- correcting and withdrawing


def test_an_own_report_is_corrected_until_it_is_answered(scene):
    report = scene.report(scene.person(), picture=photo())
    scene.correct(report, minutes=30, note="只发了一半", picture=photo("blue"))
    assert (report.minutes, report.note) == (30, "只发了一半")
    assert [one.id for one in kept()] == [report.file_id]  # the first picture is gone
    scene.confirm(report)
    with pytest.raises(refusals.Answered):
        scene.correct(report, minutes=300)
    with pytest.raises(refusals.Answered):
        scene.withdraw(report)
    assert report.minutes == 30


def test_a_correction_keeps_the_picture_and_does_not_take_another_day(scene):
    someone = scene.person()
    with at(scene.date.starts_at + DAY + HOUR):
        first = scene.report(someone, picture=photo())
        second = scene.report(someone, did_on=scene.first + DAY)
        with pytest.raises(refusals.SameDay):
            scene.correct(second, did_on=scene.first)
        database.session.rollback()
        scene.correct(first, minutes=10)
    assert first.file_id is not None


def test_withdrawn_the_row_and_its_picture_go(scene):
    report = scene.report(scene.person(), picture=photo())
    scene.withdraw(report)
    assert scene.rows() == []
    assert kept() == []


def test_somebody_elses_report_is_not_found(scene):
    report, stranger = scene.report(scene.person()), scene.person()
    with pytest.raises(NotFound):
        service.correct_task(
            actor=make.actor(stranger), occurrence_id=scene.date.id, report_id=report.id,
            did_on=scene.first, minutes=5,
        )  # fmt: skip
    with pytest.raises(NotFound):
        service.withdraw_task(actor=make.actor(stranger), occurrence_id=scene.date.id, report_id=report.id)
    assert report.minutes == 90


def test_who_gave_the_place_back_may_still_correct_what_was_done(scene):
    someone = scene.person()
    report = scene.report(someone)
    activities.sign_off(actor=make.actor(someone), occurrence_id=scene.date.id)
    scene.correct(report, minutes=20)
    assert report.minutes == 20


def test_only_a_picture(scene):
    paper = files.Prepared(b"%PDF-1.4", files.PDF)
    with pytest.raises(refusals.NotAPhoto):
        scene.report(scene.person(), picture=paper)
    assert (scene.rows(), kept()) == ([], [])


# --- the leader's answer


def test_confirmed_as_written_the_person_is_told(scene):
    someone = scene.person()
    report = scene.report(someone)
    scene.confirm(report)
    assert (report.state, report.minutes, report.answered_by_id) == (CONFIRMED, 90, scene.leader.id)
    assert task_queries.confirmed(scene.date.id) == {someone.id: {scene.first: 90}}
    assert told(someone) == ["attendance_task_confirmed"]


def test_less_needs_a_word_and_more_is_refused(scene):
    someone = scene.person()
    report = scene.report(someone)
    with pytest.raises(refusals.WhyLess):
        scene.confirm(report, minutes=60)
    with pytest.raises(refusals.MoreThanReported):
        scene.confirm(report, minutes=91)
    with pytest.raises(refusals.BadMinutes):
        scene.confirm(report, minutes=0)
    assert (report.state, told(someone)) == (REPORTED, [])
    scene.confirm(report, minutes=60, words="路上的时间不算")
    assert (report.minutes, report.answer) == (60, "路上的时间不算")
    assert told(someone) == ["attendance_task_lowered"]


def test_refused_with_a_reason_only(scene):
    someone = scene.person()
    report = scene.report(someone)
    with pytest.raises(refusals.WhyNot):
        scene.refuse(report, reason="  ")
    assert report.state == REPORTED
    scene.refuse(report, reason="这一天下雨没有做")
    assert (report.state, told(someone)) == (REFUSED, ["attendance_task_refused"])
    assert task_queries.confirmed(scene.date.id) == {}


def test_nobody_answers_an_own_report(scene):
    make.sign_up(scene.date, scene.leader)
    report = scene.report(scene.leader)
    with pytest.raises(refusals.OwnReport):
        scene.confirm(report)
    with pytest.raises(refusals.OwnReport):
        scene.refuse(report, reason="不是")
    assert scene.confirm_all([report]) == 0
    scene.confirm(report, by=make.staff("community_staff", scene.area))
    assert report.state == CONFIRMED


def test_a_stranger_answers_nothing(scene):
    report = scene.report(scene.person())
    for other in (make.leader(make.team(make.community())), make.person(scene.area)):
        with pytest.raises(NotFound):
            scene.confirm(report, by=other)
        with pytest.raises(NotFound):
            scene.refuse(report, by=other, reason="不是")
    assert report.state == REPORTED


def test_a_report_of_another_date_is_not_found(scene):
    report, other = scene.report(scene.person()), TaskScene()
    with pytest.raises(NotFound):
        service.confirm_task(
            actor=make.actor(other.leader), occurrence_id=other.date.id, report_id=report.id, minutes=90
        )


def test_two_leaders_do_not_answer_past_each_other(scene):
    report = scene.report(scene.person())
    seen = seen_as(report)
    scene.confirm(report, seen=seen)
    with pytest.raises(refusals.ChangedMeanwhile):
        scene.refuse(report, reason="不是", seen=seen)
    with pytest.raises(refusals.ChangedMeanwhile):
        scene.refuse(report, reason="不是")
    assert report.state == CONFIRMED
    scene.refuse(report, reason="看错人了", seen=seen_as(report))  # on purpose, while nothing is recorded
    assert report.state == REFUSED


def test_what_was_corrected_meanwhile_is_looked_at_again(scene):
    report = scene.report(scene.person())
    seen = seen_as(report)
    scene.correct(report, minutes=120)
    with pytest.raises(refusals.ChangedMeanwhile):
        scene.confirm(report, minutes=90, words="少一点", seen=seen)
    assert scene.confirm_all([report], seen=[f"{report.id}.{seen}"]) == 0
    assert report.state == REPORTED


def test_a_refused_one_is_not_confirmed_beside_another_of_that_day(scene):
    someone = scene.person()
    first = scene.report(someone)
    scene.refuse(first, reason="写详细一点")
    scene.report(someone, note="发了 40 份")
    with pytest.raises(refusals.AnotherThatDay):
        scene.confirm(first, seen=seen_as(first))
    assert first.state == REFUSED


def test_all_at_once_but_the_own_ones(scene):
    make.sign_up(scene.date, scene.leader)
    mine = scene.report(scene.leader)
    others = [scene.report(scene.person()) for _ in range(3)]
    assert scene.confirm_all([mine, *others]) == 3
    assert [one.state for one in (mine, *others)] == [REPORTED] + [CONFIRMED] * 3
    assert scene.confirm_all([mine, *others]) == 0


# --- no door, other reminders


def test_there_is_no_door(scene):
    someone = scene.person()
    with pytest.raises(door_refusals.NoFixedHour):
        service.open_door(actor=make.actor(scene.leader), occurrence_id=scene.date.id)
    with pytest.raises(door_refusals.NoFixedHour):
        service.check_in(actor=make.actor(someone), occurrence_id=scene.date.id)


def test_the_evening_before_the_last_day_who_wrote_nothing_is_reminded_once(scene):
    lazy, done = scene.person(), scene.person()
    holder, partner = make.person(scene.area), make.person(scene.area)
    make.pair(scene.date, holder, partner, state="agreed")
    scene.report(done)
    evening = clock.at_local(scene.last - DAY, dt.time(18, 0))
    assert service.tell_last_day(evening - dt.timedelta(seconds=1)) == 0
    assert service.tell_last_day(evening) == 6  # three people, inbox and mail
    assert service.tell_last_day(evening + HOUR) == 0
    assert [told(one) for one in (lazy, done, holder, partner)] == [
        ["attendance_task_last_day"], [], ["attendance_task_last_day"], ["attendance_task_last_day"],
    ]  # fmt: skip


def test_who_came_too_late_for_the_reminder_does_not_keep_it_from_others(scene, monkeypatch):
    """However many of them stand before those who are due."""
    monkeypatch.setattr(reminding, "AT_ONCE", 1)
    evening = clock.at_local(scene.last - DAY, dt.time(18, 0))
    with at(evening + HOUR):
        scene.person()
    lazy = TaskScene().person()
    assert service.tell_last_day(evening + 2 * HOUR) == 2
    assert told(lazy) == ["attendance_task_last_day"]


def test_one_person_with_two_records_does_one_day_once(scene):
    kept, gone = scene.person(), scene.person()
    for one in (kept, gone):
        scene.confirm(scene.report(one))
    database.session.commit()
    staff = make.staff("community_staff", scene.area)
    merging.merge(actor=make.actor(staff), kept_id=kept.id, gone_id=gone.id, reason="核对过")
    assert task_queries.confirmed(scene.date.id) == {kept.id: {scene.first: 90}}


@pytest.mark.parametrize("why", ["cancelled", "recorded", "over", "late"])
def test_nobody_is_reminded_in_vain(scene, why):
    evening = clock.at_local(scene.last - DAY, dt.time(18, 0))
    if why == "late":
        with at(evening + HOUR):
            scene.person()
    else:
        scene.person()
    if why == "cancelled":
        scene.date.state = "cancelled"
    if why == "recorded":
        scene.date.recorded_at = clock.now()
    database.session.commit()
    assert service.tell_last_day(scene.date.ends_at if why == "over" else evening + 2 * HOUR) == 0


def test_the_usual_reminders_do_not_speak_of_an_hour(app):
    scene = TaskScene(starts_in=DAY)
    scene.person()
    assert reminders.due(scene.date.starts_at - HOUR) == []


def test_closing_the_account_leaves_nothing_that_nobody_can_answer(scene):
    someone = scene.person()
    scene.report(someone)
    someone.status = "closed"
    database.session.commit()
    assert task_queries.waiting(scene.date.id) == 0
    assert task_queries.of_date(scene.date.id) == []
