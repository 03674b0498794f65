"""A record that was merged away leads to the one that stayed, for those who may see it, and to the undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests import make
from tests.privacy.doubles import REASON, Two
from volunteer.core import clock
from volunteer.people.models import AUDITOR, COMMUNITY_STAFF, SUBDISTRICT_STAFF
from volunteer.privacy import service
from volunteer.privacy.service import parting

pytestmark = pytest.mark.portable


@pytest.fixture
def two(app: Any) -> Two:
    two = Two()
    two.row = two.merge()
    return two


def page(client_for: Any, person: Any, of: Any) -> str:
    answer = client_for(person).get(f"/desk/people/{of.id}")
    assert answer.status_code == 200
    return str(answer.text)


def test_staff_find_the_way_to_the_record_that_stayed_and_to_the_undo(client_for: Any, two: Two) -> None:
    staff = make.staff(COMMUNITY_STAFF, two.area)
    gone = page(client_for, staff, two.gone)
    assert f'href="/desk/people/{two.kept.id}"' in gone
    assert f'href="/desk/merges/{two.row.id}"' in gone
    assert "以前可以撤销" in gone
    kept = page(client_for, staff, two.kept)
    assert f'href="/desk/merges/{two.row.id}"' in kept
    assert "并入另一份" not in kept


def test_after_the_days_of_the_undo_the_merge_is_told_without_it(client_for: Any, two: Two) -> None:
    with clock.fixed(clock.now() + dt.timedelta(days=parting.UNDO_DAYS + 1)):
        gone = page(client_for, make.staff(COMMUNITY_STAFF, two.area), two.gone)
    assert f'href="/desk/people/{two.kept.id}"' in gone
    assert "可以撤销" not in gone


def test_after_the_undo_nothing_is_told_of_it(client_for: Any, two: Two) -> None:
    service.undo(actor=two.staff, merge_id=two.row.id)
    gone = page(client_for, make.staff(COMMUNITY_STAFF, two.area), two.gone)
    assert f"/desk/people/{two.kept.id}" not in gone
    assert "合并的登记" not in gone


def test_an_auditor_reads_of_the_merge_and_cannot_undo_it(client_for: Any, two: Two) -> None:
    gone = page(client_for, make.staff(AUDITOR, two.area), two.gone)
    assert f'href="/desk/people/{two.kept.id}"' in gone
    assert "/desk/merges/" not in gone


def test_of_a_record_that_stayed_elsewhere_nothing_is_told_but_that(client_for: Any, app: Any) -> None:
    street = make.subdistrict()
    here, there = make.community(street), make.community(street)
    gone, kept = make.person(here), make.person(there)
    both = make.actor(make.staff(SUBDISTRICT_STAFF, street))
    service.merge(actor=both, kept_id=kept.id, gone_id=gone.id, reason=REASON)
    text = page(client_for, make.staff(COMMUNITY_STAFF, here), gone)
    assert "那一份不在您负责的区域里" in text
    assert kept.number not in text
    assert f"/desk/people/{kept.id}" not in text


def test_of_records_merged_further_the_last_one_is_opened(client_for: Any, two: Two) -> None:
    last = make.person(two.area)
    service.merge(actor=two.staff, kept_id=last.id, gone_id=two.kept.id, reason=REASON)
    text = page(client_for, make.staff(COMMUNITY_STAFF, two.area), two.gone)
    assert f'href="/desk/people/{last.id}">打开 {last.number}' in text
