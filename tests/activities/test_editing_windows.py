"""Another first or last day for what may be done at any time: seen before, told, marked, and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.activities.test_editing_pages import shown
from volunteer.activities import messages, service
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing.changes import DateWish
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
