"""Opening an intake for a team, and closing it early."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.errors import NotFound, Refused
from volunteer.people.identity import Actor
from volunteer.teams import intake_rules, policy
from volunteer.teams.models import Intake
from volunteer.teams.service.intake.loading import locked_intake, of_intake
from volunteer.teams.service.loading import TeamClosed, locked

TOKEN = "intake"


class TitleNeeded(Refused):
    sentence = _l("请写一个名称，例如“春季招募会”，最多 80 个字。")
    status = 422
    field = "title"


def open_intake(*, actor: Actor, team_id: int, title: str, length: str = intake_rules.USUAL_LENGTH) -> Intake:
    """Let people apply with a QR code, for `length` (a key of intake_rules.LENGTHS)."""
    team, area_path = locked(team_id)
    if not policy.may_accept(actor, team.path, area_path):
        raise NotFound
    if team.closed_at is not None:
        raise TeamClosed
    title = title.strip()
    if not 1 <= len(title) <= intake_rules.LONGEST_TITLE:
        raise TitleNeeded
    now, token = clock.now(), crypto.token()
    intake = Intake(
        team_id=team.id,
        title=title,
        token=token,
        token_hash=crypto.look_up_hash(TOKEN, token),
        opened_at=now,
        opened_by_id=actor.id,
        closes_at=now + intake_rules.length(length),
    )
    db.session.add(intake)
    db.session.flush()
    audit.record(actor_id=actor.id, act="intake_opened", kind="intake", id=intake.id, team=team.id)
    return intake


def close_intake(*, actor: Actor, intake_id: int) -> Intake:
    """Take no more forms from now on; what came is kept. The second time changes nothing."""
    intake = locked_intake(intake_id)
    team, area_path = of_intake(intake)
    if not policy.may_accept(actor, team.path, area_path):
        raise NotFound
    now = clock.now()
    if intake.closes_at > now:
        audit.record(
            actor_id=actor.id,
            act="intake_closed",
            kind="intake",
            id=intake.id,
            before={"closes_at": intake.closes_at.isoformat()},
            after={"closes_at": now.isoformat()},
        )
        intake.closes_at = now
        db.session.flush()
    return intake
