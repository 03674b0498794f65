"""R041: hours not recorded and nobody rated, ten working days after the end; what waits for approval is not late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from tests import make
from volunteer.core import clock
from volunteer.hours import for_leaders, service, to_answer
from volunteer.hours.models import ServiceRecord
from volunteer.hours.service import rating
from volunteer.reports import waiting


def test_a_roll_call_is_overdue_after_ten_working_days(app: Any) -> None:
    """Ended on Friday, 6 November: due on Friday the 20th, overdue on Saturday the 21st, which is today."""
    team = make.team()
    for day in (6, 9):
        make.sign_up(
            make.occurrence(make.series(team), starts_at=clock.at_local(dt.date(2026, 11, day), dt.time(9)))
        )
    with app.test_request_context():
        late, timely = for_leaders.roll_calls([team.id])[team.id]
    assert (late.kind, timely.kind) == ("urgent", "")
    assert (late.text, late.amount) == ("请尽快点名", "1 位邻居")


def test_the_national_holiday_does_not_count(app: Any) -> None:
    """R042: from 28 September ten working days reach to 16 October."""
    team = make.team()
    with clock.fixed(clock.at_local(dt.date(2026, 9, 28), dt.time(18))):
        make.sign_up(make.occurrence(make.series(team), starts_at=clock.now() - dt.timedelta(hours=4)))
    for day, kind in ((16, ""), (17, "urgent")):
        with clock.fixed(clock.at_local(dt.date(2026, 10, day), dt.time(12))), app.test_request_context():
            [todo] = for_leaders.roll_calls([team.id])[team.id]
            assert todo.kind == kind


def recorded(team: Any, day: int) -> Any:
    """A date of this November with one volunteer, recorded by the leader the day after."""
    leader, volunteer = make.leader(team), make.person()
    date = make.occurrence(make.series(team), starts_at=clock.at_local(dt.date(2026, 11, day), dt.time(9)))
    make.sign_up(date, volunteer)
    with clock.fixed(date.ends_at + dt.timedelta(days=1)):
        service.record(
            actor=make.actor(leader), occurrence_id=date.id, marks=[service.Mark(volunteer.id, "present")]
        )
    date.leader, date.volunteer = leader, volunteer
    return date


def test_ratings_are_overdue_after_ten_working_days_as_well(app: Any, db: Any) -> None:
    """R041, R048: of two dates the leader reads the oldest and how many there are."""
    team = make.team()
    first, second = recorded(team, 5), recorded(team, 6)
    recorded(team, 9)
    with app.test_request_context():
        [todo] = for_leaders.overdue_ratings([team.id])[team.id]
        assert (todo.count, todo.kind, todo.href) == (2, "urgent", f"/activities/{first.id}/ratings")
        assert todo.amount == "2 场"
        for date in (first, second):
            rating.rate_people(
                actor=make.actor(date.leader), occurrence_id=date.id, stars={date.volunteer.id: 5}
            )
        assert for_leaders.overdue_ratings([team.id]) == {}


def test_however_much_one_team_left_undone_the_others_are_told_too(app: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(for_leaders, "MOST_SHOWN", 1)
    busy, other = make.team(), make.team()
    recorded(busy, 4)
    recorded(busy, 5)
    recorded(other, 6)
    with app.test_request_context():
        found = for_leaders.overdue_ratings([busy.id, other.id])
    assert {team_id: todo.count for team_id, [todo] in found.items()} == {busy.id: 2, other.id: 1}


def test_the_calendar_is_read_once_for_roll_calls_and_ratings(app: Any, count_statements: Any) -> None:
    team = make.team()
    recorded(team, 5)
    make.sign_up(
        make.occurrence(make.series(team), starts_at=clock.at_local(dt.date(2026, 11, 9), dt.time(9)))
    )
    sent = count_statements()
    sent.clear()
    with app.test_request_context():
        for_leaders.roll_calls([team.id])
        for_leaders.overdue_ratings([team.id])
    assert sum("FROM calendar_year" in statement for statement in sent) == 1


def test_what_nobody_rated_is_looked_for_once(app: Any, count_statements: Any) -> None:
    team = make.team()
    recorded(team, 5)
    sent = count_statements()
    sent.clear()
    with app.test_request_context():
        assert for_leaders.overdue_ratings([team.id])
    assert sum("FROM occurrence" in statement for statement in sent) == 1


def test_nobody_has_to_rate_where_nobody_else_came(app: Any, db: Any) -> None:
    team = make.team()
    date = recorded(team, 5)
    db.session.execute(sa.update(ServiceRecord).values(attendance="excused"))
    with app.test_request_context():
        assert for_leaders.overdue_ratings([team.id]) == {}
        db.session.execute(sa.update(ServiceRecord).values(attendance="present", person_id=date.leader.id))
        assert for_leaders.overdue_ratings([team.id]) == {}


def test_what_was_a_year_ago_is_not_asked_for(app: Any, db: Any) -> None:
    team = make.team()
    recorded(team, 5)
    with clock.fixed(clock.now() + dt.timedelta(days=61)), app.test_request_context():
        assert for_leaders.overdue_ratings([team.id]) == {}


def test_hours_that_were_handed_in_wait_for_approval_and_not_for_the_leader(app: Any, db: Any) -> None:
    area = make.community()
    team = make.team(area)
    date = make.occurrence(make.series(team), starts_at=clock.at_local(dt.date(2026, 11, 6), dt.time(9)))
    make.sign_up(date)
    kinds = [waiting.by_key(key) for key in ("late", "unrecorded")]
    with app.test_request_context():
        assert [len(waiting.lines(kind, (area.path,))[0]) for kind in kinds] == [1, 0]
        make.proposal(date, make.leader(team))
        [todo] = for_leaders.roll_calls([team.id])[team.id]
        assert [len(waiting.lines(kind, (area.path,))[0]) for kind in kinds] == [0, 0]
        assert len(db.session.execute(to_answer.proposals_waiting((area.path,))).all()) == 1
    assert todo.kind == ""
    assert "等批准" in todo.text


def test_the_desk_lists_dates_that_nobody_rated(app: Any, db: Any) -> None:
    area = make.community()
    date = recorded(make.team(area), 5)
    recorded(make.team(make.community()), 5)
    with app.test_request_context():
        [line], _more = waiting.lines(waiting.by_key("unrated"), (area.path,))
    assert (line.id, line.href) == (date.id, f"/activities/{date.id}/ratings")
