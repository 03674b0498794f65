"""A series that was split is one activity to whoever takes part, and says to its leader what the other part has."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.activities.test_photos import picture
from volunteer.activities import service
from volunteer.activities.changing.editing import LATER
from volunteer.activities.models import Occurrence, Series
from volunteer.activities.service.changing import ending
from volunteer.activities.service.changing.editing import Wish
from volunteer.activities.service.planning import photos
from volunteer.core import files
from volunteer.core.errors import NotFound

SignIn = Callable[[Any], FlaskClient]
TUESDAY = dt.date(2026, 11, 24)


class Split:
    """Tuesdays from 24 November on; from 8 December on at four, in a series of their own."""

    def __init__(self) -> None:
        self.team = make.team()
        self.person = make.leader(self.team)
        self.leader = make.actor(self.person)
        self.old = make.series(
            self.team, starts_on=TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=TU", content="打扫"
        )
        service.extend([self.old.id])
        self.dates = [date.id for date in self.dates_of(self.old)]
        self.later(2, start=dt.time(16))
        self.new = make.db.session.scalars(sa.select(Series).where(Series.follows_id == self.old.id)).one()
        make.db.session.commit()

    def later(self, nth: int, start: dt.time) -> None:
        wish = Wish(times={0: (start, 120)})
        service.edit_series(actor=self.leader, occurrence_id=self.dates[nth], scope=LATER, wish=wish)

    def dates_of(self, series: Series) -> list[Occurrence]:
        statement = sa.select(Occurrence).where(Occurrence.series_id == series.id)
        return list(make.db.session.scalars(statement.order_by(Occurrence.starts_at)))

    def photo(self, nth: int) -> Any:
        prepared = files.prepare(io.BytesIO(picture()))
        return photos.add_photo(actor=self.leader, occurrence_id=self.dates[nth], prepared=prepared)


@pytest.fixture
def split(db: Any) -> Split:
    return Split()


def test_the_last_old_date_goes_on_with_those_of_the_next_part(split: Split, client: FlaskClient) -> None:
    page = client.get(f"/activities/{split.dates[1]}").text
    assert f"/activities/{split.dates[2]}" in page.split("后面几场")[1]
    assert "每周二 15:00" in page
    assert "为止" not in page


def test_what_ends_says_so(split: Split, client: FlaskClient) -> None:
    ending.end_series(actor=split.leader, series_id=split.new.id, on=dt.date(2026, 12, 8), reason="没有人了")
    make.db.session.commit()
    assert "到2026年12月7日为止" in client.get(f"/activities/{split.dates[1]}").text


def test_the_page_of_the_old_part_leads_on(split: Split, client: FlaskClient) -> None:
    page = client.get(f"/series/{split.old.id}").text.split("<main")[1]
    assert "从2026年12月8日起，照新的安排接着办。" in page
    assert f"/series/{split.new.id}" in page
    assert "为止" not in page


@pytest.mark.parametrize("nth", [0, 3])
def test_photos_are_those_of_all_parts(split: Split, client: FlaskClient, nth: int) -> None:
    of_old, of_new = split.photo(0), split.photo(4)
    make.db.session.commit()
    page = client.get(f"/activities/{split.dates[nth]}").text
    assert f"/photos/{of_old.id}" in page
    assert f"/photos/{of_new.id}" in page


def test_a_photo_is_removed_from_the_page_of_any_part(split: Split) -> None:
    photo = split.photo(0)
    photos.remove_photo(actor=split.leader, occurrence_id=split.dates[4], photo_id=photo.id)
    assert photos.photos_of(series_id=split.old.id) == []


def test_not_by_who_leads_another_part_alone(split: Split) -> None:
    """One of two teams has taken over the later part."""
    photo = split.photo(0)
    other = make.team()
    split.new.team_id = other.id
    split.new.area_id = other.area_id
    make.db.session.flush()
    with pytest.raises(NotFound):
        photos.remove_photo(
            actor=make.actor(make.leader(other)), occurrence_id=split.dates[4], photo_id=photo.id
        )


def test_the_limit_counts_all_parts(split: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST", 1)
    split.photo(0)
    with pytest.raises(photos.TooManyPhotos):
        split.photo(4)


def test_the_form_says_which_dates_another_part_has(split: Split, client_for: SignIn) -> None:
    leader = client_for(split.person)
    old = leader.get(f"/activities/{split.dates[0]}/edit").text
    assert "从2026年12月8日起的场次在另一个系列里，要到那边去改。" in old
    assert f"/series/{split.new.id}/edit" in old
    new = leader.get(f"/activities/{split.dates[2]}/edit").text
    assert "到2026年12月7日为止的场次在另一个系列里，要到那边去改。" in new
    assert f"/series/{split.old.id}/edit" in new


def test_it_names_every_part_in_their_order(split: Split, client_for: SignIn) -> None:
    split.later(4, start=dt.time(17))
    make.db.session.commit()
    form = client_for(split.person).get(f"/activities/{split.dates[0]}/edit").text
    assert form.index("从2026年12月8日") < form.index("从2026年12月22日")


def test_a_series_alone_says_nothing_of_parts(db: Any, client_for: SignIn) -> None:
    team = make.team()
    series = make.series(team, starts_on=TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=TU", content="打扫")
    service.extend([series.id])
    first = db.session.scalar(sa.select(sa.func.min(Occurrence.id)))
    db.session.commit()
    assert "另一个系列" not in client_for(make.leader(team)).get(f"/activities/{first}/edit").text
