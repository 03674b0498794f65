"""What a position asks for: said when it is added, changed later, and nobody is dropped for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import make
from volunteer.activities import service
from volunteer.activities.models import Occurrence, Position, Series, SignUp
from volunteer.activities.planning import plans, refusals, requirements
from volunteer.activities.planning.fitting import Limits
from volunteer.activities.planning.plans import Post
from volunteer.activities.planning.requirements import MOST, Requirement
from volunteer.activities.service.planning.positions import AlreadyClosed
from volunteer.activities.service.planning.sex_reasons import SexReasonNeeded
from volunteer.audit.models import AuditEntry
from volunteer.core.errors import NotFound, Refused

SignIn = Callable[[Any], FlaskClient]
SKILL = Requirement("skill", "haircut")


class Hall:
    """A series with one date and two positions, one of them held by a man of fifty-six."""

    def __init__(self) -> None:
        self.team = make.team()
        self.leader = make.leader(self.team)
        self.series = make.series(self.team, content="理发")
        self.date = make.occurrence(self.series)
        self.post, self.other = (
            service.add_position(actor=self.actor, series_id=self.series.id, post=Post(name, 3))
            for name in ("引导员", "记录员")
        )
        self.man = make.person(sex="male")
        for someone, post in ((self.man, self.post), (make.person(sex="male"), self.other)):
            service.sign_up(actor=make.actor(someone), occurrence_id=self.date.id, position_id=post.id)
        make.db.session.commit()

    @property
    def actor(self) -> Any:
        return make.actor(self.leader)

    def change(self, *wanted: Requirement, actor: Any = None, reason: str = "", **limits: Any) -> list[Any]:
        return service.change_position_limits(
            actor=actor or self.actor,
            position_id=self.post.id,
            limits=Limits(**limits),
            wanted=wanted,
            sex_reason=reason,
        )


@pytest.fixture
def hall(db: Any) -> Hall:
    return Hall()


def test_who_no_longer_fits_is_named_and_stays(hall: Hall) -> None:
    found = hall.change(
        SKILL, minimum_age=60, sex_needed="female", minimum_minutes=90, members_only=True, reason="在女浴室"
    )
    assert [one.person_id for one in found] == [hall.man.id]  # the other position asks for nothing
    row = make.db.session.get_one(Position, hall.post.id, populate_existing=True)
    assert (row.minimum_age, row.sex_needed, row.minimum_minutes, row.members_only) == (
        60,
        "female",
        90,
        True,
    )
    assert requirements.of_positions([row.id])[row.id] == [SKILL]
    assert row.has_requirements
    states = make.db.session.scalars(sa.select(SignUp.state)).all()
    assert set(states) == {"signed_up"}
    assert "岗位“引导员”只请女性志愿者：在女浴室" in make.db.session.get_one(Series, hall.series.id).content
    [entry] = make.db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.act == "position_limits_changed")
    )
    assert (entry.details["before"]["minimum_age"], entry.details["after"]["minimum_age"]) == (0, 60)
    assert entry.details["no_longer_fit"] == 1


def test_less_is_asked_again(hall: Hall) -> None:
    hall.change(SKILL, minimum_age=60)
    assert hall.change() == []
    row = make.db.session.get_one(Position, hall.post.id, populate_existing=True)
    assert (row.minimum_age, row.has_requirements) == (0, False)
    assert requirements.of_positions([row.id])[row.id] == []


def test_the_reason_is_asked_for_once(hall: Hall) -> None:
    with pytest.raises(SexReasonNeeded):
        hall.change(sex_needed="female")
    hall.change(sex_needed="female", reason="在女浴室")
    hall.change(sex_needed="female", minimum_age=20)
    with pytest.raises(SexReasonNeeded):
        service.add_position(
            actor=hall.actor, series_id=hall.series.id, post=Post("搬运", 1, sex_needed="male")
        )


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [
        ({"is_dangerous": True}, plans.PositionForMinors),
        ({"state": "ended"}, refusals.SeriesEnded),
    ],
)
def test_what_is_refused(hall: Hall, prepare: dict[str, Any], refusal: type[Refused]) -> None:
    for name, value in prepare.items():
        setattr(hall.series, name, value)
    make.db.session.commit()
    with pytest.raises(refusal):
        hall.change(minimum_age=16)


def test_too_much_is_refused_and_so_is_a_closed_one(hall: Hall) -> None:
    with pytest.raises(refusals.TooManyRequirements):
        hall.change(*(Requirement("training", f"课{n}") for n in range(MOST + 1)))
    service.end_position(actor=hall.actor, position_id=hall.post.id)
    with pytest.raises(AlreadyClosed):
        hall.change(minimum_age=20)


def test_strangers_change_nothing(hall: Hall) -> None:
    with pytest.raises(NotFound):
        hall.change(actor=make.actor(make.leader(make.team())), minimum_age=20)


@pytest.mark.portable
def test_the_page_names_them_first(hall: Hall, client_for: SignIn) -> None:
    browser, address = client_for(hall.leader), f"/positions/{hall.post.id}/limits"
    assert address in browser.get(f"/series/{hall.series.id}/positions").text
    assert "岗位“引导员”的要求" in browser.get(address).text
    typed = {"minimum_age": "60", "minimum_minutes": "1.5", "sex_needed": ""}
    first = browser.post(address, data=typed)
    assert first.status_code == 200
    assert hall.man.number in first.text
    assert make.db.session.get_one(Position, hall.post.id, populate_existing=True).minimum_age == 0
    assert browser.post(address, data=typed | {"seen": "y"}).status_code == 303
    row = make.db.session.get_one(Position, hall.post.id, populate_existing=True)
    assert (row.minimum_age, row.minimum_minutes) == (60, 90)
    page = browser.get(address).text
    assert 'value="60"' in page
    assert 'value="1.5"' in page
    wrong = browser.post(address, data=typed | {"sex_needed": "female"})
    assert wrong.status_code == 422
    assert "限性别要有理由" in wrong.text


@pytest.mark.portable
def test_a_new_position_asks_for_hours_and_says_why(hall: Hall, client_for: SignIn) -> None:
    browser, address = client_for(hall.leader), f"/series/{hall.series.id}/positions"
    typed = {"name": "搬运", "capacity": "2", "sex_needed": "male", "minimum_minutes": "3"}
    wrong = browser.post(address, data=typed)
    assert wrong.status_code == 422
    assert "限性别要有理由" in wrong.text
    assert browser.post(address, data=typed | {"sex_reason": "要抬轮椅"}).status_code == 303
    row = make.db.session.scalars(sa.select(Position).where(Position.name == "搬运")).one()
    assert (row.sex_needed, row.minimum_minutes) == ("male", 180)
    date = make.db.session.scalars(sa.select(Occurrence)).first()
    assert "岗位“搬运”只请男性志愿者：要抬轮椅" in browser.get(f"/activities/{date.id}").text
