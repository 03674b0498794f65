"""Another first or last day for what may be done at any time: seen before, told, marked, and taken back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.activities.test_editing_pages import shown
from volunteer.activities import messages, service
from volunteer.activities.models import Occurrence, Series, Waiting
from volunteer.activities.planning import plans, refusals
from volunteer.activities.service.changing.changes import DateWish
from volunteer.activities.service.changing.editing import Wish
from volunteer.core import clock, formats
from volunteer.core.formats import LAST_SECOND
from volunteer.outbox.kinds import render
from volunteer.outbox.models import Message

SignIn = Callable[[Any], FlaskClient]
MONDAY, SUNDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 29)
DAY = dt.timedelta(days=1)
FORM = {"scope": "one", "date_place": "社区广场", "date_capacity": "20", "note": ""}


@pytest.fixture
def team(db: Any) -> Any:
    return make.team()


@pytest.fixture
def leader(team: Any) -> Any:
    return make.leader(team)


@pytest.fixture
def client(leader: Any, client_for: SignIn) -> FlaskClient:
    return client_for(leader)


def task(team: Any, **more: Any) -> Series:
    """From Monday on, a week for each."""
    values: dict[str, Any] = {
        "kind": "flexible",
        "window_days": 7,
        "start_time": dt.time(),
        "content": "发通知",
    }
    row = make.series(team, starts_on=MONDAY, **{**values, **more})
    row.made_until = clock.today() - DAY
    service.extend([row.id])
    make.db.session.commit()
    return row


@pytest.fixture
def weekly(team: Any) -> Series:
    return task(team, recurrence="FREQ=WEEKLY;BYDAY=MO")


def first_date(series: Series) -> Occurrence:
    statement = sa.select(Occurrence).where(Occurrence.series_id == series.id).order_by(Occurrence.starts_at)
    row = make.db.session.scalars(statement.limit(1).execution_options(populate_existing=True)).one()
    return row


def window(series: Series) -> tuple[dt.date, dt.date]:
    date = first_date(series)
    return formats.local_day(date.starts_at), formats.local_day(date.ends_at)


def wish(first: dt.date, last: dt.date) -> DateWish:
    return DateWish(clock.at_local(first, dt.time()), clock.at_local(last, LAST_SECOND))


def edit(leader: Any, series: Series, first: dt.date, last: dt.date) -> int:
    return service.edit_date(
        actor=make.actor(leader), occurrence_id=first_date(series).id, wish=wish(first, last)
    )


def days(first: dt.date, last: dt.date) -> dict[str, str]:
    return {**FORM, "on": str(first), "last_on": str(last)}


def test_one_window_is_looked_at_changed_told_and_marked(weekly: Series, client: FlaskClient) -> None:
    date = first_date(weekly)
    make.sign_up(date)
    address = f"/activities/{date.id}/edit"
    page = client.get(address).text
    assert f'value="{MONDAY}"' in page
    assert f'value="{SUNDAY}"' in page
    assert 'name="starts_time"' not in page
    longer = days(MONDAY, SUNDAY + 3 * DAY)
    preview = client.post(address, data=longer).text
    assert formats.any_day(MONDAY, SUNDAY) in preview
    assert formats.any_day(MONDAY, SUNDAY + 3 * DAY) in preview
    assert "报了名的 1 人次会收到通知" in preview
    answer = client.post(address, data={**longer, "step": "confirm", "shown": shown(preview)})
    assert answer.status_code == 303
    assert window(weekly) == (MONDAY, SUNDAY + 3 * DAY)
    assert (first_date(weekly).edited, first_date(weekly).sequence) == ("starts_at", 1)
    assert "时间是单独改过的" in client.get(address).text
    told = make.db.session.scalars(sa.select(Message).where(Message.kind == "activity_changed")).first()
    assert told is not None
    assert formats.any_day(MONDAY, SUNDAY + 3 * DAY) in render(told.kind, told.payload)[1]


def test_what_was_changed_goes_back_to_its_series(weekly: Series, leader: Any) -> None:
    edit(leader, weekly, MONDAY + DAY, SUNDAY + DAY)
    assert window(weekly) == (MONDAY + DAY, SUNDAY + DAY)
    service.reset_date(actor=make.actor(leader), occurrence_id=first_date(weekly).id)
    assert window(weekly) == (MONDAY, SUNDAY)
    assert first_date(weekly).edited == ""


def test_once_it_has_begun_the_last_day_alone_may_change(weekly: Series, leader: Any) -> None:
    with clock.fixed(clock.at_local(MONDAY + 2 * DAY, dt.time(12))):
        for first in (MONDAY - 3 * DAY, MONDAY + DAY, MONDAY + 3 * DAY):
            with pytest.raises(refusals.WindowBegun):
                edit(leader, weekly, first, SUNDAY)
        with pytest.raises(refusals.BadWindow):
            edit(leader, weekly, MONDAY, MONDAY + DAY)
        edit(leader, weekly, MONDAY, MONDAY + 2 * DAY)
        assert window(weekly) == (MONDAY, MONDAY + 2 * DAY)


def test_going_back_does_not_move_the_first_day_of_what_has_begun(weekly: Series, leader: Any) -> None:
    edit(leader, weekly, MONDAY + DAY, SUNDAY)
    with clock.fixed(clock.at_local(MONDAY + 2 * DAY, dt.time(12))), pytest.raises(refusals.WindowBegun):
        service.reset_date(actor=make.actor(leader), occurrence_id=first_date(weekly).id)


def test_the_first_day_may_be_today(weekly: Series, leader: Any) -> None:
    today = clock.today()
    edit(leader, weekly, today, today)
    assert window(weekly) == (today, today)
    assert formats.span(first_date(weekly).starts_at, first_date(weekly).ends_at) == "11月21日 周六几点都行"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (MONDAY - 5 * DAY, SUNDAY),
        (MONDAY, MONDAY + 31 * DAY),
        (SUNDAY, MONDAY),
    ],
)
def test_windows_that_make_no_sense_are_refused(
    weekly: Series, leader: Any, first: dt.date, last: dt.date
) -> None:
    with pytest.raises(refusals.BadWindow):
        edit(leader, weekly, first, last)


def test_a_window_too_far_ahead_is_refused(weekly: Series, leader: Any) -> None:
    far = clock.today() + 400 * DAY
    with pytest.raises(refusals.TooFarAhead):
        edit(leader, weekly, far, far)


@pytest.mark.parametrize(
    ("last", "words"), [(MONDAY - DAY, "最后一天不能早于第一天"), (MONDAY + 40 * DAY, "最多 31 天")]
)
def test_the_page_says_what_is_wrong_and_keeps_it(
    weekly: Series, client: FlaskClient, last: dt.date, words: str
) -> None:
    answer = client.post(f"/activities/{first_date(weekly).id}/edit", data=days(MONDAY, last))
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{last}"' in answer.text


def once(client: FlaskClient, series: Series, first: dt.date, last: dt.date) -> Any:
    """What happens once: date and words on one page."""
    address = f"/activities/{first_date(series).id}/edit"
    words = {"title": "发通知", "content": "发通知", "risk_statement": "无"}
    data = {**days(first, last), **words}
    preview = client.post(address, data=data)
    if preview.status_code != 200:
        return preview
    return client.post(address, data={**data, "step": "confirm", "shown": shown(preview.text)})


def test_what_happens_once_gets_another_window(team: Any, client: FlaskClient) -> None:
    series = task(team)
    make.sign_up(first_date(series))
    assert once(client, series, MONDAY + DAY, SUNDAY + 2 * DAY).status_code == 303
    assert window(series) == (MONDAY + DAY, SUNDAY + 2 * DAY)
    assert (first_date(series).taken, first_date(series).edited) == (1, "")
    make.db.session.refresh(series)
    assert (series.starts_on, series.window_days) == (MONDAY + DAY, 8)


def test_what_happens_once_and_has_begun_is_prolonged(team: Any, leader: Any, client_for: SignIn) -> None:
    series = task(team)
    with clock.fixed(clock.at_local(MONDAY + 2 * DAY, dt.time(12))):
        client = client_for(leader)
        assert once(client, series, MONDAY, SUNDAY + 5 * DAY).status_code == 303
        assert window(series) == (MONDAY, SUNDAY + 5 * DAY)
        assert once(client, series, MONDAY + 3 * DAY, SUNDAY).status_code == 422
    assert window(series) == (MONDAY, SUNDAY + 5 * DAY)


# --- the window of a whole series


def windows(series: Series) -> list[tuple[dt.date, dt.date]]:
    statement = sa.select(Occurrence).where(Occurrence.series_id == series.id).order_by(Occurrence.starts_at)
    rows = make.db.session.scalars(statement.execution_options(populate_existing=True))
    return [(formats.local_day(row.starts_at), formats.local_day(row.ends_at)) for row in rows]


def of_series(window_days: object, **more: str) -> dict[str, str]:
    """What the form sends for the whole series."""
    words = {
        "title": "发通知",
        "content": "发通知",
        "risk_statement": "无",
        "place": "社区广场",
        "capacity": "20",
    }
    rule = {"repeat": "same", "on_holiday": "keep", "on_makeup": "keep"}
    return {"scope": "all", "window_days": str(window_days), **words, **rule, **more}


def change_all(client: FlaskClient, series: Series, window_days: int, **more: str) -> str:
    """Look at it and carry it out; the page that was looked at."""
    address = f"/activities/{more.pop('date', first_date(series).id)}/edit"
    data = of_series(window_days, **more)
    preview = client.post(address, data=data).text
    done = client.post(address, data={**data, "step": "confirm", "shown": shown(preview)})
    assert done.status_code == 303
    return preview


def test_all_coming_windows_of_a_series_change_and_their_people_hear_of_it(
    weekly: Series, client: FlaskClient
) -> None:
    dates = list(make.db.session.scalars(sa.select(Occurrence).order_by(Occurrence.starts_at)))
    holder, partner, waits = make.person(), make.person(), make.person()
    make.pair(dates[0], holder, partner, state="agreed")
    now = {"joined_at": clock.now(), "joined_by_id": waits.id}
    make.db.session.add(Waiting(occurrence_id=dates[1].id, person_id=waits.id, **now))
    make.db.session.commit()
    page = client.get(f"/activities/{dates[0].id}/edit?scope=all").text
    assert re.search(r'<input[^>]*name="window_days"[^>]*value="7"', page)
    preview = change_all(client, weekly, 5)
    assert formats.any_day(MONDAY, SUNDAY) in preview
    assert formats.any_day(MONDAY, SUNDAY - 2 * DAY) in preview
    assert "报了名的 2 人次会收到通知" in preview
    assert "排队的 1 人次也会收到" in preview
    assert f"{len(dates)} 场" in preview
    assert "每周一起，5 天之内" in preview
    assert windows(weekly) == [(first, first + 4 * DAY) for first, _last in windows(weekly)]
    told = make.db.session.scalars(sa.select(Message.person_id).where(Message.channel == "inbox"))
    assert set(told) == {holder.id, partner.id, waits.id}
    assert {row.sequence for row in dates} == {1}
    assert {row.edited for row in dates} == {""}


def test_new_dates_get_the_new_window(weekly: Series, client: FlaskClient) -> None:
    change_all(client, weekly, 3)
    make.db.session.refresh(weekly)
    assert weekly.window_days == 3
    before = len(windows(weekly))
    with clock.fixed(clock.now() + 28 * DAY):
        service.extend([weekly.id])
    assert len(windows(weekly)) > before
    assert {last - first for first, last in windows(weekly)} == {2 * DAY}


def test_a_window_that_has_begun_and_one_of_its_own_stay(
    weekly: Series, leader: Any, client_for: SignIn
) -> None:
    second = windows(weekly)[1]
    third = list(make.db.session.scalars(sa.select(Occurrence.id).order_by(Occurrence.starts_at)))[2]
    own = wish(windows(weekly)[2][0], windows(weekly)[2][0])
    service.edit_date(actor=make.actor(leader), occurrence_id=third, wish=own)
    with clock.fixed(clock.at_local(MONDAY + 2 * DAY, dt.time(12))):
        change_all(client_for(leader), weekly, 10)
    assert windows(weekly)[0] == (MONDAY, SUNDAY)
    assert windows(weekly)[1] == (second[0], second[0] + 9 * DAY)
    assert windows(weekly)[2] == (clock.local(own.starts_at).date(), clock.local(own.starts_at).date())


def test_later_windows_alone_split_the_series(weekly: Series, client: FlaskClient) -> None:
    before = windows(weekly)
    second = list(make.db.session.scalars(sa.select(Occurrence.id).order_by(Occurrence.starts_at)))[1]
    change_all(client, weekly, 2, scope="later", date=str(second))
    assert windows(weekly) == before[:1]
    later = make.db.session.scalars(sa.select(Series).where(Series.id != weekly.id)).one()
    assert [last - first for first, last in windows(later)] == [DAY] * (len(before) - 1)


@pytest.mark.parametrize("days", ["", "0", "32", "七"])
def test_a_length_that_makes_no_sense_is_refused_and_kept(
    weekly: Series, client: FlaskClient, days: str
) -> None:
    answer = client.post(f"/activities/{first_date(weekly).id}/edit", data=of_series(days))
    assert answer.status_code == 422
    assert re.search(rf'<input[^>]*name="window_days"[^>]*value="{days}"', answer.text)
    assert windows(weekly)[0] == (MONDAY, SUNDAY)


def test_the_service_refuses_it_as_well(weekly: Series, leader: Any) -> None:
    for days in (0, 32):
        with pytest.raises(plans.WindowNeeded):
            service.edit_series(
                actor=make.actor(leader), occurrence_id=first_date(weekly).id, scope="all",
                wish=Wish({"window_days": days}),
            )  # fmt: skip


def test_what_has_an_hour_is_asked_for_no_window(team: Any, client: FlaskClient) -> None:
    timed = make.series(team, recurrence="FREQ=WEEKLY;BYDAY=MO")
    service.extend([timed.id])
    page = client.get(f"/activities/{first_date(timed).id}/edit").text
    assert 'name="window_days"' not in page


def test_a_message_about_another_window_is_not_wanted_any_more(weekly: Series, leader: Any) -> None:
    date = first_date(weekly)
    person_id = make.sign_up(date).person_id
    payload = messages.told(
        SimpleNamespace(
            id=date.id,
            title="发通知",
            title_en=None,
            starts_at=date.starts_at,
            ends_at=date.ends_at,
            place="社区广场",
        )
    )
    assert messages.is_still_on(payload, person_id)
    edit(leader, weekly, MONDAY, SUNDAY + DAY)
    assert not messages.is_still_on(payload, person_id)
