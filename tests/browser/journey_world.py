"""Who lives in the journey: a community, a team with its leader, staff, a clerk, neighbours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests import make
from volunteer.activities import service as activities
from volunteer.activities.planning.plans import Plan
from volunteer.activities.repeating.recurrence import Rule
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.people.models import COMMUNITY_STAFF, COUNTER_CLERK
from volunteer.points import service as points

PASSWORD = "Juyuan-2026-morning"


@dataclass
class Cast:
    """Ids and numbers of those whom the journey meets."""

    community_id: int
    team_id: int
    leader: str
    staff: str
    clerk: str
    neighbour: str
    neighbour_name: str
    friday: int
    full: int
    item_id: int


def settle(world: Any, language: str) -> Cast:
    """Everything that stands before the resident comes."""
    with world.app.app_context():
        street = make.subdistrict(name_en="Lugu Sub-district")
        community = make.community(street, name="桔苑社区", name_en="Juyuan Community")
        team = make.team(
            community,
            name="桔苑萤火虫学雷锋志愿服务队",
            name_en="Juyuan Firefly Volunteer Team",
            focus="学雷锋；环保",
        )
        leader = make.leader(
            team, make.person(community, name="林淑芬", password=PASSWORD, language=language)
        )
        staff = make.staff(COMMUNITY_STAFF, community, name="周敏", password=PASSWORD, language=language)
        clerk = make.staff(COUNTER_CLERK, community, name="何静", password=PASSWORD, language=language)
        neighbour = make.member(
            team, make.person(community, name="王建国", password=PASSWORD, language=language)
        )
        make.earning_rule(10)
        item_id = _soap(staff, community)
        friday = _series(
            leader, team.id, ("周五卫生大扫除", "Friday clean-up"), dt.date(2026, 11, 27), 15, 20
        )
        full = _series(
            leader, team.id, ("免费维修小家电", "Free appliance repairs"), dt.date(2026, 11, 28), 9, 1
        )
        with transaction():
            activities.sign_up(actor=make.actor(neighbour), occurrence_id=full)
        cast = Cast(
            community_id=community.id,
            team_id=team.id,
            leader=leader.number,
            staff=staff.number,
            clerk=clerk.number,
            neighbour=neighbour.number,
            neighbour_name=neighbour.name,
            friday=friday,
            full=full,
            item_id=item_id,
        )
        db.session.remove()
    return cast


def _soap(staff: Any, community: Any) -> int:
    with transaction():
        item = points.add_item(
            actor=make.actor(staff),
            area_id=community.id,
            code="soap",
            name="肥皂",
            name_en="Soap",
            price_points=20,
        )
        db.session.flush()
        item_id: int = item.id
        points.stock_in(actor=make.actor(staff), item_id=item_id, quantity=5, note="开业进货")
    return item_id


def _series(
    leader: Any, team_id: int, titles: tuple[str, str], first: dt.date, hour: int, capacity: int
) -> int:
    """A weekly series of two and a half hours for members; gives its first occurrence."""
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[first.weekday()]
    plan = Plan(
        title=titles[0],
        title_en=titles[1],
        category="环境整治",
        content="带上手套，一起把公共的地方收拾干净。",
        place="桔苑社区广场",
        risk_statement="无",
        person_in_charge_id=leader.id,
        rule=Rule(first, dt.time(hour), 150, f"FREQ=WEEKLY;BYDAY={weekday}"),
        capacity=capacity,
        members_only=True,
    )
    with transaction():
        series = activities.create_series(actor=make.actor(leader), team_id=team_id, plan=plan)
        series_id = series.id
    from volunteer.activities.models import Occurrence

    row = db.session.query(Occurrence).filter_by(series_id=series_id).order_by(Occurrence.starts_at).first()
    assert row is not None
    return int(row.id)
