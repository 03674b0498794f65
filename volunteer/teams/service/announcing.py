"""Writing to the members in the team's name."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.errors import NotAllowed, Refused
from volunteer.outbox import service as outbox
from volunteer.people.identity import Actor
from volunteer.people.models import ACTIVE, Person
from volunteer.teams import audiences, messages, policy, rules
from volunteer.teams.models import MEMBER, Membership
from volunteer.teams.service.loading import ClosedForGood, locked

SENT = "team_message_sent"


class TextNeeded(Refused):
    sentence = _l("请写下要通知的话，1 到 500 个字。")
    status = 422
    field = "text"


class UnknownAudience(Refused):
    sentence = _l("请选一下发给谁。")
    status = 422
    field = "to"


class NobodyToTell(Refused):
    sentence = _l("现在没有可以通知的人。")
    field = "to"


class EnoughForToday(Refused):
    """Members leave a team that writes all day long."""

    sentence = _l("今天已经发了 %(count)s 次通知，请明天再发，别让队员觉得太吵。")
    status = 429


def announce(*, actor: Actor, team_id: int, text: str, to: str = audiences.ALL) -> int:
    """Write to the members, or to a group that another slice knows of; returns how many are told.

    The team is the sender. The audit keeps how long the text was and who pressed
    the button, not the text.
    """
    team, area_path = locked(team_id)  # so that the day's number is kept to
    if not policy.may_message(actor, team.path, area_path):
        raise NotAllowed
    if team.closed_at is not None:
        raise ClosedForGood
    text = text.strip()
    if not 1 <= len(text) <= rules.LONGEST_MESSAGE:
        raise TextNeeded
    if to not in audiences.of_team(team_id):
        raise UnknownAudience
    if left_today(team_id) < 1:
        raise EnoughForToday(count=current_app.config["TEAM_MESSAGES_PER_DAY"])
    person_ids = [id for id in _person_ids(to, team_id) if id != actor.id]
    if not person_ids:
        raise NobodyToTell
    _tell(team_id, person_ids, {"team_id": team_id, "team": team.name, "team_en": team.name_en, "text": text})
    audit.record(
        actor_id=actor.id, act=SENT, kind="team", id=team_id, to=to, told=len(person_ids), length=len(text)
    )
    return len(person_ids)


def left_today(team_id: int) -> int:
    """How many more times the team may write today."""
    sent = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.object_kind == "team",
            AuditEntry.object_id == team_id,
            AuditEntry.act == SENT,
            AuditEntry.happened_at >= clock.start_of(clock.today()),
        )
    )
    most: int = current_app.config["TEAM_MESSAGES_PER_DAY"]
    return max(most - (sent or 0), 0)


def _tell(team_id: int, person_ids: list[int], payload: dict[str, object]) -> None:
    key = f"{messages.ANNOUNCEMENT}:{team_id}:{crypto.token()}"  # repeating is the form key's business
    outbox.tell(
        *(
            outbox.Note(f"{key}:{person_id}", messages.ANNOUNCEMENT, person_id, payload, by_email=True)
            for person_id in person_ids
        )
    )


def _person_ids(to: str, team_id: int) -> list[int]:
    audience = audiences.by_key(to)
    assert audience is not None, "asked for above"
    return sorted(set(audience.person_ids(team_id)))


def members(team_id: int) -> list[int]:
    """Everybody in the team who has a working account."""
    statement = (
        sa.select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.team_id == team_id, Membership.state == MEMBER, Person.status == ACTIVE)
        .order_by(Membership.person_id)
    )
    return list(db.session.scalars(statement))


audiences.register(audiences.Audience(audiences.ALL, lambda team_id: _l("全体队员"), members))
