"""A cancelled date is opened again within a day; nobody is put back silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, OccurrencePosition, SignUp, Waiting
from volunteer.activities.planning.plans import Post
from volunteer.activities.planning.refusals import SeriesEnded
from volunteer.activities.service import feeding
from volunteer.activities.service.changing.reopening import NotToBeReopened
from volunteer.activities.service.signing import waiting
from volunteer.activities.signing import leaving
from volunteer.activities.signing.companions import Guest
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.outbox.kinds import render
from volunteer.outbox.models import INBOX, Message

SignIn = Callable[[Any], FlaskClient]
HOUR = dt.timedelta(hours=1)


class Storm:
    """A date with two places, both taken; its leader."""

    def __init__(self) -> None:
        team = make.team()
        self.leader = make.leader(team)
        self.series = make.series(team, capacity=2)
        self.date = make.occurrence(self.series, starts_at=clock.now() + 30 * HOUR)
        self.people = [make.person(), make.person()]
        for someone in self.people:
            service.sign_up(actor=make.actor(someone), occurrence_id=self.date.id)
        make.db.session.commit()

    def cancel(self, reason: str = "暴雨") -> None:
        service.cancel_occurrence(actor=make.actor(self.leader), occurrence_id=self.date.id, reason=reason)

    def reopen(self, by: Any = None, **more: Any) -> int:
        return service.reopen_occurrence(
            actor=make.actor(by or self.leader), occurrence_id=self.date.id, **more
        )

    @property
    def now(self) -> Occurrence:
        return make.db.session.get_one(Occurrence, self.date.id, populate_existing=True)


@pytest.fixture
def storm(db: Any) -> Storm:
    return Storm()


def told(kind: str) -> list[int]:
    statement = sa.select(Message.person_id).where(Message.kind == kind, Message.channel == INBOX)
    return list(make.db.session.scalars(statement.order_by(Message.person_id)))


def test_who_was_signed_up_is_asked_and_takes_the_place_again(storm: Storm) -> None:
    storm.cancel()
    sequence = storm.now.sequence
    assert storm.reopen(words="预警解除了") == 2
    row = storm.now
    assert (row.state, row.cancelled_reason, row.taken, row.held) == ("published", None, 0, 2)
    assert row.sequence == sequence + 1
    assert told("date_reopened_place") == [one.id for one in storm.people]
    note = make.db.session.scalars(sa.select(Message).where(Message.kind == "date_reopened_place")).first()
    assert note.payload["words"] == "预警解除了"
    service.accept_offer(actor=make.actor(storm.people[0]), occurrence_id=row.id)
    service.leave_line(actor=make.actor(storm.people[1]), occurrence_id=row.id)
    assert (storm.now.taken, storm.now.held) == (1, 0)
    [entry] = make.db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "occurrence_reopened"))
    assert entry.details["asked"] == 2


def test_nobody_else_takes_a_place_before_they_have_answered(storm: Storm) -> None:
    storm.cancel()
    storm.reopen()
    other = make.actor(make.person())
    service.join_line(actor=other, occurrence_id=storm.date.id)
    [until] = set(make.db.session.scalars(sa.select(Waiting.offer_until).where(Waiting.state == "offered")))
    make.db.session.commit()
    with clock.fixed(until):
        waiting.settle(storm.date.id)
    states = dict(make.db.session.execute(sa.select(Waiting.person_id, Waiting.state)).all())
    assert [states[one.id] for one in storm.people] == ["lapsed", "lapsed"]
    assert states[other.id] == "offered"


def test_who_shared_a_place_or_waited_hears_of_it(storm: Storm) -> None:
    partner, in_line = make.person(), make.person()
    service.join_line(actor=make.actor(in_line), occurrence_id=storm.date.id)
    row = make.db.session.scalars(sa.select(SignUp)).first()
    row.partner_id, row.partner_state = partner.id, "agreed"
    make.db.session.commit()
    storm.cancel()
    storm.reopen()
    assert told("date_reopened") == sorted([partner.id, in_line.id])
    assert (
        make.db.session.scalar(
            sa.select(sa.func.count()).select_from(Waiting).where(Waiting.state == "waiting")
        )
        == 0
    )


def test_who_held_a_closed_position_is_asked_too(storm: Storm) -> None:
    actor, someone = make.actor(storm.leader), make.person()
    storm.now.capacity = 3
    make.db.session.commit()
    storm.series.capacity = 3
    post = service.add_position(actor=actor, series_id=storm.series.id, post=Post("引导员", 1))
    service.sign_up(actor=make.actor(someone), occurrence_id=storm.date.id, position_id=post.id)
    service.end_position(actor=actor, position_id=post.id)
    storm.cancel()
    storm.reopen()
    row = make.db.session.get_one(OccurrencePosition, (storm.date.id, post.id), populate_existing=True)
    assert (row.taken, row.held) == (0, 1)
    service.accept_offer(actor=make.actor(someone), occurrence_id=storm.date.id)


def test_who_brought_others_hears_that_only_the_own_place_is_kept(storm: Storm) -> None:
    storm.series.most_companions, storm.series.capacity, storm.now.capacity = 1, 3, 3
    alone, with_one = storm.people
    service.change_companions(
        actor=make.actor(with_one), occurrence_id=storm.date.id, companions=[Guest("小李")]
    )
    storm.cancel()
    storm.reopen()
    assert (storm.now.taken, storm.now.held) == (0, 2)
    notes = make.db.session.scalars(sa.select(Message).where(Message.kind == "date_reopened_place"))
    said = {note.person_id: render(note.kind, note.payload)[1] for note in notes}
    assert "原来带的同伴没有留" in said[with_one.id]
    assert "同伴" not in said[alone.id]


def test_a_second_cancellation_is_told_again(storm: Storm) -> None:
    storm.cancel()
    storm.reopen()
    service.accept_offer(actor=make.actor(storm.people[0]), occurrence_id=storm.date.id)
    storm.cancel("又下雨了")
    assert told("activity_cancelled").count(storm.people[0].id) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"state": "published", "cancelled_reason": None},
        {"cancelled_reason": None},  # the calendar or a new rule left it out
        {"changed_at": dt.timedelta(hours=-25)},
        {"starts_at": dt.timedelta(0)},
    ],
)
def test_what_is_not_reopened(storm: Storm, values: dict[str, Any]) -> None:
    storm.cancel()
    for name, value in values.items():
        setattr(storm.now, name, clock.now() + value if isinstance(value, dt.timedelta) else value)
    make.db.session.commit()
    with pytest.raises(NotToBeReopened):
        storm.reopen()


def test_nothing_of_a_closed_team_is_reopened(storm: Storm) -> None:
    storm.cancel()
    series = make.db.session.get_one(make.Series, storm.series.id)
    series.state = "ended"
    make.db.session.get_one(make.Team, series.team_id).closed_at = clock.now()
    make.db.session.commit()
    with pytest.raises(SeriesEnded):
        storm.reopen()


def test_with_a_date_a_series_that_was_ended_by_mistake_goes_on(db: Any, client_for: SignIn) -> None:
    """Until the date is over; its rule gives no more."""
    series = make.weekly(clock.today() + dt.timedelta(days=2), content="打扫")
    leader = db.session.get_one(make.Person, series.person_in_charge_id)
    date = db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)).first()
    make.sign_up(date, make.person())
    service.end_series(actor=make.actor(leader), series_id=series.id, on=clock.today(), reason="错了")
    db.session.commit()
    assert series.state == "ended"
    assert service.reopen_occurrence(actor=make.actor(leader), occurrence_id=date.id) == 1
    db.session.commit()
    assert (series.state, date.state) == ("live", "published")
    service.extend([series.id])
    states = db.session.scalars(sa.select(Occurrence.state).where(Occurrence.id != date.id))
    assert set(states) == {"cancelled"}


def test_others_do_not_learn_of_it(storm: Storm) -> None:
    storm.cancel()
    for other in (storm.people[0], make.leader(make.team())):
        with pytest.raises(NotFound):
            storm.reopen(other)


@pytest.mark.portable
def test_the_page_says_whom_it_asks(storm: Storm, client_for: SignIn) -> None:
    browser, address = client_for(storm.leader), f"/activities/{storm.date.id}/reopen"
    assert browser.get(address).status_code == 409
    storm.cancel()
    assert address in browser.get(f"/activities/{storm.date.id}").text
    assert "原来报名的人会收到消息" in browser.get(address).text
    done = browser.post(address, data={"words": "照常办"})
    assert done.status_code == 303
    assert "问了 2 位原来报名的人还来不来" in browser.get(done.location).text
    page = client_for(storm.people[0]).get(f"/activities/{storm.date.id}").text
    assert "我要来" in page
    assert client_for(storm.people[0]).get(address).status_code == 404


def test_new_words_of_the_series_do_not_renew_the_day(storm: Storm) -> None:
    storm.cancel()
    with clock.fixed(clock.now() + 23 * HOUR):
        feeding.note_new_words(storm.series.id)
    with clock.fixed(clock.now() + 25 * HOUR), pytest.raises(NotToBeReopened):
        storm.reopen()


def test_who_is_asked_again_does_not_stand_among_those_who_left(storm: Storm) -> None:
    storm.cancel()
    storm.reopen()
    assert leaving.of_date(storm.date.id) == []
