"""Positions added, changed and closed after publishing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import check, service
from volunteer.activities.models import Occurrence, OccurrencePosition, Position, Series, Waiting
from volunteer.activities.planning import plans, refusals, requirements
from volunteer.activities.planning.plans import Post
from volunteer.activities.planning.requirements import MOST, Requirement
from volunteer.activities.service.planning.positions import AlreadyClosed
from volunteer.core.errors import NotFound

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def series(db: Any) -> Series:
    """A series with one date."""
    row = make.series(make.team())
    make.occurrence(row)
    return row


def actor_of(series: Series) -> Any:
    return make.actor(make.leader(make.db.session.get_one(make.Team, series.team_id)))


def add(series: Series, **more: Any) -> Position:
    post = Post(**{"name": "引导员", "capacity": 3, **more})
    return service.add_position(actor=actor_of(series), series_id=series.id, post=post)


def places(db: Any, position: Position) -> list[tuple[int, bool]]:
    statement = sa.select(OccurrencePosition.capacity, OccurrencePosition.is_open)
    rows = db.session.execute(
        statement.where(OccurrencePosition.position_id == position.id).order_by(
            OccurrencePosition.occurrence_id
        )
    )
    return [tuple(row) for row in rows]


def test_a_new_position_is_on_the_coming_dates(db: Any, series: Series) -> None:
    make.occurrence(series, starts_at=make.clock.now() - make.dt.timedelta(days=1))
    make.occurrence(series, state="cancelled", cancelled_reason="雨")
    position = add(series, requirements=(Requirement("skill", "haircut"),))
    assert places(db, position) == [(3, True)]
    assert (series.has_positions, position.has_requirements) == (True, True)
    assert requirements.of_positions([position.id]) == {position.id: [Requirement("skill", "haircut")]}


def test_what_cannot_be_added(db: Any, series: Series) -> None:
    add(series)
    actor = actor_of(series)
    for post, refusal in (
        (Post("引导员", 1), plans.PositionTwice),
        (Post("别的", 21), plans.PositionTooLarge),
        (
            Post("别的", 1, requirements=tuple(Requirement("training", f"课{n}") for n in range(MOST + 1))),
            refusals.TooManyRequirements,
        ),
    ):
        with pytest.raises(refusal):
            service.add_position(actor=actor, series_id=series.id, post=post)
    for n in range(plans.MOST_POSITIONS - 1):
        add(series, name=f"岗{n}", capacity=1)
    with pytest.raises(plans.TooManyPositions):
        add(series, name="再来一个", capacity=1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Position)) == plans.MOST_POSITIONS


def test_a_dangerous_activity_has_no_position_for_minors(db: Any, series: Series) -> None:
    series.is_dangerous = True
    with pytest.raises(plans.PositionForMinors):
        add(series, minimum_age=16)


def test_another_quota_is_for_new_dates_unless_the_leader_wants_more(db: Any, series: Series) -> None:
    position, actor = add(series), actor_of(series)
    assert service.change_quota(actor=actor, position_id=position.id, capacity=5) == 0
    assert (position.capacity, places(db, position)) == (5, [(3, True)])
    assert service.change_quota(actor=actor, position_id=position.id, capacity=6, with_dates=True) == 0
    assert places(db, position) == [(6, True)]
    assert db.session.scalar(sa.select(Occurrence.edited)) == ""  # its own places still follow the series


def test_a_date_on_which_more_hold_it_is_left_alone(db: Any, series: Series) -> None:
    make.occurrence(series, starts_at=make.clock.now() + make.dt.timedelta(days=9))
    position = add(series)
    rows = db.session.scalars(sa.select(OccurrencePosition).order_by(OccurrencePosition.occurrence_id)).all()
    rows[0].taken = 3
    db.session.flush()
    left = service.change_quota(actor=actor_of(series), position_id=position.id, capacity=1, with_dates=True)
    db.session.expire_all()
    assert (left, places(db, position)) == (1, [(3, True), (1, True)])


def test_a_quota_larger_than_the_activity_is_refused(db: Any, series: Series) -> None:
    position = add(series)
    with pytest.raises(plans.PositionTooLarge):
        service.change_quota(actor=actor_of(series), position_id=position.id, capacity=21)
    assert position.capacity == 3


def test_who_holds_a_closed_position_keeps_it_and_nobody_else_gets_it(db: Any, series: Series) -> None:
    position, someone = add(series), make.person()
    occurrence = db.session.scalars(sa.select(Occurrence)).one()
    service.sign_up(actor=make.actor(someone), occurrence_id=occurrence.id, position_id=position.id)
    service.end_position(actor=actor_of(series), position_id=position.id)
    db.session.expire_all()
    assert places(db, position) == [(3, False)]
    assert not series.has_positions
    row = db.session.scalars(sa.select(OccurrencePosition)).one()
    assert row.taken == 1
    with pytest.raises(AlreadyClosed):
        service.end_position(actor=actor_of(series), position_id=position.id)
    with pytest.raises(AlreadyClosed):
        service.change_quota(actor=actor_of(series), position_id=position.id, capacity=2)


def test_a_new_date_has_the_open_positions_only(db: Any) -> None:
    start = make.clock.today() + make.dt.timedelta(days=7)
    series = make.series(make.team(), recurrence="FREQ=WEEKLY", starts_on=start)
    kept, closed = add(series), add(series, name="记录员")
    service.end_position(actor=actor_of(series), position_id=closed.id)
    service.make_occurrences(series=series, until=start + make.dt.timedelta(days=7))
    assert (len(places(db, kept)), len(places(db, closed))) == (2, 0)


def test_positions_of_an_ended_series_stay_as_they_are(db: Any, series: Series) -> None:
    position = add(series)
    series.state = "ended"
    actor = actor_of(series)
    for deed in (
        lambda: add(series, name="别的"),
        lambda: service.change_quota(actor=actor, position_id=position.id, capacity=1),
        lambda: service.end_position(actor=actor, position_id=position.id),
    ):
        with pytest.raises(refusals.SeriesEnded):
            deed()


def test_strangers_change_nothing(db: Any, series: Series) -> None:
    position, stranger = add(series), make.actor(make.leader(make.team()))
    for deed in (
        lambda: service.add_position(actor=stranger, series_id=series.id, post=Post("别的", 1)),
        lambda: service.change_quota(actor=stranger, position_id=position.id, capacity=1),
        lambda: service.end_position(actor=stranger, position_id=position.id),
        lambda: service.end_position(actor=stranger, position_id=10**12),
    ):
        with pytest.raises(NotFound):
            deed()


def test_the_page_adds_changes_and_closes(db: Any, series: Series, client_for: SignIn) -> None:
    leader = client_for(make.leader(db.session.get_one(make.Team, series.team_id)))
    page = f"/series/{series.id}/positions"
    added = leader.post(
        page, data={"name": "引导员", "capacity": "3", "sex_needed": "", "needs": "skill:haircut"}
    )
    assert (added.status_code, added.location) == (303, page)
    position = db.session.scalars(sa.select(Position)).one()
    seen = leader.get(page).text
    assert "每场 3 人" in seen
    assert "先要有特长“理发”" in seen
    changed = leader.post(f"/positions/{position.id}/quota", data={"quota": "4", "with_dates": "y"})
    assert changed.status_code == 303
    assert "每场 4 人" in leader.get(page).text
    assert leader.post(f"/positions/{position.id}/end").status_code == 303
    assert "已停招" in leader.get(page).text
    assert "岗位已经停招了" in leader.post(f"/positions/{position.id}/end", follow_redirects=True).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "", "capacity": "3"}, "请填写这一项"),
        ({"name": "引导员", "capacity": "21"}, "比整个活动的 20 个还多"),
        ({"name": "在了", "capacity": "1"}, "有两个岗位都叫"),
    ],
)
def test_what_is_wrong_stays_typed(
    db: Any, series: Series, client_for: SignIn, fields: dict[str, str], sentence: str
) -> None:
    add(series, name="在了")
    leader = client_for(make.leader(db.session.get_one(make.Team, series.team_id)))
    answer = leader.post(f"/series/{series.id}/positions", data=fields | {"sex_needed": ""})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields["capacity"]}"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Position)) == 1


def test_a_wrong_quota_stays_typed(db: Any, series: Series, client_for: SignIn) -> None:
    position = add(series)
    leader = client_for(make.leader(db.session.get_one(make.Team, series.team_id)))
    for quota, sentence in (("0", "整数"), ("21", "比整个活动的 20 个还多")):
        answer = leader.post(f"/positions/{position.id}/quota", data={"quota": quota})
        assert (answer.status_code, sentence in answer.text) == (422, True)
        assert f'value="{quota}"' in answer.text
    assert position.capacity == 3


def test_everybody_reads_the_positions_of_a_date(db: Any, series: Series, client: FlaskClient) -> None:
    add(series, minimum_age=18)
    occurrence = db.session.scalars(sa.select(Occurrence)).one()
    page = client.get(f"/activities/{occurrence.id}").text
    assert "引导员" in page
    assert "余 3，共 3" in page
    assert "活动当天年满 18 岁" in page


def test_who_waits_for_the_last_position_that_ends_is_offered_a_place_of_the_activity(
    db: Any, series: Series
) -> None:
    position, date = add(series, capacity=1), db.session.scalars(sa.select(Occurrence)).one()
    holder, offered, in_line = make.person(), make.person(), make.person()
    service.sign_up(actor=make.actor(holder), occurrence_id=date.id, position_id=position.id)
    for one in (offered, in_line):
        service.join_line(actor=make.actor(one), occurrence_id=date.id, position_id=position.id)
    service.sign_off(actor=make.actor(holder), occurrence_id=date.id)
    service.end_position(actor=actor_of(series), position_id=position.id)
    rows = db.session.execute(sa.select(Waiting.person_id, Waiting.state, Waiting.position_id))
    assert [tuple(row) for row in rows.all()] == [
        (offered.id, "offered", position.id),  # what was offered stands
        (in_line.id, "offered", None),
    ]
    for one in (offered, in_line):
        service.accept_offer(actor=make.actor(one), occurrence_id=date.id)
    assert check.check().faults == []


def test_who_waits_for_a_position_goes_on_waiting_while_another_is_open(db: Any, series: Series) -> None:
    position, date = add(series, capacity=1), db.session.scalars(sa.select(Occurrence)).one()
    add(series, name="记录员")
    service.sign_up(actor=make.actor(make.person()), occurrence_id=date.id, position_id=position.id)
    service.join_line(actor=make.actor(make.person()), occurrence_id=date.id, position_id=position.id)
    service.end_position(actor=actor_of(series), position_id=position.id)
    [row] = db.session.scalars(sa.select(Waiting))
    assert (row.state, row.position_id) == ("waiting", position.id)
