"""Two deeds that need the same two rows take them in the same order (docs/scarce.md): no deadlock.

Each holds its first lock until the other has one too, or a second has passed.
The controls take the rows the other way round.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import make
from tests.faults.races import Deed, at_once, call
from volunteer.acting import service as acting
from volunteer.acting.models import Delegation
from volunteer.acting.service import delegating
from volunteer.activities.models import SignUpBlock
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.errors import NotDone
from volunteer.hours.models import Objection
from volunteer.hours.service import objecting
from volunteer.people.models import COMMUNITY_STAFF, SUBDISTRICT_STAFF
from volunteer.people.service import locking
from volunteer.privacy import service as privacy
from volunteer.teams.models import Invitation
from volunteer.teams.service import closing, invitations

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


@pytest.mark.parametrize("scene", [*(scene for scene, *_ in SCENES), each_other])
def test_none_ends_in_a_deadlock(house: Flask, scene: Scene) -> None:
    assert deadlocks(house, scene()) == 0


@pytest.mark.parametrize(("scene", "module", "row"), SCENES)
def test_control_the_other_way_round_one_does(
    house: Flask, monkeypatch: pytest.MonkeyPatch, scene: Scene, module: Any, row: type
) -> None:
    monkeypatch.setattr(module, "_locked", row_first(row, module._locked))
    assert deadlocks(house, scene()) == 1


def test_control_with_a_lock_on_the_key_two_who_name_each_other_do(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegating, "lock", locking.lock)
    assert deadlocks(house, each_other()) == 1
