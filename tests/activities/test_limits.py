"""Limits of a live series changed: who no longer fits is told to the leader, and nobody is dropped (R022)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import OccurrencePosition, Series, SignUp
from volunteer.activities.planning import fitting, plans, refusals
from volunteer.activities.planning.fitting import Limits
from volunteer.activities.planning.plans import Post
from volunteer.activities.planning.requirements import MOST, Requirement
from volunteer.activities.service.planning import sex_reasons
from volunteer.activities.service.planning.sex_reasons import SexReasonNeeded
from volunteer.core.errors import NotFound
from volunteer.people.models import PersonSkill

SignIn = Callable[[Any], FlaskClient]
FIRST_AID = Requirement("training", "急救培训")


class World:
    """A series of a team with a date tomorrow, and one person who has signed up."""

    def __init__(self) -> None:
        self.team = make.team()
        self.series = make.series(self.team)
        self.occurrence = make.occurrence(self.series)
        self.person = make.person(name="袁小满", born_on=dt.date(2008, 11, 22), sex="male")
        self.sign_up = make.sign_up(self.occurrence, self.person)
        self.leader = make.leader(self.team)

    def change(self, wanted: tuple[Requirement, ...] = (), reason: str = "", **limits: Any) -> list[Any]:
        return service.change_limits(
            actor=make.actor(self.leader),
            series_id=self.series.id,
            limits=Limits(**limits),
            wanted=wanted,
            sex_reason=reason,
        )


@pytest.fixture
def world(db: Any) -> World:
    return World()


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"minimum_age": 19}, "到那天不满 19 岁"),
        ({"members_only": True}, "不是本队队员"),
        ({"sex_needed": "female"}, "限女性"),
        ({"minimum_minutes": 60}, "服务还不到 1 小时"),
        ({"is_dangerous": True}, "未满 18 周岁"),  # eighteen tomorrow: today counts (R009)
        ({"wanted": (FIRST_AID,)}, "还没有培训“急救培训”"),
        ({"wanted": (Requirement("skill", "haircut"),)}, "还没有特长“理发”"),
    ],
)
def test_each_limit_names_who_no_longer_fits(world: World, db: Any, limits: Any, why: str) -> None:
    assert fitting.who_no_longer_fits(world.series.id) == []
    (found,) = world.change(reason="理由", **limits)
    assert (found.person_id, found.why) == (world.person.id, (why,))
    db.session.refresh(world.sign_up)
    assert world.sign_up.state == "signed_up"
    assert fitting.who_no_longer_fits(world.series.id) == [found]


def test_who_fits_is_not_named(world: World, db: Any) -> None:
    make.credential(world.person)
    db.session.add(PersonSkill(person_id=world.person.id, skill="haircut"))
    wanted = (FIRST_AID, Requirement("skill", "haircut"))
    assert world.change(wanted, minimum_age=18, sex_needed="male", reason="搬运") == []


def test_dates_that_are_over_and_cancelled_ones_do_not_count(world: World, db: Any) -> None:
    world.occurrence.state, world.occurrence.cancelled_reason = "cancelled", "雨"
    past = make.occurrence(world.series, starts_at=make.clock.now() - dt.timedelta(days=1))
    make.sign_up(past, world.person)
    assert world.change(minimum_age=60) == []


def test_the_limits_of_a_position_count_for_who_holds_it(world: World, db: Any) -> None:
    post = service.add_position(
        actor=make.actor(world.leader), series_id=world.series.id,
        post=Post("急救", 2, minimum_age=30, requirements=(FIRST_AID,)),
    )  # fmt: skip
    assert fitting.who_no_longer_fits(world.series.id) == []
    world.sign_up.position_id = post.id
    db.session.flush()
    (found,) = fitting.who_no_longer_fits(world.series.id)
    assert found.why == ("到那天不满 30 岁", "还没有培训“急救培训”")


def test_a_fixed_number_of_statements(
    world: World, db: Any, count_statements: Callable[[], list[str]]
) -> None:
    world.change((FIRST_AID,), minimum_age=60, minimum_minutes=60, members_only=True)

    def statements() -> int:
        db.session.expire_all()
        series_id = world.series.id
        before = len(count_statements())
        assert fitting.who_no_longer_fits(series_id)
        return len(count_statements()) - before

    few = statements()
    for _ in range(6):
        make.sign_up(make.occurrence(world.series))
    assert statements() == few


def test_the_new_limits_are_kept(world: World, db: Any) -> None:
    world.change((FIRST_AID,), minimum_age=16, members_only=True, minimum_minutes=90)
    series = db.session.get_one(Series, world.series.id)
    assert (series.minimum_age, series.members_only, series.minimum_minutes) == (16, True, 90)
    assert series.has_requirements
    world.change()
    assert (series.minimum_age, series.has_requirements) == (0, False)


def test_what_is_refused_leaves_nothing(world: World, db: Any) -> None:
    for refusal, how in (
        (plans.DangerousForMinors, {"is_dangerous": True, "minimum_age": 16}),
        (SexReasonNeeded, {"sex_needed": "female"}),
        (
            refusals.TooManyRequirements,
            {"wanted": tuple(Requirement("training", f"课{n}") for n in range(MOST + 1))},
        ),
    ):
        with pytest.raises(refusal):
            world.change(**how)
    series = db.session.get_one(Series, world.series.id)
    assert (series.minimum_age, series.sex_needed, series.has_requirements) == (0, None, False)
    series.state = "ended"
    with pytest.raises(refusals.SeriesEnded):
        world.change(minimum_age=18)
    with pytest.raises(NotFound):
        service.change_limits(
            actor=make.actor(make.leader(make.team())), series_id=series.id, limits=Limits(), wanted=()
        )


def test_why_only_women_stands_in_the_content(world: World, db: Any) -> None:
    world.change(sex_needed="female", reason="给女性老人洗头")
    assert world.series.content.endswith("只请女性志愿者：给女性老人洗头")
    world.change(sex_needed="female")  # it is no news the second time
    assert world.series.content.count("只请女性志愿者") == 1


def test_the_page_shows_who_before_it_changes_anything(world: World, db: Any, client_for: SignIn) -> None:
    leader, page = client_for(world.leader), f"/series/{world.series.id}/limits"
    assert leader.get(page).status_code == 200
    shown = leader.post(page, data={"minimum_age": "60", "needs": "skill:haircut"})
    assert shown.status_code == 200
    for words in ("还没有改", "袁小满", "到那天不满 60 岁", "还没有特长“理发”"):
        assert words in shown.text
    db.session.expire_all()
    assert db.session.get_one(Series, world.series.id).minimum_age == 0
    done = leader.post(page, data={"minimum_age": "60", "needs": "skill:haircut", "seen": "y"})
    assert done.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Series, world.series.id).minimum_age == 60
    assert "袁小满" in leader.get(page).text
    assert "有 1 个报名不合现在的条件" in leader.get(f"/series/{world.series.id}").text
    assert db.session.scalar(sa.select(SignUp.state)) == "signed_up"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"minimum_age": "121"}, "0 到 120"),
        ({"sex_needed": "female"}, "限性别要有理由"),
        ({"is_dangerous": "y", "minimum_age": "16", "seen": "y"}, "未满 18 周岁不能参加"),
    ],
)
def test_what_is_wrong_is_said_and_stays_typed(
    world: World, db: Any, client_for: SignIn, fields: dict[str, str], sentence: str
) -> None:
    answer = client_for(world.leader).post(
        f"/series/{world.series.id}/limits", data={"needs_training": "急救", **fields}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="急救"' in answer.text
    if "minimum_age" in fields:
        assert f'value="{fields["minimum_age"]}"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OccurrencePosition)) == 0
    assert db.session.get_one(Series, world.series.id).minimum_age == 0


def test_a_long_description_does_not_swallow_the_reason(db: Any) -> None:
    series = make.series(content="扫" * sex_reasons.LONGEST_CONTENT)
    sex_reasons.say_why(series, "female", "陪女性老人洗澡")
    assert "陪女性老人洗澡" in series.content
    assert len(series.content) == sex_reasons.LONGEST_CONTENT
