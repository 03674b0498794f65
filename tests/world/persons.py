"""What hangs on people: helpers and cards, ways in, requests, proofs, and two records that are one person."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tests import make
from tests.world.rows import keep
from volunteer.acting.models import Card, Delegation
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.people.models import Grant
from volunteer.privacy import service as privacy
from volunteer.privacy.models import RightsRequest
from volunteer.safety.models import Passkey
from volunteer.teams.models import REQUESTED, Membership

if TYPE_CHECKING:
    from tests.world import World


def fill(world: World) -> None:
    world.ids |= {**_acting(world), **_joining(world), **_own(world), **_records(world), **_doubles(world)}


def _acting(world: World) -> dict[str, int]:
    """The resident may act for the member, who has a card."""
    now, owner = clock.now(), world.owner
    delegation = keep(
        Delegation(
            person_id=owner.id, helper_id=world.people["resident"].id, may_sign_up=True, may_wish=True,
            may_redeem=True, relation="neighbour", way="self", given_at=now,
        )
    )  # fmt: skip
    world.card_token = crypto.token()
    keep(
        Card(
            person_id=owner.id, token=world.card_token, token_hash=crypto.look_up_hash("card", world.card_token),
            issued_at=now, issued_by_id=world.people["clerk"].id,
        )
    )  # fmt: skip
    return {"delegation_id": delegation.id}


def _joining(world: World) -> dict[str, int]:
    """Who wants to come in: to the team by each of its ways, a child to the place."""
    waiting = make.person(world.a)
    membership = keep(
        Membership(team_id=world.team.id, person_id=waiting.id, state=REQUESTED, requested_at=clock.now())
    )
    world.waiting_child, world.registration_token = make.waiting_child(world.a)
    intake, world.intake_token, world.receipt = make.intake(world.team)
    invitation, world.invitation_token = make.invitation(world.team, world.leader)
    return {"membership_id": membership.id, "intake_id": intake.id, "invitation_id": invitation.id}


def _own(world: World) -> dict[str, int]:
    """The member's passkey, a request for a copy, and a proof that waits."""
    owner = world.owner
    passkey = keep(
        Passkey(
            person_id=owner.id, credential_id="", credential_hash=world.tag, public_key="", sign_count=0, name="",
            created_at=clock.now(),
        )
    )  # fmt: skip
    rights = keep(
        RightsRequest(
            person_id=owner.id, kind="copy", wanted="一份", asked_at=clock.now(), due_on=clock.today(),
            state="waiting",
        )
    )  # fmt: skip
    credential = make.credential(owner, state="waiting", proof=b"%PDF-1.7")
    return {"passkey_id": passkey.id, "request_id": rights.id, "credential_id": credential.id}


def _records(world: World) -> dict[str, int]:
    """A child's record that staff ask to see, and the clerk's role."""
    child = make.person(world.a, born_on=dt.date(2014, 6, 1))
    access = make.record_access(child, world.people["staff"])  # somebody else has to answer
    grant_id = db.session.scalars(
        sa.select(Grant.id).where(Grant.person_id == world.people["clerk"].id)
    ).one()
    return {"access_id": access.id, "grant_id": grant_id}


def _doubles(world: World) -> dict[str, int]:
    """Two records to be merged, and two that were."""
    kept, gone, one, other = (make.person(world.a).id for _ in range(4))
    staff = make.actor(world.people["admin"])
    merge = privacy.merge(actor=staff, kept_id=one, gone_id=other, reason="核对过")
    db.session.commit()
    return {"kept_id": kept, "gone_id": gone, "merge_id": merge.id}
