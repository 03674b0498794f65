"""What was settled when a series was published, changed later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Series, StaffingReceiver
from volunteer.activities.planning import plans, refusals
from volunteer.activities.service.changing import settings as changing
from volunteer.activities.service.changing.editing import Wish
from volunteer.activities.service.changing.settings import settings_of
from volunteer.activities.service.planning.series import ReceiverNotOfTheTeam
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.errors import NotFound, Refused
from volunteer.outbox.models import INBOX, Message

SignIn = Callable[[Any], FlaskClient]
TUESDAY = dt.date(2026, 11, 24)
DAY = dt.timedelta(days=1)


@pytest.fixture
def series(db: Any) -> Series:
    """Every Tuesday; sign-up opens seven days before."""
    row = make.series(
        make.team(),
        starts_on=TUESDAY,
        recurrence="FREQ=WEEKLY;BYDAY=TU",
        content="打扫",
        opens_days=7,
        opens_time=dt.time(8, 0),
    )
    service.extend([row.id])
    db.session.commit()
    return row


@pytest.fixture
def leader(series: Series) -> Any:
    return make.leader(make.db.session.get_one(make.Team, series.team_id))


def change(series: Series, by: Any, **values: Any) -> bool:
    now = make.db.session.get_one(Series, series.id)
    return service.change_settings(
        actor=make.actor(by), series_id=series.id, settings=replace(settings_of(now), **values)
    )


def dates(series: Series, *, state: str = "published") -> list[Occurrence]:
    statement = sa.select(Occurrence).where(Occurrence.series_id == series.id, Occurrence.state == state)
    ordered = statement.order_by(Occurrence.starts_at).execution_options(populate_existing=True)
    return list(make.db.session.scalars(ordered))


def test_all_of_them_are_kept_and_audited(series: Series, leader: Any) -> None:
    wanted = {
        "category": "文体活动",
        "minimum_people": 3,
        "warn_hours": 24,
        "receivers": (leader.id,),
        "regular_places": 5,
        "most_companions": 2,
        "takes_pairs": True,
        "hours_kind": "training",
        "counts_travel": True,
        "rest_minutes": 60,
    }
    assert change(series, leader, **wanted)
    now = settings_of(make.db.session.get_one(Series, series.id))
    assert {name: getattr(now, name) for name in wanted} == wanted
    entry = make.db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.act == "series_settings_changed")
    ).one()
    assert entry.details["before"]["minimum_people"] == 0
    assert entry.details["after"]["receivers"] == [leader.id]
    assert "opens_days" not in entry.details["after"]


def test_nothing_new_changes_nothing(series: Series, leader: Any) -> None:
    assert not change(series, leader)
    acts = make.db.session.scalars(sa.select(AuditEntry.act)).all()
    assert "series_settings_changed" not in acts


def test_only_dates_that_have_not_opened_open_at_another_time(series: Series, leader: Any) -> None:
    first, second, third, *_rest = dates(series)
    assert first.opens_at < clock.now() < second.opens_at
    was = first.opens_at
    change(series, leader, opens_days=3, opens_time=dt.time(20, 0), newcomers_hours=10, closes_hours=2)
    first, second, third, *_rest = dates(series)
    assert (first.opens_at, first.newcomers_until) == (was, None)
    assert second.opens_at == clock.at_local(TUESDAY + 4 * DAY, dt.time(20, 0))
    assert second.newcomers_until == second.opens_at + dt.timedelta(hours=10)
    assert {row.starts_at - row.closes_at for row in (first, second, third)} == {dt.timedelta(hours=2)}
    change(series, leader, opens_days=None, opens_time=None, newcomers_hours=0, closes_hours=0)
    assert {(row.opens_at, row.newcomers_until, row.closes_at) for row in dates(series)[1:]} == {
        (None, None, None)
    }


def test_the_hours_of_newcomers_may_end_earlier_on_what_is_open(series: Series, leader: Any) -> None:
    row = dates(series)[0]
    row.newcomers_until = row.opens_at + 6 * DAY
    make.db.session.commit()
    change(series, leader, newcomers_hours=24)
    until = row.published_at + DAY
    assert dates(series)[0].newcomers_until == until
    change(series, leader, newcomers_hours=48)  # longer than now: whoever may come by now still may
    assert dates(series)[0].newcomers_until == until


def test_a_later_end_brings_more_dates_and_an_earlier_one_takes_them(series: Series, leader: Any) -> None:
    count = len(dates(series))
    change(series, leader, ends_on=TUESDAY + 14 * DAY)
    assert len(dates(series)) == 3
    change(series, leader, ends_on=None)
    assert len(dates(series)) == count
    change(series, leader, most_dates=2)
    assert len(dates(series)) == 2
    change(series, leader, most_dates=4)
    assert len(dates(series)) == 4
    numbers = [row.issue_number for row in dates(series)]
    assert numbers == sorted(set(numbers))
    change(series, leader, most_dates=None)
    assert len(dates(series)) == count


def test_a_series_that_was_done_goes_on(series: Series, leader: Any) -> None:
    change(series, leader, ends_on=TUESDAY)
    service.extend([series.id])
    change(series, leader, ends_on=TUESDAY + 7 * DAY)
    service.extend([series.id])
    assert [clock.local(row.starts_at).date() for row in dates(series)] == [TUESDAY, TUESDAY + 7 * DAY]


@pytest.mark.parametrize("values", [{"ends_on": TUESDAY}, {"most_dates": 1}])
def test_nobody_is_dropped_by_an_earlier_end(series: Series, leader: Any, values: Any) -> None:
    make.sign_up(dates(series)[1])
    with pytest.raises(changing.PeopleAfterTheEnd) as refused:
        change(series, leader, **values)
    assert refused.value.field in values
    make.db.session.rollback()


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"minimum_people": 21}, plans.MorePeopleThanPlaces),
        ({"regular_places": 21}, plans.MoreRegularsThanPlaces),
        ({"most_companions": 20}, plans.MoreCompanionsThanPlaces),
        ({"opens_days": None, "newcomers_hours": 2}, plans.NewcomersWithoutOpening),
        ({"closes_hours": 7 * 24 + 7}, plans.ClosesBeforeItOpens),
        ({"newcomers_hours": 7 * 24 + 7}, plans.NewcomersUntilTheEnd),
        ({"ends_on": dt.date(2026, 11, 23)}, plans.EndsBeforeItBegins),
    ],
)
def test_what_makes_no_sense(series: Series, leader: Any, values: Any, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        change(series, leader, **values)


def test_an_end_in_the_past_is_refused(series: Series, leader: Any) -> None:
    series.starts_on = TUESDAY - 28 * DAY
    make.db.session.commit()
    with pytest.raises(changing.EndsBeforeToday):
        change(series, leader, ends_on=clock.today() - DAY)


def test_a_split_series_does_not_grow_into_the_one_that_follows(series: Series, leader: Any) -> None:
    third = dates(series)[2]
    service.edit_series(
        actor=make.actor(leader),
        occurrence_id=third.id,
        scope="later",
        wish=Wish({"place": "河边"}),
    )
    with pytest.raises(changing.GoesOnElsewhere):
        change(series, leader, ends_on=None)
    with pytest.raises(changing.GoesOnElsewhere):
        change(series, leader, ends_on=TUESDAY + 30 * DAY)


def test_strangers_are_not_put_in_charge_or_warned(series: Series, leader: Any) -> None:
    stranger = make.person()
    with pytest.raises(refusals.NotOfTheTeam):
        change(series, leader, person_in_charge_id=stranger.id)
    with pytest.raises(ReceiverNotOfTheTeam):
        change(series, leader, receivers=(stranger.id,))


def test_who_was_in_charge_or_warned_may_stay_so(series: Series, leader: Any) -> None:
    gone = make.person()
    make.db.session.add(StaffingReceiver(series_id=series.id, person_id=gone.id))
    make.db.session.commit()
    assert change(series, leader, minimum_people=2)


def test_the_new_and_the_old_person_in_charge_are_told(series: Series, leader: Any) -> None:
    old, new = series.person_in_charge_id, make.deputy(make.db.session.get_one(make.Team, series.team_id))
    change(series, leader, person_in_charge_id=new.id)
    assert told() == {("series_in_charge", new.id), ("series_not_in_charge", old)}
    make.db.session.execute(sa.delete(Message))
    change(series, leader, person_in_charge_id=leader.id)  # the leader knows
    assert told() == {("series_not_in_charge", new.id)}


def told() -> set[Any]:
    statement = sa.select(Message.kind, Message.person_id).where(Message.channel == INBOX)
    return {tuple(row) for row in make.db.session.execute(statement)}


def test_others_do_not_learn_of_it(series: Series) -> None:
    for other in (make.person(), make.leader(make.team())):
        with pytest.raises(NotFound):
            change(series, other, minimum_people=2)


def test_what_has_ended_stays(series: Series, leader: Any) -> None:
    series.state = "ended"
    make.db.session.commit()
    with pytest.raises(refusals.SeriesEnded):
        change(series, leader, minimum_people=2)


def test_what_happens_once_has_no_end_to_change(leader: Any, series: Series) -> None:
    once = make.series(make.db.session.get_one(make.Team, series.team_id), starts_on=TUESDAY)
    assert not change(once, leader, ends_on=TUESDAY + DAY)


@pytest.mark.portable
def test_the_page_shows_what_is_settled_and_keeps_what_is_typed(
    series: Series, leader: Any, client_for: SignIn
) -> None:
    browser, address = client_for(leader), f"/series/{series.id}/settings"
    page = browser.get(address).text
    assert "提前 7 天，8:00 开放报名" in page
    assert 'value="7"' in page
    typed = {
        "person_in_charge_id": str(leader.id),
        "category": "文体活动",
        "opens_days": "7",
        "opens_time": "08:00",
        "minimum_people": "30",
        "hours_kind": "service",
        "rest_minutes": "1.5",
    }
    wrong = browser.post(address, data=typed)
    assert wrong.status_code == 422
    assert "最少要 30 人" in wrong.text
    assert 'value="1.5"' in wrong.text
    right = browser.post(address, data=typed | {"minimum_people": "3"})
    assert right.status_code == 303
    row = make.db.session.get_one(Series, series.id, populate_existing=True)
    assert (row.person_in_charge_id, row.category, row.minimum_people) == (leader.id, "文体活动", 3)
    assert (row.rest_minutes, row.warn_hours, row.opens_days) == (90, 48, 7)
    assert "设置改好了" in browser.get(right.location).text
    assert "其他设置" in browser.get(f"/series/{series.id}").text


@pytest.mark.portable
def test_the_page_is_for_who_manages_the_series(series: Series, client_for: SignIn) -> None:
    assert client_for(make.person()).get(f"/series/{series.id}/settings").status_code == 404


def test_a_date_that_comes_back_is_news_to_a_calendar_as_its_going_was(series: Series, leader: Any) -> None:
    second = dates(series)[1].id
    change(series, leader, ends_on=TUESDAY)
    [gone] = [date for date in dates(series, state="cancelled") if date.id == second]
    number = gone.sequence
    change(series, leader, ends_on=TUESDAY + 7 * DAY)
    [back] = [date for date in dates(series) if date.id == second]
    assert (number, back.sequence) == (1, 2)
