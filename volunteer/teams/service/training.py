"""One training for many members at once (R016)."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.credentials import service as credentials
from volunteer.credentials.rules import Entry
from volunteer.people.identity import Actor
from volunteer.teams import policy
from volunteer.teams.models import MEMBER, Membership
from volunteer.teams.service.loading import ClosedForGood, locked


class NobodyChosen(Refused):
    sentence = _l("请勾上到场的人，至少一位。")
    status = 422
    field = "people"


class NotOfTheTeam(Refused):
    sentence = _l("有一位已经不在队里了。请看一眼现在的名单，再登记一次。")
    field = "people"


def record_training(*, actor: Actor, team_id: int, person_ids: Collection[int], entry: Entry) -> int:
    """Written down for the members who were there; who has it already is left as is. Returns how many are new.

    By who leads the team with the right to record, or staff of its area. The own
    name on the list is refused: somebody else enters that one (R150).
    """
    team, area_path = locked(team_id)
    if not policy.may_record(actor, team.path, area_path):
        raise NotFound
    if team.closed_at is not None:
        raise ClosedForGood
    if not person_ids:
        raise NobodyChosen
    present = sa.select(sa.func.count()).where(
        Membership.team_id == team_id, Membership.state == MEMBER, Membership.person_id.in_(person_ids)
    )
    if db.session.scalar(present) != len(set(person_ids)):
        raise NotOfTheTeam
    return credentials.record_for_all(actor=actor, person_ids=set(person_ids), entry=entry, team_id=team_id)
