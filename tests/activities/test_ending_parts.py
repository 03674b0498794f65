"""The pages of one part of a split activity say that there is another, and ending asks about it (R060)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.changing.editing import LATER
from volunteer.activities.models import Occurrence, Regular, Series
from volunteer.activities.service.changing.editing import Wish
from volunteer.core import clock
from volunteer.jobs import tasks
from volunteer.outbox.models import INBOX, Message

SignIn = Callable[[Any], FlaskClient]
TUESDAY = dt.date(2026, 11, 24)
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


class Split:
    """Eight Tuesdays, from the fifth (22 December) on in another part; somebody always comes."""

    def __init__(self) -> None:
        self.old = make.weekly(TUESDAY, content="打扫")
        self.leader = make.db.session.get_one(make.Person, self.old.person_in_charge_id)
        self.regular = make.regular(self.old, make.person())
        fifth = sa.select(Occurrence.id).where(Occurrence.original_on == TUESDAY + 4 * WEEK)
        service.edit_series(
            actor=make.actor(self.leader), occurrence_id=make.db.session.scalars(fifth).one(), scope=LATER,
            wish=Wish({"place": "河边"}),
        )  # fmt: skip
        make.db.session.commit()
        self.new = make.db.session.scalars(sa.select(Series).where(Series.follows_id == self.old.id)).one()

    def again(self, week: int, place: str) -> None:
        """The part with that week's date is split there."""
        date = sa.select(Occurrence.id).where(Occurrence.original_on == TUESDAY + week * WEEK)
        service.edit_series(
            actor=make.actor(self.leader), occurrence_id=make.db.session.scalars(date).one(), scope=LATER,
            wish=Wish({"place": place}),
        )  # fmt: skip
        make.db.session.commit()

    def minute(self, weeks: int) -> None:
        """Of that day so many weeks from now: dates are given out, and what is over ends."""
        with clock.fixed(clock.now() + weeks * WEEK):
            tasks.sign_up_regulars()
            tasks.end_regulars()

    def end(self, of: Series | None = None, on: dt.date = TUESDAY + WEEK, **more: Any) -> int:
        done: int = service.end_series(
            actor=make.actor(self.leader), series_id=(of or self.old).id, on=on, reason="没人了", **more
        )
        make.db.session.commit()
        return done

    def left(self) -> list[dt.date]:
        statement = sa.select(Occurrence.original_on).where(Occurrence.state == "published")
        return list(make.db.session.scalars(statement.order_by(Occurrence.original_on)))

    def told(self) -> list[Message]:
        mine = Message.person_id == self.regular.person_id
        kind = Message.kind == "regular_ended"
        return list(make.db.session.scalars(sa.select(Message).where(mine, kind, Message.channel == INBOX)))


@pytest.fixture
def split(db: Any) -> Split:
    return Split()


@pytest.mark.portable
@pytest.mark.parametrize("page", ["limits", "settings", "positions", "themes"])
def test_each_page_names_the_other_part(split: Split, client_for: SignIn, page: str) -> None:
    browser = client_for(split.leader)
    text = browser.get(f"/series/{split.old.id}/{page}").text
    assert "从2026年12月22日" in text
    assert f'href="/series/{split.new.id}/{page}"' in text
    text = browser.get(f"/series/{split.new.id}/{page}").text
    assert "到2026年12月21日" in text
    assert f'href="/series/{split.old.id}/{page}"' in text


def test_whoever_goes_on_with_the_next_part_is_not_told_of_an_end(split: Split) -> None:
    assert split.end() == 0
    assert split.told() == []
    assert split.left() == [TUESDAY, *(TUESDAY + n * WEEK for n in range(4, 8))]


def test_the_later_parts_end_with_it(split: Split) -> None:
    assert split.end(with_later=True) == 1
    assert split.left() == [TUESDAY]
    [message] = split.told()
    assert message.payload["last_on"] == str(TUESDAY + WEEK - DAY)
    states = sa.select(Series.state, Series.ends_on).order_by(Series.id)
    assert [tuple(row) for row in make.db.session.execute(states)] == [
        ("live", TUESDAY + WEEK - DAY),
        ("ended", TUESDAY + WEEK - DAY),
    ]


