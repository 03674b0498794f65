"""Who is suggested for a wish: chosen in a few queries, weighed, and told in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests import make
from tests.conftest import NOW
from tests.wishes.conftest import Village
from volunteer.core import i18n
from volunteer.jobs import messages as all_messages
from volunteer.outbox import kinds
from volunteer.people.models import PersonSkill, PersonSlot
from volunteer.wishes import candidates, rules, service


def suggested(wish_id: int) -> list[int]:
    return [one.person_id for one in candidates.suggestions(wish_id, limit=50)]


def test_skill_time_and_nearness_bring_somebody_to_the_top(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, wanted_skill="repair", wanted_weekday=2, wanted_part="afternoon")
    fixer = make.person(village.grid, name="赵工")
    db.session.add(PersonSkill(person_id=fixer.id, skill="repair"))
    db.session.add(PersonSlot(person_id=fixer.id, weekday=2, part="afternoon"))
    db.session.commit()
    best = candidates.suggestions(wish.id)[0]
    assert (best.person_id, best.name, best.score) == (fixer.id, "赵工", 100)
    assert best.reasons == [
        (40, "会心愿需要的：修家电、换灯泡。"),
        (30, "在同一个网格。"),
        (20, "都有空的时间：周三下午。"),
        (10, "手上没有别的心愿。"),
    ]


def test_who_is_not_suggested(db: Any, village: Village) -> None:
    wish = make.wish(village.grid, wisher_id=village.wisher.id)
    child = make.person(village.grid, born_on=dt.date(2012, 1, 1))
    without_phone = make.person(village.grid, phone_hash=None)
    closed = make.person(village.grid, status="closed")
    stranger = make.person(make.community(make.subdistrict()))
    busy = make.person(village.grid)
    for _n in range(rules.CLAIMS_AT_A_TIME):
        make.wish(village.grid, state="claimed", claimer=busy)
    service.claim(actor=make.actor(village.volunteer), wish_id=wish.id)
    service.cancel_claim(actor=make.actor(village.volunteer), wish_id=wish.id, reason="出差")
    found = suggested(wish.id)
    for nobody in (village.wisher, child, without_phone, closed, stranger, busy, village.volunteer):
        assert nobody.id not in found
    assert village.staff.id in found


def test_somebody_who_turns_eighteen_today_is_suggested(db: Any, village: Village) -> None:
    wish = make.wish(village.grid)
    grown = make.person(village.grid, born_on=dt.date(2008, 11, 21))
    tomorrow = make.person(village.grid, born_on=dt.date(2008, 11, 22))
    found = suggested(wish.id)
    assert grown.id in found
    assert tomorrow.id not in found


def test_suggestions_take_the_same_number_of_queries_for_many_people(
    db: Any, village: Village, count_statements: Callable[[], list[str]]
) -> None:
    wish_id = make.wish(village.grid, wanted_skill="repair").id

    def statements() -> int:
        before = len(count_statements())
        suggested(wish_id)
        return len(count_statements()) - before

    few = statements()
    for _n in range(12):
        make.person(village.grid)
    assert statements() == few == 5


@pytest.mark.parametrize("language", list(i18n.LANGUAGES))
def test_every_message_about_wishes_can_be_rendered(db: Any, language: str) -> None:
    assert all_messages
    payload = {
        "wish_id": 1, "number": "0071", "text": "下盘象棋", "reason": "出差", "follow_up_id": 1,
        "contact_by_at": NOW.isoformat(), "fulfilled_on": "2026-11-21", "due_on": "2026-11-28",
    }  # fmt: skip
    names = [name for name in kinds.KINDS if name.startswith("wish_")]
    assert len(names) == 16
    with i18n.speaking(language):
        for name in names:
            subject, body = kinds.render(name, payload)
            assert "0071" in subject
            assert body
            assert "%(" not in subject + body
