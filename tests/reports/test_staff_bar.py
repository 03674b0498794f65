"""Staff are shown no link that refuses them: the bar on every page, and the rows of the desk's lists."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from tests import make
from volunteer.activities.models import UNDECIDED
from volunteer.core import clock
from volunteer.people.models import STAFF_ROLES

pytestmark = pytest.mark.portable
PLACES = {
    "counter_clerk": ["/desk", "/counter", "/figures"],
    "auditor": ["/desk", "/desk/wishes", "/figures"],
}
EVERY_PLACE = ["/desk", "/counter", "/desk/wishes", "/figures"]


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_the_bar_has_the_places_of_the_role_and_each_opens(client_for: Any, db: Any, role: str) -> None:
    browser = client_for(make.staff(role, make.subdistrict()))
    bar = re.search(r'class="staff-bar.*?</nav>', browser.get("/desk").text, re.S)
    assert bar is not None
    links = re.findall(r'href="([^"]+)"', bar[0])
    assert links == PLACES.get(role, EVERY_PLACE)
    assert {browser.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("role", ["auditor", "community_staff"])
@pytest.mark.parametrize("key", ["late", "unrecorded", "undecided"])
def test_the_rows_of_what_waits_open_for_who_reads_them(
    client_for: Any, db: Any, role: str, key: str
) -> None:
    area = make.community()
    series = make.series(make.team(area))
    for days in (30, 1):
        make.sign_up(make.occurrence(series, starts_at=clock.now() - dt.timedelta(days=days)))
    make.occurrence(series, state=UNDECIDED, asks="holiday")
    browser = client_for(make.staff(role, area))
    links = re.findall(r'href="(/activities/\d+[^"]*)"', browser.get(f"/desk/waiting/{key}").text)
    assert len(links) == 1
    assert browser.get(links[0]).status_code == 200
