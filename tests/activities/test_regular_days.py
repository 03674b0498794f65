"""An edit of the rule drops a weekday that is somebody's for good: told, counted, and moved with one button."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import ALL, LATER
from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing import editing
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.activities.together import refusals as no
from volunteer.activities.together import regulars, words
from volunteer.core import clock, i18n
from volunteer.core.errors import NotFound, Stale
from volunteer.outbox.kinds import KINDS, render
from volunteer.outbox.models import Message
from volunteer.people.models import Person

TUESDAY = dt.date(2026, 11, 24)
WEDNESDAYS_AND_THURSDAYS = NewRule(TUESDAY, "FREQ=WEEKLY;BYDAY=WE,TH")


@pytest.fixture
def series(db: Any) -> Series:
    """On Tuesdays and Thursdays, eight weeks ahead."""
    team = make.team()
    leader = make.leader(team)
    made = make.series(
        team,
        person_in_charge=leader,
        starts_on=TUESDAY,
        recurrence="FREQ=WEEKLY;BYDAY=TU,TH",
        regular_places=5,
    )
    service.extend([made.id])
    db.session.commit()
    return made


def edit(of: Series, rule: NewRule = WEDNESDAYS_AND_THURSDAYS, **more: Any) -> int:
    return service.edit_series(**asked(of, rule), **more)


def asked(of: Series, rule: NewRule = WEDNESDAYS_AND_THURSDAYS, scope: str = ALL) -> dict[str, Any]:
    first = make.db.session.scalars(
        sa.select(Occurrence.id).where(Occurrence.series_id == of.id).order_by(Occurrence.starts_at)
    ).first()
    leader = make.actor(make.db.session.get_one(Person, of.person_in_charge_id))
    return {"actor": leader, "occurrence_id": first, "scope": scope, "wish": Wish(rule=rule)}


def inbox(person: Any) -> list[tuple[str, dict[str, Any]]]:
    statement = sa.select(Message.kind, Message.payload).where(
        Message.person_id == person.id, Message.channel == "inbox"
    )
    return [(row.kind, row.payload) for row in make.db.session.execute(statement.order_by(Message.id))]


def test_who_came_on_that_day_is_told_with_the_editors_words(series: Series) -> None:
    tuesdays, thursdays = make.person(), make.person()
    make.regular(series, tuesdays, weekdays="TU")
    make.regular(series, thursdays, weekdays="TH")
    assert edit(series, words="周二场地要粉刷") == 1
    assert inbox(thursdays) == []
    [(kind, payload)] = inbox(tuesdays)
    _subject, body = render(kind, payload)
    assert "以后周二不办了" in body
    assert body.endswith("负责人说：周二场地要粉刷")
    with i18n.speaking("en"):
        assert payload["lost_en"] == "Tue"
    wanted = KINDS[kind].still_wanted
    assert wanted is not None
    assert wanted(payload, tuesdays.id)
    service.stop_regular(actor=make.actor(tuesdays), regular_id=of(series, tuesdays).id)
    assert not wanted(payload, tuesdays.id)


def of(series: Series, person: Any) -> Any:
    found = regulars.of_person_in(series.id, person.id)
    assert found is not None
    return found


def test_who_comes_every_time_is_asked_about_the_new_day_and_keeps_the_other(series: Series) -> None:
    person = make.person()
    make.regular(series, person)
    assert edit(series) == 1
    [(kind, payload)] = inbox(person)
    assert kind == "regular_day_gone"
    assert "以后周二不办了" in render(kind, payload)[1]
    assert "以后是每周三、周四" in render(kind, payload)[1]
    row = of(series, person)
    assert (row.weekdays, row.state) == ("TU,TH", "running")
    assert regulars.new_days(row, series) == ("WE",)


def test_who_comes_every_time_is_told_of_a_day_less_and_need_not_answer(series: Series) -> None:
    person = make.person()
    make.regular(series, person)
    assert edit(series, NewRule(TUESDAY, "FREQ=WEEKLY;BYDAY=TH")) == 1
    assert [kind for kind, _payload in inbox(person)] == ["regular_days_changed"]
    assert (of(series, person).weekdays, of(series, person).state) == ("", "running")


def test_a_further_day_concerns_nobody(series: Series) -> None:
    make.regular(series, make.person(), weekdays="TU")
    make.regular(series, make.person())
    assert edit(series, NewRule(TUESDAY, "FREQ=WEEKLY;BYDAY=TU,WE,TH")) == 0


def test_the_preview_counts_them_and_is_asked_again_when_one_more_begins(series: Series, db: Any) -> None:
    person, later = make.person(), make.person()
    make.regular(series, person, weekdays="TU")
    shown = editing.rehearse(**asked(series)).outcome
    assert shown.regulars == (person.id,)
    assert shown.has_people
    db.session.rollback()
    make.regular(series, later, weekdays="TU,TH")
    with pytest.raises(Stale):
        edit(series, shown=shown.shown)


def test_of_this_and_later_the_new_series_tells_them(series: Series) -> None:
    person = make.person()
    make.regular(series, person, weekdays="TU")
    later = NewRule(TUESDAY + dt.timedelta(weeks=1), "FREQ=WEEKLY;BYDAY=WE,TH")
    arguments = asked(series, later, LATER)
    arguments["occurrence_id"] += 2
    assert service.edit_series(**arguments) == 1
    [(_kind, payload)] = inbox(person)
    assert payload["series_id"] != series.id


def test_one_button_takes_the_new_day_and_keeps_the_place_in_line(series: Series, db: Any) -> None:
    person = make.person()
    make.regular(series, person, weekdays="TU,TH")
    begun_at = of(series, person).begun_at
    edit(series)
    row = of(series, person)
    assert regulars.new_days(row, series) == ("WE",)
    assert words.state(row, series) == "少了一天"
    service.take_regular_day(actor=make.actor(person), regular_id=row.id, day="WE")
    row = of(series, person)
    assert (row.weekdays, row.begun_at) == ("", begun_at)  # both days of the rule: every time
    assert words.state(row, series) == ""
    for id_ in regulars.due(clock.now()):
        service.sign_up_regulars(id_)
    days = db.session.scalars(
        sa.select(Occurrence.original_on).join(SignUp, SignUp.occurrence_id == Occurrence.id)
    )
    assert {day.weekday() for day in days} == {2, 3}


def test_of_two_days_the_chosen_one_is_taken(series: Series) -> None:
    person = make.person()
    make.regular(series, person, weekdays="TU")
    edit(series)
    row = of(series, person)
    assert regulars.new_days(row, series) == ("WE", "TH")
    assert words.state(row, series) == "日子没有了"
    service.take_regular_day(actor=make.actor(person), regular_id=row.id, day="TH")
    assert of(series, person).weekdays == "TH"


def test_control_without_the_button_it_takes_nothing(series: Series, db: Any) -> None:
    """What the message is for."""
    make.regular(series, make.person(), weekdays="TU")
    edit(series)
    assert sum(service.sign_up_regulars(id_) for id_ in regulars.due(clock.now())) == 0


@pytest.mark.parametrize("day", ["TU", "", "XX", "TU,TH"])
def test_a_day_that_the_rule_does_not_have_is_refused(series: Series, day: str) -> None:
    person = make.person()
    row = make.regular(series, person, weekdays="TU")
    edit(series)
    with pytest.raises(no.ChooseDays):
        service.take_regular_day(actor=make.actor(person), regular_id=row.id, day=day)


def test_nobody_else_changes_it_and_not_once_it_has_stopped(series: Series) -> None:
    person = make.person()
    row = make.regular(series, person, weekdays="TU")
    with pytest.raises(NotFound):
        service.take_regular_day(actor=make.actor(make.person()), regular_id=row.id, day="TH")
    service.stop_regular(actor=make.actor(person), regular_id=row.id)
    with pytest.raises(no.NotRegularNow):
        service.take_regular_day(actor=make.actor(person), regular_id=row.id, day="TH")


def test_a_series_that_has_ended_gives_no_day(series: Series, db: Any) -> None:
    person = make.person()
    row = make.regular(series, person, weekdays="TU")
    series.state = "ended"
    db.session.commit()
    with pytest.raises(refusals.SeriesEnded):
        service.take_regular_day(actor=make.actor(person), regular_id=row.id, day="TH")


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        ("FREQ=WEEKLY", ("TU",)),
        ("FREQ=WEEKLY;BYDAY=TH,TU", ("TU", "TH")),
        ("FREQ=MONTHLY;BYDAY=1SA", ("SA",)),
        ("FREQ=MONTHLY", regulars.WEEKDAYS),
        ("FREQ=DAILY", regulars.WEEKDAYS),
        (None, regulars.WEEKDAYS),
    ],
)
def test_the_weekdays_of_a_rule(recurrence: str | None, expected: tuple[str, ...]) -> None:
    rule = SimpleNamespace(recurrence=recurrence, offset=None, starts_on=TUESDAY)
    assert regulars.days_of(rule) == expected
    if recurrence:
        rule.offset = "-3"
        assert regulars.days_of(rule) == regulars.WEEKDAYS


@pytest.mark.portable
def test_the_page_says_so_and_moves_with_one_press(series: Series, client_for: Any) -> None:
    person = make.person()
    make.regular(series, person, weekdays="TU")
    edit(series)
    make.db.session.commit()
    client = client_for(person)
    page = client.get(f"/series/{series.id}/regular").text
    assert "周二不办了" in page
    assert "正在替您报名" not in page
    assert page.count("/day") == 2
    assert "日子没有了" in client.get("/my-activities").text
    regular_id = of(series, person).id
    client.post(f"/regulars/{regular_id}/day", data={"day": "WE"})
    assert "每个周三都来" in client.get(f"/series/{series.id}/regular").text
