"""Two deeds that need the same two rows take them in the same order (docs/scarce.md): no deadlock.

Each holds its first lock until the other has one too, or a second has passed.
The controls take the rows the other way round.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.faults.races import Deed, at_once, call
from volunteer.acting import service as acting
from volunteer.acting.models import Delegation
from volunteer.acting.service import delegating
from volunteer.activities import managed, service
from volunteer.activities.changing.editing import LATER
from volunteer.activities.models import Occurrence, Series, SignUpBlock
from volunteer.activities.service.changing.editing import NewRule, Wish
from volunteer.activities.service.changing.editing_rule import edit_rule
from volunteer.activities.service.repeating import rechecking
from volunteer.activities.signing import chains
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotDone
from volunteer.hours.models import Objection
from volunteer.hours.service import objecting
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF
from volunteer.people.service import locking
from volunteer.points import service as shop
from volunteer.points.models import Order
from volunteer.points.service import returning
from volunteer.privacy import service as privacy
from volunteer.teams.models import Invitation
from volunteer.teams.service import closing, invitations, membership
from volunteer.workdays import service as workdays
from volunteer.workdays.rules import HOLIDAY, Day

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
LOCKS = re.compile(r"FOR (NO KEY )?UPDATE")
Scene = Callable[[], list[Deed]]


@pytest.fixture(autouse=True)
def rows_are_locked(database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite locks no rows")


@contextmanager
def both_hold_one(mine: threading.local) -> Iterator[None]:
    met = threading.Barrier(2)

    def wait(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if LOCKS.search(statement) and hasattr(mine, "delay") and not hasattr(mine, "has_met"):
            mine.has_met = True
            with suppress(threading.BrokenBarrierError):
                met.wait(1)
                time.sleep(mine.delay)

    sa.event.listen(sa.Engine, "after_cursor_execute", wait)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", wait)


def deadlocks(house: Flask, deeds: list[Deed]) -> int:
    """How many of the two; the first one goes on a little later."""
    mine = threading.local()

    def delayed(deed: Deed, by: float) -> Deed:
        return lambda: (setattr(mine, "delay", by), deed())

    with both_hold_one(mine):
        answers = at_once(house, [delayed(deed, by) for deed, by in zip(deeds, (0.3, 0), strict=True)])
    failed = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(failure, NotDone | sa.exc.OperationalError) for failure in failed), failed
    return sum("deadlock detected" in str(failure) for failure in failed)


def helpers() -> list[Deed]:
    """Staff end what a person gave a helper, while the person names the same one anew."""
    area = make.community()
    staff, person = make.actor(make.staff(COMMUNITY_STAFF, area)), make.person(area)
    helper = make.helper(person, "sign_up")
    given_id = db.session.scalars(sa.select(Delegation.id)).one()
    naming = {"actor": make.actor(person), "who": helper.number, "relation": "child", "rights": ["sign_up"]}
    db.session.commit()
    return [
        call(acting.end, actor=staff, delegation_id=given_id),
        call(acting.name_helper, **naming),
    ]


def codes() -> list[Deed]:
    """A leader takes a code back, while staff close the team."""
    team = make.team(make.community())
    leader = make.leader(team)
    invitation, _token = make.invitation(team, leader)
    staff = make.actor(make.staff(SUBDISTRICT_STAFF, make.db.session.get_one(make.Area, team.area_id)))
    ending = {"actor": make.actor(leader), "invitation_id": invitation.id}
    over = {"actor": staff, "team_id": team.id, "reason": "人都搬走了"}
    db.session.commit()
    return [call(invitations.end_invitation, **ending), call(closing.close, **over)]


def objections() -> list[Deed]:
    """An absence that was none is struck, while the record of the person is merged into another."""
    area = make.community()
    staff, other = (make.actor(make.staff(COMMUNITY_STAFF, area)) for _ in range(2))
    kept, gone = make.person(area), make.person(area)
    objection = make.objection(make.occurrence(make.series(make.team(area))), gone)
    objection.kind = "no_show"
    db.session.add(SignUpBlock(person_id=gone.id, cause="no_shows", blocked_at=clock.now()))
    answer = {"actor": staff, "objection_id": objection.id, "is_upheld": True, "reason": "核对属实"}
    merge = {"actor": other, "kept_id": kept.id, "gone_id": gone.id, "reason": "本人带证件来核对过"}
    db.session.commit()
    return [call(objecting.answer, **answer), call(privacy.merge, **merge)]


def leaving() -> list[Deed]:
    """Somebody leaves a team, with the places that only its members have, while their record is merged."""
    area = make.community()
    staff, kept, gone = make.actor(make.staff(COMMUNITY_STAFF, area)), make.person(area), make.person(area)
    series = make.weekly(clock.today(), members_only=True)
    make.member(db.session.get_one(make.Team, series.team_id), gone)
    make.regular(series, gone)
    merge = {"actor": staff, "kept_id": kept.id, "gone_id": gone.id, "reason": "本人带证件来核对过"}
    going = {"actor": make.actor(gone), "team_id": series.team_id}
    db.session.commit()
    return [call(membership.leave, **going), call(privacy.merge, **merge)]


def each_other() -> list[Deed]:
    """Two people name one another as helpers: each refers to a row that the other has locked."""
    area = make.community()
    two = [make.person(area), make.person(area)]
    naming = [
        {"actor": make.actor(one), "who": other.number, "relation": "child", "rights": ["sign_up"]}
        for one, other in (two, two[::-1])
    ]
    db.session.commit()
    return [call(acting.name_helper, **each) for each in naming]


def giving_back() -> list[Deed]:
    """Two people have ordered the same two things, the other way round, and both their accounts close."""
    area = make.community()
    items = [make.item(area).id for _ in range(2)]
    deeds = []
    for wanted in (items, items[::-1]):
        person = make.person(area)
        make.points(person, 100)
        placed = [shop.order(actor=make.actor(person), item_id=id_).id for id_ in wanted]
        deeds.append(call(returning.cancel_all, order_ids=placed, by=person.id))
    db.session.commit()
    return deeds


def two_parts(**more: Any) -> tuple[list[int], list[Deed]]:
    """An activity that was split, and for each part an edit that gives it more dates."""
    first = make.weekly(clock.today() + DAY, **more)
    leader = make.actor(db.session.get_one(make.Person, first.person_in_charge_id))
    fourth = sa.select(Occurrence.id).where(Occurrence.series_id == first.id, Occurrence.issue_number == 4)
    chosen = db.session.scalars(fourth).one()
    service.edit_series(actor=leader, occurrence_id=chosen, scope=LATER, wish=Wish({"place": "乙处"}))
    db.session.commit()
    parts = [
        (part.id, Wish(rule=NewRule(part.starts_on, "FREQ=DAILY")))
        for part in db.session.scalars(sa.select(Series).order_by(Series.id))
    ]
    deeds = [call(edit_rule, actor=leader, series_id=id_, wish=wish) for id_, wish in parts]
    db.session.commit()
    return [id_ for id_, _wish in parts], deeds


def both_edited() -> list[Deed]:
    """Both parts of an activity are edited, and need new numbers."""
    return two_parts()[1]


def edited_and_made() -> list[Deed]:
    """The later part of an activity is edited, while the scheduler makes dates of both."""
    ids, deeds = two_parts()
    return [deeds[1], call(service.extend, series_ids=ids)]


def rechecked_and_made() -> list[Deed]:
    """A day of the later part is a holiday no more, while the scheduler makes dates of both."""
    day = clock.today() + DAY + 5 * WEEK
    workdays.put_day(actor_id=None, year=day.year, day=Day(day, HOLIDAY, "放假"))
    ids, _deeds = two_parts(on_holiday="skip")
    workdays.remove_day(actor_id=None, year=day.year, day=day)
    db.session.commit()
    return [call(service.recheck, series_id=ids[1]), call(service.extend, series_ids=ids)]


def row_first(of: type, lock: Callable[..., Any]) -> Callable[..., Any]:
    """The same look-up, but it locks the row before whatever the row hangs on."""

    def backwards(*arguments: Any) -> Any:
        id_ = next(argument for argument in arguments if isinstance(argument, int))
        db.session.execute(sa.select(of.id).where(of.id == id_).with_for_update())  # type: ignore[attr-defined]
        return lock(*arguments)

    return backwards


SCENES = [
    (helpers, delegating, Delegation),
    (codes, invitations, Invitation),
    (objections, objecting, Objection),
]

PARTS = [(both_edited, managed), (edited_and_made, managed), (rechecked_and_made, rechecking)]


@pytest.mark.parametrize(
    "scene", [*(scene for scene, *_ in SCENES + PARTS), leaving, each_other, giving_back]
)
def test_none_ends_in_a_deadlock(house: Flask, scene: Scene) -> None:
    assert deadlocks(house, scene()) == 0


@pytest.mark.parametrize(("scene", "module", "row"), SCENES)
def test_control_the_other_way_round_one_does(
    house: Flask, monkeypatch: pytest.MonkeyPatch, scene: Scene, module: Any, row: type
) -> None:
    monkeypatch.setattr(module, "_locked", row_first(row, module._locked))
    assert deadlocks(house, scene()) == 1


@pytest.mark.parametrize(("scene", "module"), PARTS)
def test_control_with_a_lock_on_one_part_alone_one_does(
    house: Flask, monkeypatch: pytest.MonkeyPatch, scene: Scene, module: Any
) -> None:
    def hold(ids: list[int]) -> None:
        db.session.execute(sa.select(Series.id).where(Series.id.in_(ids)).with_for_update(key_share=True))

    monkeypatch.setattr(module, "chains", SimpleNamespace(hold=hold, days_of_others=chains.days_of_others))
    assert deadlocks(house, scene()) == 1


def test_control_without_the_lock_on_who_leaves_one_does(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "lock", lambda *_ids, **_how: None)
    assert deadlocks(house, leaving()) == 1


def test_control_with_a_lock_on_the_key_two_who_name_each_other_do(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegating, "lock", locking.lock)
    assert deadlocks(house, each_other()) == 1


def test_control_by_the_orders_two_who_give_back_do(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        returning,
        "_by_item",
        lambda *which: db.session.scalars(sa.select(Order.id).where(*which).order_by(Order.id)).all(),
    )
    assert deadlocks(house, giving_back()) == 1
