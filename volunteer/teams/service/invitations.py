"""A QR code that lets whoever scans it join at once, until it expires or is taken back."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.areas.models import Area
from volunteer.audit import service as audit
from volunteer.core import clock, crypto
from volunteer.core.database import db, insert
from volunteer.core.errors import NotAllowed, NotFound, Refused
from volunteer.people import identity
from volunteer.people.identity import Actor
from volunteer.teams import policy, queries, rules
from volunteer.teams.models import MEMBER, REQUESTED, Invitation, Membership, Team
from volunteer.teams.service.loading import TeamClosed, locked, open_team
from volunteer.teams.service.membership import LIVE, AlreadyInTeam


class InvitationGone(NotFound):
    """Unknown, expired, taken back: which of them is not said."""

    sentence = _l("这个入队二维码现在不能用了。请向队长要一个新的，或者在队伍的页面按“申请加入”。")


class BadTerm(Refused):
    sentence = _l("有效期请填 1 到 %(most)s 天。")
    status = 422
    field = "days"


def invite(*, actor: Actor, team_id: int, days: int = rules.INVITATION_DAYS) -> Invitation:
    """Make a code for the team, good for so many days."""
    team, area_path = locked(team_id)
    if not policy.may_accept(actor, team.path, area_path):
        raise NotAllowed
    if team.closed_at is not None:
        raise TeamClosed
    if not 1 <= days <= rules.LONGEST_INVITATION_DAYS:
        raise BadTerm(most=rules.LONGEST_INVITATION_DAYS)
    token = crypto.token()
    invitation = Invitation(
        team_id=team_id,
        token=token,
        token_hash=_hash(token),
        created_at=clock.now(),
        created_by_id=actor.id,
        expires_at=clock.now() + dt.timedelta(days=days),
    )
    db.session.add(invitation)
    db.session.flush()
    _note(actor.id, "team_invitation_made", invitation, days=days)
    return invitation


def end_invitation(*, actor: Actor, invitation_id: int) -> None:
    """Take a code back; the second time changes nothing."""
    invitation, team, area_path = _locked(invitation_id)
    if not policy.may_accept(actor, team.path, area_path):
        raise NotAllowed
    if invitation.ended_at is None:
        invitation.ended_at = clock.now()
        db.session.flush()
        _note(actor.id, "team_invitation_ended", invitation)


def _locked(invitation_id: int) -> tuple[Invitation, Team, str]:
    """The team first, as when it closes."""
    team_id = db.session.scalar(sa.select(Invitation.team_id).where(Invitation.id == invitation_id))
    if team_id is None:
        raise InvitationGone
    team, area_path = locked(team_id)
    statement = sa.select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one(), team, area_path


def by_token(token: str) -> tuple[Invitation, Team, Area]:
    """The invitation behind a scanned code while it is good, with its team, which may be closed, and the area.

    Who made it must still be allowed to: the code of a dismissed leader lets nobody in.
    """
    invitation = db.session.scalars(
        sa.select(Invitation).where(Invitation.token_hash == _hash(token))
    ).first()
    if invitation is None or invitation.ended_at is not None or invitation.expires_at <= clock.now():
        raise InvitationGone
    team = db.session.get_one(Team, invitation.team_id)
    if team.closed_at is not None:
        raise TeamClosed
    area = db.session.get_one(Area, team.area_id)
    if not _still_stands(invitation, team, area):
        raise InvitationGone
    return invitation, team, area


def join_by_invitation(*, actor: Actor, token: str) -> Team:
    """Become a member at once; an open request of one's own is thereby accepted."""
    invitation, team, _area = by_token(token)
    open_team(team.id)  # it does not close meanwhile
    now = clock.now()
    row = {"state": MEMBER, "joined_at": now, "decided_by_id": invitation.created_by_id, "way": rules.INVITED}
    membership_id = db.session.scalar(
        sa.update(Membership)
        .where(
            Membership.team_id == team.id,
            Membership.person_id == actor.id,
            Membership.state == REQUESTED,
        )
        .values(**row)
        .returning(Membership.id)
    )
    if membership_id is None:
        statement = insert(Membership).values(team_id=team.id, person_id=actor.id, requested_at=now, **row)
        membership_id = db.session.scalar(
            statement.on_conflict_do_nothing(
                index_elements=["team_id", "person_id"], index_where=LIVE
            ).returning(Membership.id)
        )
    if membership_id is None:
        raise AlreadyInTeam
    _note(actor.id, "team_joined_by_invitation", invitation, membership=membership_id)
    return team


def live(team_id: int) -> list[Invitation]:
    """The codes that still work, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Invitation)
            .where(
                Invitation.team_id == team_id,
                Invitation.ended_at.is_(None),
                Invitation.expires_at > clock.now(),
            )
            .order_by(Invitation.id.desc())
            .limit(100)
        )
    )


def is_member(person_id: int, team_id: int) -> bool:
    return queries.state_of(person_id, team_id) == MEMBER


def _still_stands(invitation: Invitation, team: Team, area: Area) -> bool:
    try:
        creator = identity.load(invitation.created_by_id)
    except LookupError:
        return False
    return policy.may_accept(creator, team.path, area.path)


def _hash(token: str) -> str:
    return crypto.look_up_hash("team_invitation", token)


def _note(actor_id: int, act: str, invitation: Invitation, **details: object) -> None:
    audit.record(
        actor_id=actor_id,
        act=act,
        kind="team",
        id=invitation.team_id,
        invitation=invitation.id,
        **details,
    )
