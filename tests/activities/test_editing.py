"""Editing the later dates of a series or all of them: nobody's place is lost, nothing comes twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import ALL, CANCEL, KEEP, LATER, MOVE
from volunteer.activities.models import (
    ENDED,
    Occurrence,
    OccurrencePosition,
    Position,
    Regular,
    Series,
    SeriesRequirement,
    SeriesShift,
    SeriesTheme,
    SignUp,
    StaffingReceiver,
)
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing import editing, ending
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.activities.service.repeating import generating
from volunteer.core import clock
from volunteer.core.errors import NotFound, Refused, Stale
from volunteer.outbox.models import Message

TUESDAY = dt.date(2026, 11, 24)
WEEK, DAY, HOUR = dt.timedelta(weeks=1), dt.timedelta(days=1), dt.timedelta(hours=1)
TO_WEDNESDAYS = NewRule(TUESDAY + DAY, "FREQ=WEEKLY;BYDAY=WE")


@dataclass
class At:
    """A weekly series on Tuesdays at three, made eight weeks ahead, and who leads it."""

    series: Series
    leader: Any

    def dates(self, series_id: int | None = None) -> list[Occurrence]:
        statement = sa.select(Occurrence).where(Occurrence.series_id == (series_id or self.series.id))
        return list(make.db.session.scalars(statement.order_by(Occurrence.starts_at, Occurrence.id)))

    def coming(self, series_id: int | None = None) -> list[Occurrence]:
        return [row for row in self.dates(series_id) if row.state != "cancelled"]

    def edit(self, scope: str = ALL, of: int = 0, **more: Any) -> int:
        wish = Wish(more.pop("values", {}), more.pop("times", {}), more.pop("rule", None))
        told = service.edit_series(
            actor=self.leader, occurrence_id=self.coming()[of].id, scope=scope, wish=wish, **more
        )
        make.db.session.commit()
        return told

    def generate(self) -> int:
        """Another round of the job, with all that was made forgotten: it looks at every day again."""
        make.db.session.execute(sa.update(Series).values(made_until=None))
        ids = list(make.db.session.scalars(sa.select(Series.id)))
        made = service.extend(ids)
        make.db.session.commit()
        return made


@pytest.fixture
def at(db: Any) -> At:
    team = make.team()
    leader = make.leader(team)
    series = make.series(
        team, person_in_charge=leader, starts_on=TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=TU", content="打扫"
    )
    service.extend([series.id])
    db.session.commit()
    return At(series, make.actor(leader))


def told(kind: str) -> list[int]:
    """Whom a kind of message in the inbox went to."""
    statement = sa.select(Message.person_id).where(Message.kind == kind, Message.channel == "inbox")
    return list(make.db.session.scalars(statement.order_by(Message.person_id)))


def local(row: Occurrence) -> tuple[dt.date, dt.time]:
    moment = clock.local(row.starts_at)
    return moment.date(), moment.time()


def live(row: Occurrence) -> int:
    statement = sa.select(sa.func.count()).where(SignUp.occurrence_id == row.id, SignUp.state == "signed_up")
    return make.db.session.scalar(statement)


def test_all_coming_dates_get_the_new_time_and_only_who_is_hit_hears_of_it_once(at: At) -> None:
    first, second, *_ = at.coming()
    person = make.sign_up(first).person_id
    make.sign_up(second, make.db.session.get_one(make.Person, person))
    numbers = [row.issue_number for row in at.coming()]
    assert at.edit(times={0: (dt.time(9, 30), 90)}) == 1
    assert {local(row)[1] for row in at.coming()} == {dt.time(9, 30)}
    assert {row.ends_at - row.starts_at for row in at.coming()} == {dt.timedelta(minutes=90)}
    assert [row.issue_number for row in at.coming()] == numbers
    assert told("activity_dates_changed") == [person]
    assert {row.sequence for row in at.coming()} == {1}


def test_a_changed_place_of_one_date_of_a_person_is_told_with_the_editors_words(at: At) -> None:
    person = make.sign_up(at.coming()[2]).person_id
    assert at.edit(values={"place": "二楼"}, words="一楼在粉刷") == 1
    note = make.db.session.scalars(sa.select(Message).where(Message.kind == "activity_changed")).first()
    assert (note.person_id, note.payload["place"], note.payload["words"]) == (person, "二楼", "一楼在粉刷")


def test_what_people_cannot_see_in_their_diary_is_not_told(at: At) -> None:
    make.sign_up(at.coming()[0])
    assert at.edit(values={"title": "新名字", "capacity": 30}) == 0
    assert {row.capacity for row in at.coming()} == {30}
    assert {row.sequence for row in at.coming()} == {0}


def test_words_without_a_change_of_time_reach_everybody_once(at: At) -> None:
    first, second, *_ = at.coming()
    person = make.sign_up(first).person_id
    make.sign_up(second, make.db.session.get_one(make.Person, person))
    assert at.edit(values={"content": "请带手套"}, words="请带手套") == 1
    assert told("activity_dates_word") == [person]


def test_past_dates_stay_as_they_were(at: At) -> None:
    with clock.fixed(clock.at_local(TUESDAY + DAY, dt.time(12))):
        at.edit(values={"place": "二楼"}, times={0: (dt.time(9), 60)}, of=1)
    assert (at.dates()[0].place, local(at.dates()[0])) == ("社区广场", (TUESDAY, dt.time(15)))
    assert {row.place for row in at.dates()[1:]} == {"二楼"}


def test_dates_edited_by_hand_keep_what_was_edited(at: At) -> None:
    first, second, third, *_ = at.coming()
    new = first.starts_at + 2 * DAY
    service.edit_date(
        actor=at.leader, occurrence_id=first.id, wish=DateWish(starts_at=new, ends_at=new + HOUR)
    )
    service.edit_date(actor=at.leader, occurrence_id=second.id, wish=DateWish(place="河边"))
    assert [first.edited, second.edited] == ["starts_at", "place"]
    at.edit(values={"place": "二楼"}, times={0: (dt.time(9), 60)})
    assert (first.starts_at, first.place) == (new, "二楼")
    assert (local(second)[1], second.place) == (dt.time(9), "河边")
    assert (local(third)[1], third.place) == (dt.time(9), "二楼")


@pytest.mark.parametrize("scope", [LATER, ALL])
@pytest.mark.parametrize("choice", [KEEP, MOVE, CANCEL])
def test_a_date_with_people_that_loses_its_day(at: At, scope: str, choice: str) -> None:
    date = at.coming()[2]
    others = len(at.coming()) - 1
    row = make.sign_up(date)
    count = at.edit(
        scope,
        1,
        rule=NewRule(TUESDAY + WEEK + DAY, "FREQ=WEEKLY;BYDAY=WE"),
        choices={date.id: choice},
        words="改到周三",
    )
    make.db.session.refresh(date)
    assert count == 1
    assert live(date) == date.taken == 1
    new = [r for r in at.coming(date.series_id) if r.id != date.id and local(r)[0] > TUESDAY + DAY]
    assert {local(r)[0].weekday() for r in new} == {2}
    if choice == KEEP:
        assert (local(date)[0], date.edited, date.state) == (TUESDAY + 2 * WEEK, "starts_at", "published")
        assert told("activity_word") == [row.person_id]
    if choice == MOVE:
        assert (local(date)[0], date.edited, date.state) == (TUESDAY + 2 * WEEK + DAY, "", "published")
        assert told("activity_changed") == [row.person_id]
        assert len(new) == others - 1
    if choice == CANCEL:
        assert (date.state, date.cancelled_reason) == ("cancelled", "改到周三")
        assert told("activity_cancelled") == [row.person_id]


def test_without_a_choice_a_date_with_people_stays(at: At) -> None:
    date = at.coming()[2]
    make.sign_up(date)
    at.edit(rule=TO_WEDNESDAYS)
    make.db.session.refresh(date)
    assert (local(date)[0], date.state, date.taken) == (TUESDAY + 2 * WEEK, "published", 1)


def test_cancelling_by_an_edit_needs_words(at: At) -> None:
    date = at.coming()[2]
    make.sign_up(date)
    with pytest.raises(refusals.WordsNeeded):
        at.edit(rule=TO_WEDNESDAYS, choices={date.id: CANCEL}, words="  ")
    make.db.session.rollback()
    assert make.db.session.get_one(Series, at.series.id).recurrence == "FREQ=WEEKLY;BYDAY=TU"
    assert make.db.session.get_one(Occurrence, date.id).state == "published"


def test_empty_dates_go_along_with_the_rule_and_keep_their_numbers(at: At) -> None:
    before = [(row.id, row.issue_number) for row in at.coming()]
    assert at.edit(rule=TO_WEDNESDAYS) == 0
    assert [(row.id, row.issue_number) for row in at.coming()] == before
    assert {local(row)[0].weekday() for row in at.coming()} == {2}
    assert told("activity_changed") == []


def test_empty_dates_that_have_no_day_any_more_come_back_with_the_old_rule(at: At) -> None:
    days = [local(row)[0] for row in at.coming()]
    at.edit(rule=NewRule(TUESDAY, "FREQ=MONTHLY;BYDAY=4TU"))
    assert len(at.coming()) < len(days)
    numbers = {row.issue_number for row in at.dates()}
    at.edit(rule=NewRule(TUESDAY, "FREQ=WEEKLY;BYDAY=TU"))
    assert [local(row)[0] for row in at.coming()] == days
    assert {row.issue_number for row in at.dates()} == numbers


@pytest.mark.parametrize("scope", [LATER, ALL])
def test_the_old_time_never_comes_back(at: At, scope: str) -> None:
    """What was moved, edited, cancelled or moved along with the rule is not made a second time."""
    moved, cancelled, with_people, *_ = at.coming()
    make.sign_up(with_people)
    make.sign_up(cancelled)
    start = moved.starts_at + 3 * DAY
    service.edit_date(
        actor=at.leader, occurrence_id=moved.id, wish=DateWish(starts_at=start, ends_at=start + HOUR)
    )
    service.cancel_occurrence(actor=at.leader, occurrence_id=cancelled.id, reason="下雨")
    at.edit(scope, times={0: (dt.time(9), 60)})
    days = [local(row) for row in at.dates(moved.series_id)]
    assert at.generate() == 0
    assert [local(row) for row in at.dates(moved.series_id)] == days


def test_control_a_date_made_for_its_time_would_come_back(at: At) -> None:
    """The guard is that a date remembers its day: forget it, and the old time is made again."""
    moved = at.coming()[0]
    start = moved.starts_at + 3 * DAY
    service.edit_date(
        actor=at.leader, occurrence_id=moved.id, wish=DateWish(starts_at=start, ends_at=start + HOUR)
    )
    moved.original_on = local(moved)[0]
    make.db.session.commit()
    assert at.generate() == 1


@pytest.mark.parametrize("scope", [LATER, ALL])
def test_numbers_are_not_used_again(at: At, scope: str) -> None:
    service.cancel_occurrence(actor=at.leader, occurrence_id=at.coming()[-1].id, reason="下雨")
    highest = max(row.issue_number for row in at.dates())
    at.edit(scope, of=1, rule=NewRule(TUESDAY + WEEK, "FREQ=DAILY"))
    rows = list(make.db.session.scalars(sa.select(Occurrence)))
    numbers = [row.issue_number for row in rows]
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) == highest + len([n for n in numbers if n > highest])


def test_this_and_later_splits_the_series(at: At, db: Any) -> None:
    series, team = at.series, at.series.team_id
    position = make._keep(Position(series_id=series.id, name="引导员", capacity=5))
    series.has_positions = True
    for row in at.coming():
        db.session.add(OccurrencePosition(occurrence_id=row.id, position_id=position.id, capacity=5))
    regular = make.person()
    for row in (
        SeriesRequirement(series_id=series.id, kind="training", name="急救培训"),
        SeriesShift(series_id=series.id, number=1, start_time=dt.time(19), duration_minutes=60),
        SeriesTheme(series_id=series.id, month=dt.date(2026, 12, 1), text="冬天"),
        StaffingReceiver(series_id=series.id, person_id=at.leader.id),
        Regular(
            series_id=series.id,
            person_id=regular.id,
            position_id=position.id,
            begun_at=clock.now(),
            begun_by_id=regular.id,
        ),
    ):
        make._keep(row)
    at.generate()
    chosen = at.coming()[6]
    sign_up = make.sign_up(chosen)
    sign_up.position_id = position.id
    db.session.commit()
    at.edit(LATER, 6, values={"title": "新名字"})
    db.session.refresh(chosen)
    new = db.session.get_one(Series, chosen.series_id)
    assert (new.follows_id, new.title, new.team_id, new.starts_on) == (
        series.id,
        "新名字",
        team,
        chosen.original_on,
    )
    assert (series.title, series.ends_on) == ("周五卫生大扫除", chosen.original_on - DAY)
    assert len(at.coming()) == 6
    assert min(row.original_on for row in at.dates(new.id)) == chosen.original_on
    twin = db.session.scalars(sa.select(Position).where(Position.series_id == new.id)).one()
    assert db.session.get_one(SignUp, sign_up.id).position_id == twin.id
    posts = sa.select(OccurrencePosition.position_id).where(OccurrencePosition.occurrence_id == chosen.id)
    assert db.session.scalars(posts).all() == [twin.id]
    for model in (SeriesRequirement, SeriesShift, SeriesTheme, StaffingReceiver):
        count = sa.select(sa.func.count()).select_from(model).where(model.series_id == new.id)
        assert db.session.scalar(count) == 1, model
    again = db.session.scalars(sa.select(Regular).where(Regular.series_id == new.id)).one()
    assert (again.person_id, again.position_id, again.state) == (regular.id, twin.id, "running")
    assert at.generate() == 0


def test_this_and_later_of_the_first_date_is_the_whole_series(at: At) -> None:
    at.edit(LATER, 0, values={"title": "新名字"})
    assert make.db.session.scalar(sa.select(sa.func.count()).select_from(Series)) == 1
    assert at.series.title == "新名字"


def test_what_is_left_of_a_counted_rule_goes_on(at: At, db: Any) -> None:
    at.series.most_dates = 10
    db.session.commit()
    at.edit(LATER, 3, values={"title": "新名字"})
    new = db.session.scalars(sa.select(Series).where(Series.follows_id == at.series.id)).one()
    assert (at.series.most_dates, new.most_dates) == (10, 7)


def test_a_capacity_below_the_people_who_are_there_keeps_room_for_them(at: At) -> None:
    date = at.coming()[0]
    for _ in range(3):
        make.sign_up(date)
    at.edit(values={"capacity": 2})
    assert [row.capacity for row in at.coming()][:2] == [3, 2]


def test_who_is_busy_at_the_new_time_keeps_both_places_and_is_told(at: At) -> None:
    date = at.coming()[0]
    person = make.person()
    make.sign_up(date, person)
    other = make.occurrence(make.series(title="读书会"), starts_at=clock.at_local(TUESDAY, dt.time(9, 30)))
    make.sign_up(other, person)
    done = editing.rehearse(
        actor=at.leader, occurrence_id=date.id, scope=ALL, wish=Wish(times={0: (dt.time(9), 60)})
    )
    assert done.outcome.busy == {date.id: (person.id,)}
    make.db.session.rollback()
    at.edit(times={0: (dt.time(9), 60)})
    note = make.db.session.scalars(sa.select(Message).where(Message.kind == "activity_changed")).first()
    assert note.payload["busy_with"] == "读书会"
    assert (live(date), live(other)) == (1, 1)


def test_dates_that_move_together_are_not_in_each_others_way(at: At) -> None:
    """The morning moves to where the afternoon was, and the afternoon further on."""
    make._keep(SeriesShift(series_id=at.series.id, number=1, start_time=dt.time(18), duration_minutes=60))
    at.generate()
    person = make.person()
    for row in [row for row in at.coming() if local(row)[0] == TUESDAY]:
        make.sign_up(row, person)
    done = editing.rehearse(
        actor=at.leader,
        occurrence_id=at.coming()[0].id,
        scope=ALL,
        wish=Wish(times={0: (dt.time(18), 60), 1: (dt.time(20), 60)}),
    )
    assert len(done.outcome.moved) == len(at.coming())
    assert done.outcome.busy == {}


def test_somebody_signs_up_between_the_look_and_the_press(at: At) -> None:
    date = at.coming()[2]
    wish = Wish(rule=TO_WEDNESDAYS)
    shown = editing.rehearse(actor=at.leader, occurrence_id=date.id, scope=ALL, wish=wish).shown
    make.db.session.rollback()
    make.sign_up(date)
    with pytest.raises(Stale):
        service.edit_series(actor=at.leader, occurrence_id=date.id, scope=ALL, wish=wish, shown=shown)
    make.db.session.rollback()
    assert local(at.coming()[0])[0] == TUESDAY
    shown = editing.rehearse(actor=at.leader, occurrence_id=date.id, scope=ALL, wish=wish).shown
    make.db.session.rollback()
    service.edit_series(actor=at.leader, occurrence_id=date.id, scope=ALL, wish=wish, shown=shown)
    make.db.session.commit()
    assert (local(date)[0], live(date)) == (TUESDAY + 2 * WEEK, 1)


def test_one_date_alone_is_edited_with_its_series(db: Any) -> None:
    team = make.team()
    leader = make.leader(team)
    series = make.series(team, starts_on=TUESDAY)
    service.extend([series.id])
    date = db.session.scalars(sa.select(Occurrence)).one()
    row = make.sign_up(date)
    wish = Wish({"place": "河边"}, {0: (dt.time(8), 60)}, NewRule(TUESDAY + 10 * WEEK))
    count = service.edit_series(
        actor=make.actor(leader), occurrence_id=date.id, scope=ALL, wish=wish, note="带伞"
    )
    assert count == 1
    assert (local(date), date.place, date.note) == ((TUESDAY + 10 * WEEK, dt.time(8)), "河边", "带伞")
    assert told("activity_changed") == [row.person_id]
    assert service.extend([series.id]) == 0


def test_strangers_edit_nothing(at: At) -> None:
    stranger = make.actor(make.leader(make.team()))
    date = at.coming()[0]
    for deed in (
        lambda: service.edit_series(
            actor=stranger, occurrence_id=date.id, scope=ALL, wish=Wish({"place": "别处"})
        ),
        lambda: service.edit_series(actor=at.leader, occurrence_id=10**12, scope=ALL, wish=Wish()),
        lambda: service.end_series(actor=stranger, series_id=at.series.id, on=TUESDAY, reason="不办了"),
    ):
        with pytest.raises(NotFound):
            deed()
    make.db.session.rollback()
    assert {row.place for row in at.coming()} == {"社区广场"}


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish({"title": " "}), refusals.NotComplete),
        (Wish({"risk_statement": ""}), refusals.NotComplete),
        (Wish(rule=NewRule(dt.date(2026, 11, 1), "FREQ=DAILY")), refusals.BeginsTooEarly),
    ],
)
def test_what_cannot_be_edited_so(at: At, wish: Wish, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        service.edit_series(actor=at.leader, occurrence_id=at.coming()[0].id, scope=ALL, wish=wish)
    make.db.session.rollback()
    assert make.db.session.get_one(Series, at.series.id).recurrence == "FREQ=WEEKLY;BYDAY=TU"


def test_an_ended_series_is_not_edited(at: At, db: Any) -> None:
    at.series.state = ENDED
    db.session.commit()
    with pytest.raises(refusals.SeriesEnded):
        at.edit(values={"place": "别处"})


def test_a_series_ends_early_and_everybody_is_told_once(at: At) -> None:
    first, second, third, *_ = at.coming()
    person = make.sign_up(second).person_id
    make.sign_up(third, make.db.session.get_one(make.Person, person))
    said = ending.rehearse_end(actor=at.leader, series_id=at.series.id, on=TUESDAY + DAY).shown
    service.end_series(
        actor=at.leader, series_id=at.series.id, on=TUESDAY + DAY, reason="队长搬走了", said=said
    )
    make.db.session.commit()
    assert [row.id for row in at.coming()] == [first.id]
    assert told("activity_dates_cancelled") == [person]
    assert (at.series.ends_on, at.series.state) == (TUESDAY, "live")
    assert at.generate() == 0


def test_a_series_without_dates_left_is_over(at: At) -> None:
    service.end_series(actor=at.leader, series_id=at.series.id, on=clock.today(), reason="不办了")
    assert at.series.state == ENDED
    with pytest.raises(refusals.SeriesEnded):
        service.end_series(actor=at.leader, series_id=at.series.id, on=clock.today(), reason="不办了")


def test_ending_is_asked_again_when_somebody_signed_up_meanwhile(at: At) -> None:
    said = ending.rehearse_end(actor=at.leader, series_id=at.series.id, on=TUESDAY).shown
    make.sign_up(at.coming()[1])
    with pytest.raises(Stale):
        service.end_series(actor=at.leader, series_id=at.series.id, on=TUESDAY, reason="不办了", said=said)
    with pytest.raises(refusals.EndsInThePast):
        service.end_series(actor=at.leader, series_id=at.series.id, on=TUESDAY - WEEK, reason="不办了")
    with pytest.raises(refusals.NotComplete):
        service.end_series(actor=at.leader, series_id=at.series.id, on=TUESDAY, reason=" ")


def test_the_number_of_statements_does_not_grow_with_the_dates(at: At, count_statements: Any) -> None:
    seen = count_statements()

    def statements() -> int:
        before = len(seen)
        at.edit(values={"place": f"{before} 号楼"})
        return len(seen) - before

    few = statements()
    at.series.recurrence = "FREQ=DAILY"
    at.generate()
    statements()
    assert len(at.coming()) > 50
    assert statements() <= few + 1
    assert generating.horizon(clock.today()) > clock.today()
