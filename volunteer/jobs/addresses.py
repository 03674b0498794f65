"""Where messages go: the mail address and language of each recipient."""

from __future__ import annotations

import sqlalchemy as sa

from volunteer.core.database import db
from volunteer.outbox.dispatch import Recipient
from volunteer.people.models import ACTIVE, Person


def recipients(person_ids: list[int]) -> dict[int, Recipient]:
    """Recipients by person id; somebody who is not active any more is left out."""
    rows = db.session.execute(
        sa.select(Person.id, Person.email, Person.language).where(
            Person.id.in_(person_ids), Person.status == ACTIVE
        )
    )
    return {id_: Recipient(address=email, language=language) for id_, email, language in rows}
