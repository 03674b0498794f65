"""A community with its staff, a wisher and a volunteer."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from tests import make
from volunteer.areas.models import Area
from volunteer.people.models import COMMUNITY_STAFF, Person


@dataclass(frozen=True)
class Village:
    subdistrict: Area
    community: Area
    grid: Area
    elsewhere: Area
    staff: Person
    other_staff: Person
    wisher: Person
    volunteer: Person


@pytest.fixture
def village(app: Flask) -> Village:
    subdistrict = make.subdistrict()
    community = make.community(subdistrict, name="桔苑社区", name_en="Juyuan")
    grid, elsewhere = make.grid(community), make.community(subdistrict, name="和馨园社区")
    return Village(
        subdistrict=subdistrict,
        community=community,
        grid=grid,
        elsewhere=elsewhere,
        staff=make.staff(COMMUNITY_STAFF, community),
        other_staff=make.staff(COMMUNITY_STAFF, elsewhere),
        wisher=make.person(grid, name="王桂兰"),
        volunteer=make.person(community, name="李强"),
    )
