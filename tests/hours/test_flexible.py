"""The roll call of a task without a fixed hour: confirmed minutes, and nobody absent in silence."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests import make
from tests.attendance.scene import at
from tests.attendance.tasks import TaskScene
from volunteer.attendance.service.task_answers import seen_as
from volunteer.core.database import db as database
from volunteer.hours import planned, roll_call, service
from volunteer.hours.models import ServiceRecord
from volunteer.hours.service import Mark, reported
from volunteer.hours.service.limits import TooMuchInADay
from volunteer.hours.service.printing import NotOnPaper
from volunteer.ledger import service as ledger

DAY = dt.timedelta(days=1)


@pytest.fixture
def scene(app):
    return TaskScene()


def plan_of(scene):
    found = planned.load(scene.date.id)
    assert found is not None
    return found


def record(scene, *marks):
    marks = marks or roll_call.fresh(plan_of(scene)).marks()
    batch = service.record(actor=make.actor(scene.leader), occurrence_id=scene.date.id, marks=list(marks))
    database.session.commit()
    return batch


def minutes_of(person):
    return ledger.balance(ledger.account(book="hours", owner_kind="person", owner_id=person.id))


def done(scene, person, **more):
    report = scene.report(person, **more)
    scene.confirm(report)
    return report


def test_confirmed_minutes_are_recorded_as_they_are_and_nothing_is_asked(scene):
    one, other, nobody = scene.person(), scene.person(), scene.person()
    with at(scene.date.starts_at + 2 * DAY):
        done(scene, one, minutes=70)
        done(scene, one, did_on=scene.first + DAY, minutes=45)
        done(scene, other, minutes=90)
    call = roll_call.fresh(plan_of(scene))
    assert [(line.person.id, line.attendance, line.minutes) for line in call.lines] == [
        (one.id, "auto", 115), (other.id, "auto", 90),
    ]  # fmt: skip
    assert (call.waiting, call.is_right) == (0, True)
    assert [[choice.value for choice in line.choices] for line in call.lines] == [["auto"], ["auto"]]
    assert [person.id for person in call.left_out] == [nobody.id]
    record(scene)
    assert [minutes_of(person) for person in (one, other, nobody)] == [115, 90, 0]
    rows = database.session.scalars(sa.select(ServiceRecord).order_by(ServiceRecord.person_id)).all()
    assert [(row.person_id, row.attendance, row.source) for row in rows] == [
        (one.id, "present", "leader"), (other.id, "present", "leader"),
    ]  # fmt: skip


def test_present_gives_the_usual_minutes_and_never_the_window(scene):
    plan = plan_of(scene)
    assert (plan.minutes, plan.credited("present", 0), plan.most_minutes) == (90, 90, 7 * 1440)
    someone = scene.person()
    record(scene, Mark(someone.id, "present"))
    assert minutes_of(someone) == 90


def test_who_wrote_nothing_is_put_on_the_list_by_hand_and_then_counts(scene):
    someone = scene.person()
    call = roll_call.filled(plan_of(scene), Form(do=f"add:{someone.id}"))
    line = call.lines[0]
    assert (line.name, line.is_droppable, [choice.value for choice in line.choices]) == (
        someone.name, True, ["present", "excused", "absent"],
    )  # fmt: skip
    assert call.left_out == []
    call = roll_call.filled(plan_of(scene), Form(walk_in=str(someone.id), **{f"mark-{someone.id}": "absent"}))
    record(scene, *call.marks())
    assert [row.attendance for row in database.session.query(ServiceRecord)] == ["absent"]


def test_who_reported_and_gave_the_place_back_is_not_forgotten(scene):
    someone = scene.person()
    done(scene, someone)
    database.session.execute(sa.text("UPDATE sign_up SET state = 'withdrawn'"))
    database.session.commit()
    record(scene)
    assert minutes_of(someone) == 90


def test_nothing_is_recorded_while_a_report_waits(scene):
    one, other = scene.person(), scene.person()
    done(scene, one)
    scene.report(other)
    with pytest.raises(reported.ReportsWait):
        record(scene)
    database.session.rollback()
    assert database.session.query(ServiceRecord).count() == 0
    assert roll_call.fresh(plan_of(scene)).unanswered == 1


@pytest.mark.parametrize("minutes", [91, 89, 0])
def test_other_minutes_than_the_confirmed_ones_are_refused(scene, minutes):
    someone = scene.person()
    done(scene, someone)
    with pytest.raises(reported.ReportsChanged):
        record(scene, Mark(someone.id, "present", minutes=minutes))
    with pytest.raises(reported.ReportsChanged):
        record(scene, Mark(someone.id, "present"))
    with pytest.raises(reported.ReportsChanged):  # minutes without a report
        record(scene, Mark(someone.id, "present", minutes=90), Mark(scene.person().id, "present", minutes=5))
    database.session.rollback()
    assert database.session.query(ServiceRecord).count() == 0


def test_hours_of_a_week_are_not_hours_of_a_day(scene):
    """R036: ten hours over four days need nobody's approval."""
    someone = scene.person()
    with at(scene.date.starts_at + 4 * DAY):
        for days in range(4):
            done(scene, someone, did_on=scene.first + days * DAY, minutes=150)
        record(scene)
    assert minutes_of(someone) == 600


