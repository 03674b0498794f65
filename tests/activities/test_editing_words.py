"""What an edit writes anew beside time and place stands in its preview: the old lines and the new."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from tests.activities.test_editing_pages import DATE, SERIES, TUESDAY
from volunteer.activities import differences, service
from volunteer.activities.models import Occurrence, Series

pytestmark = pytest.mark.portable
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def series(db: Any) -> Series:
    row = make.series(
        make.team(),
        starts_on=TUESDAY,
        recurrence="FREQ=WEEKLY;BYDAY=TU",
        title="大扫除",
        title_en=None,
        content="带手套\n打扫",
    )
    service.extend([row.id])
    db.session.commit()
    return row


@pytest.fixture
def preview(series: Series, client_for: SignIn) -> Callable[..., str]:
    leader = client_for(make.leader(make.db.session.get_one(make.Team, series.team_id)))
    first = make.db.session.scalar(sa.select(sa.func.min(Occurrence.id)))

    def look(**typed: str) -> str:
        sent = SERIES | {"content": "带手套\n打扫"} | typed
        return leader.post(f"/activities/{first}/edit", data=sent).text

    return look


def lines(page: str, mark: str) -> list[str]:
    found = re.search(r"old-new-lines(.*?)</dl>", page, re.DOTALL)
    return re.findall(rf"<{mark}>(.*?)</{mark}>", found[1]) if found else []


def test_new_words_stand_beside_the_old_ones(preview: Callable[..., str]) -> None:
    page = preview(title="河边大扫除", content="带手套\r\n打扫\r\n擦窗", risk_statement="路滑")
    assert lines(page, "s") == ["大扫除", "无"]
    assert lines(page, "b") == ["河边大扫除", "擦窗", "路滑"]
    assert "没有人的时间或地点会变，不用通知谁。" in page


def test_a_choice_is_shown_by_its_name(preview: Callable[..., str]) -> None:
    page = preview(on_holiday="skip")
    assert lines(page, "s") == ["照常：放假那天也办"]
    assert lines(page, "b") == ["不办：那一次就跳过"]


def test_the_note_of_one_date_is_shown(preview: Callable[..., str]) -> None:
    assert lines(preview(**DATE | {"note": "这次请带雨衣。"}), "b") == ["这次请带雨衣。"]


def test_what_stays_is_not_shown(preview: Callable[..., str]) -> None:
    assert "old-new-lines" not in preview(content="带手套\r\n打扫")
    assert "old-new-lines" not in preview(**DATE)


def test_without_dates_place_and_times_are_shown_of_the_series(series: Series, client_for: SignIn) -> None:
    make.db.session.execute(sa.delete(Occurrence))
    make.db.session.commit()
    leader = client_for(make.leader(make.db.session.get_one(make.Team, series.team_id)))
    typed = SERIES | {"content": "带手套\n打扫", "place": "河边", "times-0-ends_time": "16:00"}
    page = leader.post(f"/series/{series.id}/edit", data=typed).text
    assert lines(page, "s") == ["社区广场", "15:00–\u206017:00"]
    assert lines(page, "b") == ["河边", "15:00–\u206016:00"]


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("a\nb", "b\na", ["b"], ["b"]),
        ("a\r\nb", "a\nb", [], []),
        ("", "a\n\nb", [], ["a", "", "b"]),
        ("a\nb\nc", "a\nx\nc", ["b"], ["x"]),
    ],
)
def test_only_lines_that_are_others_count(old: str, new: str, gone: list[str], come: list[str]) -> None:
    assert differences.lines(old, new) == (gone, come)