def test_one_message_to_whoever_is_signed_up_in_both(split: Split) -> None:
    person = make.person()
    for week in (2, 6):
        date = sa.select(Occurrence).where(Occurrence.original_on == TUESDAY + week * WEEK)
        make.sign_up(make.db.session.scalars(date).one(), person)
    assert split.end(with_later=True) == 2
    about = sa.select(Message).where(Message.person_id == person.id, Message.channel == INBOX)
    assert len(make.db.session.scalars(about).all()) == 1


@pytest.mark.portable
def test_the_page_asks_shows_all_dates_and_ends_all(split: Split, client_for: SignIn) -> None:
    browser, page = client_for(split.leader), f"/series/{split.old.id}/end"
    assert "后面接着办的也一起结束" in browser.get(page).text
    typed = {"on": str(TUESDAY + WEEK), "reason": "没人了"}
    alone = browser.post(page, data=typed).text
    assert "3 场" in alone
    assert "照常办" in alone
    assert "固定报名的" not in alone
    both = browser.post(page, data=typed | {"with_later": "y"}).text
    assert "7 场" in both
    assert "固定报名的 1 位" in both
    shown = both.split('name="shown" value="')[1].split('"')[0]
    confirm = typed | {"with_later": "y", "step": "confirm", "shown": shown}
    assert browser.post(page, data=confirm).status_code == 303
    assert split.left() == [TUESDAY]


@pytest.mark.portable
def test_the_last_part_asks_nothing(split: Split, client_for: SignIn) -> None:
    text = client_for(split.leader).get(f"/series/{split.new.id}/end").text
    assert "后面接着办的也一起结束" not in text
    assert "到2026年12月21日" in text
    assert f'href="/series/{split.old.id}/end"' in text


def test_a_part_that_somebody_changes_meanwhile_is_looked_at_again(split: Split, client_for: SignIn) -> None:
    browser, page = client_for(split.leader), f"/series/{split.old.id}/end"
    typed = {"on": str(TUESDAY + WEEK), "reason": "没人了", "with_later": "y"}
    shown = browser.post(page, data=typed).text.split('name="shown" value="')[1].split('"')[0]
    date = make.db.session.scalars(sa.select(Occurrence).where(Occurrence.original_on == TUESDAY + 6 * WEEK))
    make.sign_up(date.one(), make.person())
    answer = browser.post(page, data=typed | {"step": "confirm", "shown": shown})
    assert answer.status_code == 409
    assert len(split.left()) == 8
    assert clock.today() < TUESDAY


def test_whoever_goes_on_after_a_part_in_the_middle_hears_of_no_end(split: Split) -> None:
    """It was split off second: the part after it follows the first one."""
    split.again(2, "院里")
    for weeks in (0, 5):
        split.minute(weeks)
    assert split.told() == []
    assert states() == ["stopped", "stopped", "running"]


def states() -> list[str]:
    statement = (
        sa.select(Regular.state).join(Series, Series.id == Regular.series_id).order_by(Series.starts_on)
    )
    return list(make.db.session.scalars(statement))


def test_whoever_goes_on_after_a_part_of_a_part_hears_of_no_end(split: Split) -> None:
    """The last part follows the first one; the one before it follows another that follows the first one."""
    split.again(1, "院里")
    split.again(2, "楼下")
    split.minute(5)
    assert split.told() == []
    assert states() == ["stopped", "stopped", "stopped", "running"]


@pytest.mark.parametrize("given_out", [False, True])
def test_while_the_part_before_runs_its_last_day_is_said(split: Split, given_out: bool) -> None:
    if given_out:
        split.minute(0)
    assert split.end(split.new, clock.today()) == 1
    split.minute(0)
    split.minute(5)
    [message] = split.told()
    assert message.payload["last_on"] == str(TUESDAY + 4 * WEEK - DAY)
    assert split.left() == [TUESDAY + n * WEEK for n in range(4)]
