"""Whom a leader's account reads without a row in the log: the people of the teams it leads."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.audit.models import AuditEntry
from volunteer.core.database import db
from volunteer.people.models import Grant
from volunteer.people.service.roles import TEAM
from volunteer.teams.models import Membership, Team


def people_of_teams(account_id: int, start: dt.datetime | None, end: dt.datetime | None) -> tuple[Any, Any]:
    """The ids of the members, and of those who signed up, of the account's teams between the two moments."""
    teams = _with_those_below(_led(account_id, start, end))
    members = sa.select(Membership.person_id).where(Membership.team_id.in_(teams))
    guests = (
        sa.select(SignUp.person_id)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .join(Series, Series.id == Occurrence.series_id)
        .where(Series.team_id.in_(teams))
    )
    if end is not None:
        members = members.where(Membership.requested_at < end)
        guests = guests.where(SignUp.signed_up_at < end)
    if start is not None:
        members = members.where(sa.or_(Membership.ended_at.is_(None), Membership.ended_at >= start))
    return members, guests


def _led(account_id: int, start: dt.datetime | None, end: dt.datetime | None) -> set[int]:
    """Teams over which the account held a role at some moment between the two."""
    held = sa.select(Grant.scope_id).where(Grant.person_id == account_id, Grant.scope_kind == TEAM)
    if end is not None:
        held = held.where(Grant.granted_at < end)
    lost = _noted(account_id, "role_revoked", start, None)
    began_later = _noted(account_id, "role_granted", end, None) - _noted(
        account_id, "role_granted", None, end
    )
    return set(db.session.scalars(held)) | (lost - began_later if end is not None else lost)


def _noted(account_id: int, act: str, start: dt.datetime | None, end: dt.datetime | None) -> set[int]:
    """The teams of such entries of the log; a person has few of them."""
    statement = sa.select(AuditEntry.details).where(
        AuditEntry.object_kind == "person", AuditEntry.object_id == account_id, AuditEntry.act == act
    )
    if start is not None:
        statement = statement.where(AuditEntry.happened_at >= start)
    if end is not None:
        statement = statement.where(AuditEntry.happened_at < end)
    return {details["scope_id"] for details in db.session.scalars(statement) if details["scope_kind"] == TEAM}


def _with_those_below(team_ids: set[int]) -> Any:
    """Who leads a team leads those below it too."""
    if not team_ids:
        return sa.select(Team.id).where(sa.false())
    return sa.select(Team.id).where(sa.or_(*(Team.path.contains(f"/{id_}/") for id_ in sorted(team_ids))))
