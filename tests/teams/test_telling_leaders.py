"""Who becomes leader or deputy, gets other rights or loses the role is told what may be done from now on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.outbox import kinds
from volunteer.outbox.models import Message
from volunteer.people.models import ACCEPT, COMMUNITY_STAFF, DEPUTY, LEADER, RECORD, REGISTER, RIGHTS
from volunteer.teams import messages, service


class World:
    def __init__(self) -> None:
        self.team = make.team()
        self.staff = make.actor(
            make.staff(COMMUNITY_STAFF, make.db.session.get_one(make.Area, self.team.area_id))
        )
        self.person = make.member(self.team)

    def appoint(self, role: str = DEPUTY, **more) -> None:
        service.appoint(
            actor=self.staff, team_id=self.team.id, person_id=self.person.id, role=role, **more
        )  # fmt: skip

    def dismiss(self, role: str = DEPUTY) -> None:
        service.dismiss(actor=self.staff, team_id=self.team.id, person_id=self.person.id, role=role)

    def told(self) -> list[tuple[str, str]]:
        """Kind and text of each message, the oldest first."""
        mine = sa.select(Message).where(Message.person_id == self.person.id, Message.channel == "inbox")
        return [
            (note.kind, kinds.render(note.kind, note.payload)[1])
            for note in make.db.session.scalars(mine.order_by(Message.id))
        ]


@pytest.fixture
def world(app) -> World:
    return World()


@pytest.mark.parametrize("role", [LEADER, DEPUTY])
def test_a_new_one_hears_each_right_and_no_other(world, role):
    world.appoint(role, rights=(ACCEPT, RECORD))
    [(kind, text)] = world.told()
    assert kind == messages.MADE[role]
    assert "答复入队申请" in text
    assert "点名" in text
    assert "发布" not in text


def test_without_any_right_that_is_said(world):
    world.appoint(rights=())
    [(_kind, text)] = world.told()
    assert "队员名单" in text


def test_every_right_has_its_sentence(world):
    assert set(messages.MAY) == set(RIGHTS)


def test_other_rights_are_told_and_the_same_again_are_not(world):
    world.appoint(rights=(ACCEPT,))
    world.appoint(rights=(ACCEPT,))
    world.appoint(rights=(REGISTER,))
    kinds_told = [kind for kind, _text in world.told()]
    assert kinds_told == [messages.MADE[DEPUTY], messages.RIGHTS_CHANGED]
    assert "登记注册" in world.told()[1][1]
    assert "答复入队申请" not in world.told()[1][1]


@pytest.mark.parametrize("role", [LEADER, DEPUTY])
def test_who_loses_the_role_is_told_once(world, role):
    world.appoint(role)
    world.dismiss(role)
    world.dismiss(role)
    assert [kind for kind, _text in world.told()] == [messages.MADE[role], messages.DISMISSED[role]]
    assert "还是队员" in world.told()[1][1]


def test_a_command_tells_nobody(world):
    """The first leaders of an installation are written down from its lists."""
    service.appoint(actor=None, team_id=world.team.id, person_id=world.person.id)
    assert world.told() == []
