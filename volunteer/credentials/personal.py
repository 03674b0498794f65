"""What is held about people in the tables of credentials."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.core import files
from volunteer.core.database import db
from volunteer.credentials.models import Credential
from volunteer.people.models import Person
from volunteer.people.personal import Moving, declare, doer, goes, on_erasure, owner, rewritten, stays

_LIVE = ("waiting", "valid")


def settle_credentials(moving: Moving) -> None:
    """The same training entered for both stands once: the other entry stays with the record that goes."""
    table: Any = Credential.__table__.c
    rows = db.session.execute(
        sa.select(table.id, table.person_id, table.kind, table.name, table.happened_on).where(
            table.person_id.in_((moving.kept_id, moving.gone_id)), table.state.in_(_LIVE)
        )
    ).all()
    kept = {row[2:] for row in rows if row.person_id == moving.kept_id}
    moving.leave(Credential, *(row.id for row in rows if row.person_id == moving.gone_id and row[2:] in kept))


declare(
    Credential,
    _l("培训、资格和表彰"),
    owner("person_id"),
    stays("id kind name unit learning_minutes happened_on expires_on is_from_outside state"),
    stays("recorded_at decided_at withdrawn_at"),
    goes("content refused_reason withdrawn_reason"),
    rewritten("proof_id"),
    doer("recorded_by_id decided_by_id withdrawn_by_id"),
    settle=settle_credentials,
)


@on_erasure
def remove_proofs(person: Person) -> None:
    """The pictures of papers go, row and file."""
    mine = sa.select(Credential).where(Credential.person_id == person.id).order_by(Credential.id)
    proofs = []
    for row in db.session.scalars(mine):
        if row.proof_id is not None:
            proofs.append(row.proof_id)
            row.proof_id = None
    db.session.flush()
    for proof_id in proofs:
        files.remove(proof_id)