def test_the_days_limit_counts_by_the_day_of_the_report(scene):
    someone = scene.person()
    other = make.series(scene.team, duration_minutes=400)
    date = make.occurrence(other, starts_at=scene.date.starts_at + DAY)
    make.sign_up(date, someone)
    with at(scene.date.starts_at + 3 * DAY):
        service.record(
            actor=make.actor(scene.leader), occurrence_id=date.id, marks=[Mark(someone.id, "present")]
        )
        done(scene, someone, did_on=scene.first + DAY, minutes=81)
        with pytest.raises(TooMuchInADay):
            record(scene)
        database.session.rollback()
    assert database.session.query(ServiceRecord).count() == 1


def test_recorded_reports_count_on_their_day_for_what_comes_later(scene):
    someone = scene.person()
    other = make.series(scene.team, duration_minutes=400)
    on_report_day = make.occurrence(other, starts_at=scene.date.starts_at + DAY)
    on_first_day = make.occurrence(other, starts_at=scene.date.starts_at)
    with at(scene.date.starts_at + 3 * DAY):
        done(scene, someone, did_on=scene.first + DAY, minutes=81)
        record(scene)
        actor, marks = make.actor(scene.leader), [Mark(someone.id, "present")]
        with pytest.raises(TooMuchInADay):
            service.record(actor=actor, occurrence_id=on_report_day.id, marks=marks)
        service.record(actor=actor, occurrence_id=on_first_day.id, marks=marks)


def test_there_is_no_paper_list(scene):
    scene.person()
    with pytest.raises(NotOnPaper):
        service.print_roster(actor=make.actor(scene.leader), occurrence_id=scene.date.id)


def test_after_a_reversal_the_reports_can_be_answered_anew(scene):
    someone = scene.person()
    report = done(scene, someone)
    batch = record(scene)
    service.reverse(actor=make.actor(scene.leader), batch_id=batch.id, reason="看错了一条")
    database.session.commit()
    database.session.refresh(report)
    scene.confirm(report, minutes=30, words="只做了半小时", seen=seen_as(report))
    record(scene)
    assert minutes_of(someone) == 30


def test_my_time_says_where_the_minutes_come_from(scene, client_for):
    someone = scene.person()
    done(scene, someone)
    record(scene)
    assert "按确认的完成情况记" in client_for(someone).get("/my-time").text


def test_the_roll_call_page_of_a_task(scene, client_for):
    one, nobody = scene.person(), scene.person()
    done(scene, one)
    scene.report(waiting := scene.person())
    leader = client_for(scene.leader)
    page = leader.get(f"/activities/{scene.date.id}/roll-call").text
    assert "按完成情况" in page
    assert "还有 1 条完成情况没看" in page
    assert nobody.name in page
    assert "延长了多少分钟" not in page
    assert "打印签到表" not in page
    scene.confirm(scene.rows()[-1])
    answer = leader.post(f"/activities/{scene.date.id}/roll-call", data={})
    assert answer.status_code == 303
    assert [minutes_of(person) for person in (one, waiting, nobody)] == [90, 90, 0]


class Form(dict):
    """What a browser sends."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []
