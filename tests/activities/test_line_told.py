"""Who waits for a place, or is offered one, hears what becomes of the date, as those signed up do (R065)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import ALL
from volunteer.activities.models import Occurrence, SignUp, Waiting
from volunteer.activities.service.changing import changes
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.changing.editing import Wish
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.outbox.kinds import KINDS, render
from volunteer.outbox.models import Message
from volunteer.people.models import Person

SignIn = Callable[[Any], FlaskClient]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ALL_TO_THE_SECOND_FLOOR = {
    "scope": "all", "title": "大扫除", "content": "打扫", "place": "二楼", "capacity": "1", "risk_statement": "无",
    "times-0-starts_time": "15:00", "times-0-ends_time": "17:00", "repeat": "same", "on_holiday": "keep",
    "on_makeup": "keep",
}  # fmt: skip


@dataclass
class Line:
    """A date of two places: one taken, one offered, one person behind."""

    leader: Any
    date: Occurrence
    holder: Person
    offered: Person
    waiting: Person

    def move(self, by: dt.timedelta = HOUR, words: str = "", **more: Any) -> int:
        wish = DateWish(self.date.starts_at + by, self.date.ends_at + by, **more)
        return service.edit_date(actor=self.leader, occurrence_id=self.date.id, wish=wish, words=words)

    def offer(self) -> Waiting:
        statement = sa.select(Waiting).where(Waiting.person_id == self.offered.id)
        return database.session.scalars(statement.execution_options(populate_existing=True)).one()


@pytest.fixture
def line(db: Any) -> Line:
    team = make.team()
    leader = make.actor(make.leader(team))
    occurrence = make.occurrence(
        make.series(team, takes_pairs=True), capacity=1, starts_at=clock.now() + 5 * DAY
    )
    holder, offered, waiting = (make.person() for _ in range(3))
    service.sign_up(actor=make.actor(holder), occurrence_id=occurrence.id)
    for person in (offered, waiting):
        service.join_line(actor=make.actor(person), occurrence_id=occurrence.id)
    service.change_capacity(actor=leader, occurrence_id=occurrence.id, capacity=2)
    db.session.commit()
    return Line(leader, occurrence, holder, offered, waiting)


def told(person: Person) -> dict[str, dict[str, Any]]:
    """What the person's inbox holds, without the offer and the confirmation."""
    statement = sa.select(Message.kind, Message.payload).where(
        Message.person_id == person.id, Message.channel == "inbox"
    )
    rows = database.session.execute(statement).all()
    return {kind: payload for kind, payload in rows if kind not in ("place_offered", "activity_signed_up")}


def test_a_new_time_is_told_to_all_three_with_the_editors_words(line: Line) -> None:
    assert line.move(words="那天下午有检查") == 3
    assert list(told(line.holder)) == ["activity_changed"]
    assert list(told(line.offered)) == ["activity_offer_changed"]
    assert list(told(line.waiting)) == ["activity_line_changed"]
    subject, body = render("activity_line_changed", told(line.waiting)["activity_line_changed"])
    assert "位置还在" in body
    assert body.endswith("负责人说：那天下午有检查")
    _subject, offer = render("activity_offer_changed", told(line.offered)["activity_offer_changed"])
    assert "之前答复" in offer


def test_a_new_place_is_told_too_and_more_places_alone_are_not(line: Line) -> None:
    wish = DateWish(place="二楼")
    service.edit_date(actor=line.leader, occurrence_id=line.date.id, wish=wish)
    assert told(line.waiting)["activity_line_changed"]["place"] == "二楼"
    database.session.execute(sa.delete(Message))
    service.edit_date(actor=line.leader, occurrence_id=line.date.id, wish=DateWish(capacity=9))
    assert told(line.waiting) == {}


def inbox(person: Person) -> list[tuple[str, str, str]]:
    """The kinds of what a person was told, in order, with when and where each says that it is."""
    statement = sa.select(Message.kind, Message.payload).where(
        Message.person_id == person.id, Message.channel == "inbox"
    )
    rows = database.session.execute(statement.order_by(Message.id))
    return [(kind, payload["starts_at"], payload["place"]) for kind, payload in rows]


def test_who_gets_a_place_by_the_same_edit_is_offered_it_at_the_new_time(line: Line) -> None:
    at = line.date.starts_at + DAY
    wish = DateWish(starts_at=at, ends_at=at + HOUR, place="二楼", capacity=3)
    service.edit_date(actor=line.leader, occurrence_id=line.date.id, wish=wish)
    now = (at.isoformat(), "二楼")
    assert inbox(line.waiting) == [("activity_line_changed", *now), ("place_offered", *now)]


def test_of_a_whole_series_too(db: Any) -> None:
    leader, person = make.leader(team := make.team()), make.person()
    service.extend([make.series(team, recurrence="FREQ=WEEKLY", capacity=1).id])
    date = db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).first()
    make.sign_up(date)
    service.join_line(actor=make.actor(person), occurrence_id=date.id)
    wish = Wish({"place": "二楼", "capacity": 2})
    service.edit_series(actor=make.actor(leader), occurrence_id=date.id, scope=ALL, wish=wish)
    now = (date.starts_at.isoformat(), "二楼")
    assert inbox(person) == [("activity_line_changed", *now), ("place_offered", *now)]


def test_words_alone_reach_the_line_as_well(line: Line) -> None:
    wish = DateWish()
    assert service.edit_date(actor=line.leader, occurrence_id=line.date.id, wish=wish, words="请带雨伞") == 3
    assert told(line.waiting)["activity_line_word"]["words"] == "请带雨伞"
    assert list(told(line.offered)) == ["activity_line_word"]


def test_who_has_something_else_then_is_told_so_and_keeps_the_place_in_line(line: Line) -> None:
    other = make.occurrence(make.series(title="合唱"), starts_at=line.date.starts_at + 6 * HOUR)
    for person in (line.offered, line.waiting):
        make.sign_up(other, person)
    line.move(6 * HOUR)
    for person, kind in ((line.offered, "activity_offer_changed"), (line.waiting, "activity_line_changed")):
        payload = told(person)[kind]
        assert payload["busy_with"] == "合唱"
        assert "要先取消那一场" in render(kind, payload)[1]
    assert line.offer().state == "offered"


def test_who_shares_a_place_and_has_something_else_then_is_told_so(line: Line) -> None:
    partner = make.person()
    place = database.session.scalars(sa.select(SignUp).where(SignUp.person_id == line.holder.id)).one()
    place.partner_id, place.partner_state = partner.id, "agreed"
    other = make.occurrence(
        make.series(title="合唱", takes_pairs=True), starts_at=line.date.starts_at + 6 * HOUR
    )
    make.pair(other, make.person(), partner, state="agreed")
    line.move(6 * HOUR)
    assert told(partner)["activity_changed"]["busy_with"] == "合唱"


def test_the_preview_counts_them_and_names_who_has_something_else(line: Line) -> None:
    other = make.occurrence(make.series(), starts_at=line.date.starts_at + 6 * HOUR)
    make.sign_up(other, line.waiting)
    wish = DateWish(line.date.starts_at + 6 * HOUR, line.date.ends_at + 6 * HOUR)
    draft = changes.rehearse_date(actor=line.leader, occurrence_id=line.date.id, wish=wish)
    assert (draft.change.date.people, draft.change.date.waiting) == (1, 2)
    assert draft.outcome.busy == {line.date.id: (line.waiting.id,)}


def test_several_dates_are_told_once_and_a_date_on_which_people_only_wait_too(
    db: Any, client_for: SignIn
) -> None:
    team = make.team()
    leader = make.actor(make.leader(team))
    series = make.series(team, recurrence="FREQ=WEEKLY", capacity=1)
    service.extend([series.id])
    dates = list(db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)))
    person = make.person()
    for date in dates[:3]:
        make.sign_up(date)
    for date in dates[:2]:
        service.join_line(actor=make.actor(person), occurrence_id=date.id)
    db.session.commit()
    page = client_for(leader).post(f"/activities/{dates[0].id}/edit", data=ALL_TO_THE_SECOND_FLOOR).text
    assert "3 场、报了名的 3 人次会收到通知" in page
    assert "排队的 2 人次也会收到" in page
    told_now = service.edit_series(
        actor=leader, occurrence_id=dates[0].id, scope=ALL, wish=Wish({"place": "二楼"}), words="换个大房间"
    )
    assert told_now == 4
    payload = told(person)["activity_dates_line_changed"]
    assert (len(payload["dates_at"]), payload["words"]) == (2, "换个大房间")


@pytest.mark.parametrize("ahead", [2 * HOUR, HOUR / 2])
def test_an_offer_does_not_outlast_a_date_that_has_moved_nearer(line: Line, ahead: dt.timedelta) -> None:
    before = line.offer().offer_until
    by = clock.now() + ahead - line.date.starts_at
    line.move(by)
    until = line.offer().offer_until
    assert until < before
    assert until <= line.date.starts_at
    assert told(line.offered)["activity_offer_changed"]["until_at"] == until.isoformat()


def test_a_later_date_leaves_the_offer_as_it_is(line: Line) -> None:
    before = line.offer().offer_until
    line.move(7 * DAY)
    assert line.offer().offer_until == before


def test_an_offer_by_mail_that_names_the_old_time_is_not_sent(line: Line) -> None:
    [payload] = database.session.scalars(
        sa.select(Message.payload).where(Message.kind == "place_offered", Message.channel == "email")
    )
    wanted = KINDS["place_offered"].still_wanted
    assert wanted is not None
    assert wanted(payload, line.offered.id)
    line.move()
    assert not wanted(payload, line.offered.id)


def test_who_has_left_the_line_is_not_told_any_more(line: Line) -> None:
    line.move()
    payload = told(line.waiting)["activity_line_changed"]
    wanted = KINDS["activity_line_changed"].still_wanted
    assert wanted is not None
    assert wanted(payload, line.waiting.id)
    service.leave_line(actor=make.actor(line.waiting), occurrence_id=line.date.id)
    assert not wanted(payload, line.waiting.id)


def test_the_line_of_a_cancelled_date_hears_the_reason(line: Line) -> None:
    service.cancel_occurrence(actor=line.leader, occurrence_id=line.date.id, reason="台风")
    for person in (line.offered, line.waiting):
        assert render("line_ended", told(person)["line_ended"])[1].endswith("取消的原因：台风")
