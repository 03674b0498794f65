"""A standing sign-up whose post is gone, or which needs one since, is asked once and takes another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, OccurrencePosition, Position, Regular, Series, SignUp
from volunteer.activities.planning import refusals
from volunteer.activities.planning.plans import Post
from volunteer.activities.service.together import regular_positions
from volunteer.activities.together import refusals as no
from volunteer.activities.together import regulars
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.jobs import tasks
from volunteer.outbox.kinds import KINDS, render
from volunteer.outbox.models import Message
from volunteer.people.models import Person

TUESDAY = dt.date(2026, 11, 24)


@pytest.fixture
def series(db: Any) -> Series:
    """Every Tuesday, eight weeks ahead, nobody in any post."""
    return make.weekly(TUESDAY)


def leader(series: Series) -> Any:
    return make.actor(make.db.session.get_one(Person, series.person_in_charge_id))


def add(series: Series, name: str) -> Position:
    row = service.add_position(actor=leader(series), series_id=series.id, post=Post(name, 5))
    make.db.session.commit()
    return row


def minute() -> None:
    """What the jobs of a minute do with standing sign-ups."""
    tasks.ask_for_positions()
    tasks.sign_up_regulars()
    make.db.session.commit()
    make.db.session.expire_all()


def choose(person: Any, regular_id: int, position_id: int | None) -> None:
    service.take_regular_position(actor=make.actor(person), regular_id=regular_id, position_id=position_id)
    make.db.session.commit()


def row_of(series: Series, person: Any) -> Any:
    found = regulars.of_person_in(series.id, person.id)
    assert found is not None
    return found


def held(person: Any) -> list[int | None]:
    """The post of each date."""
    live = sa.select(SignUp.position_id).where(SignUp.person_id == person.id, SignUp.state == "signed_up")
    return list(make.db.session.scalars(live))


def inbox(person: Any) -> list[tuple[str, dict[str, Any]]]:
    statement = sa.select(Message.kind, Message.payload).where(
        Message.person_id == person.id, Message.channel == "inbox"
    )
    return [(row.kind, row.payload) for row in make.db.session.execute(statement.order_by(Message.id))]


def dates(series: Series) -> int:
    return (
        make.db.session.scalar(
            sa.select(sa.func.count()).select_from(Occurrence).where(Occurrence.series_id == series.id)
        )
        or 0
    )


def test_the_first_post_asks_once_and_an_answer_takes_the_dates(series: Series) -> None:
    person = make.person()
    make.regular(series, person)
    post = add(series, "分拣")
    minute()
    minute()
    [(kind, payload)] = inbox(person)
    assert "岗位有变" in render(kind, payload)[1]
    row = row_of(series, person)
    assert (kind, row.state, row.asked_at) == ("regular_position_asked", "paused", clock.now())
    wanted = KINDS[kind].still_wanted
    assert wanted is not None
    assert wanted(payload, person.id)
    choose(person, row.id, post.id)
    minute()
    assert held(person) == [post.id] * dates(series)
    assert not wanted(payload, person.id)
    row = row_of(series, person)
    assert (row.state, row.asked_at) == ("running", None)


def test_a_post_that_ends_asks_and_what_is_signed_up_stays(series: Series) -> None:
    person, other = make.person(), make.person()
    post, stays = add(series, "分拣"), add(series, "搬运")
    make.regular(series, person, position_id=post.id)
    make.regular(series, other, position_id=stays.id)
    minute()
    service.end_position(actor=leader(series), position_id=post.id)
    make.db.session.commit()
    minute()
    assert [kind for kind, _ in inbox(person)].count("regular_position_asked") == 1
    assert "regular_position_asked" not in {kind for kind, _ in inbox(other)}
    assert held(person) == [post.id] * dates(series)


def test_the_last_post_that_ends_asks_nobody(series: Series) -> None:
    person = make.person()
    post = add(series, "分拣")
    make.regular(series, person, position_id=post.id)
    service.end_position(actor=leader(series), position_id=post.id)
    make.db.session.commit()
    minute()
    assert held(person) == [None] * dates(series)


def test_a_pause_is_asked_about_when_it_is_over(series: Series) -> None:
    person = make.person()
    make.regular(series, person, state="paused", paused_until=TUESDAY)
    add(series, "分拣")
    minute()
    assert inbox(person) == []
    with clock.fixed(clock.at_local(TUESDAY, dt.time(8))):
        minute()
        assert [kind for kind, _ in inbox(person)] == ["regular_position_asked"]


def test_going_on_needs_a_post_first(series: Series) -> None:
    person = make.person()
    row = make.regular(series, person, state="paused")
    post = add(series, "分拣")
    with pytest.raises(no.ChoosePosition):
        service.resume_regular(actor=make.actor(person), regular_id=row.id)
    choose(person, row.id, post.id)
    assert row_of(series, person).state == "paused"  # the own pause goes on
    service.resume_regular(actor=make.actor(person), regular_id=row.id)
    assert row_of(series, person).state == "running"


def test_another_post_counts_for_dates_to_come(series: Series) -> None:
    person = make.person()
    first, second = add(series, "分拣"), add(series, "搬运")
    row = make.regular(series, person, position_id=first.id)
    minute()
    choose(person, row.id, second.id)
    minute()
    assert set(held(person)) == {first.id}
    assert row_of(series, person).position_id == second.id


def test_a_date_without_the_post_is_told_and_the_others_are_taken(series: Series) -> None:
    person = make.person()
    post = add(series, "分拣")
    make.regular(series, person, position_id=post.id)
    first = make.db.session.scalars(sa.select(Occurrence.id).order_by(Occurrence.starts_at)).first()
    make.db.session.delete(make.db.session.get_one(OccurrencePosition, (first, post.id)))
    make.db.session.commit()
    minute()
    assert held(person) == [post.id] * (dates(series) - 1)
    assert [kind for kind, _ in inbox(person)].count("regular_not_signed_up") == 1


def test_posts_that_are_closed_or_of_another_series_are_refused(series: Series) -> None:
    person = make.person()
    closed, _open = add(series, "分拣"), add(series, "搬运")
    elsewhere = make._keep(Position(series_id=make.series().id, name="茶水", capacity=3))
    row = make.regular(series, person)
    service.end_position(actor=leader(series), position_id=closed.id)
    for position_id in (closed.id, None, elsewhere.id):
        with pytest.raises(no.ChoosePosition):
            choose(person, row.id, position_id)


def test_nobody_else_chooses_it_and_not_once_it_has_stopped(series: Series) -> None:
    person = make.person()
    post = add(series, "分拣")
    row = make.regular(series, person)
    values = {"regular_id": row.id, "position_id": post.id}
    with pytest.raises(NotFound):
        service.take_regular_position(actor=make.actor(make.person()), **values)
    service.stop_regular(actor=make.actor(person), regular_id=row.id)
    with pytest.raises(no.NotRegularNow):
        service.take_regular_position(actor=make.actor(person), **values)


def test_a_series_that_has_ended_has_no_posts(series: Series) -> None:
    person = make.person()
    post = add(series, "分拣")
    row = make.regular(series, person)
    series.state = "ended"
    make.db.session.commit()
    assert regular_positions.due(clock.now()) == []
    with pytest.raises(refusals.SeriesEnded):
        choose(person, row.id, post.id)


def test_who_has_answered_meanwhile_is_not_asked(series: Series) -> None:
    person = make.person()
    row = make.regular(series, person)
    post = add(series, "分拣")
    assert regular_positions.due(clock.now()) == [row.id]
    make.db.session.get_one(Regular, row.id).position_id = post.id
    assert regular_positions.ask(row.id) is False


@pytest.mark.portable
def test_the_page_asks_for_the_post_and_lets_it_be_changed(series: Series, client_for: Any) -> None:
    person = make.person()
    row = make.regular(series, person)
    first, second = add(series, "分拣"), add(series, "搬运")
    minute()
    client = client_for(person)
    page = client.get(f"/series/{series.id}/regular").text
    assert "岗位有变，请选一个" in page
    assert "接着来</button>" not in page
    answer = client.post(f"/regulars/{row.id}/position", data={})
    assert (answer.status_code, "请选一个岗位" in answer.text) == (422, True)
    assert client.post(f"/regulars/{row.id}/resume").status_code == 422
    client.post(f"/regulars/{row.id}/position", data={"position": str(first.id)})
    page = client.get(f"/series/{series.id}/regular").text
    assert "正在替您报名" in page
    assert "换一个岗位" in page
    client.post(f"/regulars/{row.id}/position", data={"position": str(second.id)})
    assert row_of(series, person).position_id == second.id
