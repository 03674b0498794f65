"""Who is credited with what, and the transfers that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from volunteer.hours import rules
from volunteer.hours.planned import Planned
from volunteer.ledger import service as ledger
from volunteer.ledger.models import HOURS, POINTS
from volunteer.people.identity import Actor

SYSTEM_OWNER = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """How one person attended; `off_minutes` is how late they came or how early they left.

    `minutes`, where given, are recorded as they are: by the check-ins (`source` is
    'auto') or as the leader completed them. `attendance` is '' for who is not
    decided yet; nothing is recorded until then (R033).
    """

    person_id: int
    attendance: rules.Attendance | Literal[""]
    off_minutes: int = 0
    minutes: int | None = None
    source: str | None = None  # of this person; none: as the whole batch
    reason: str = ""  # why not what the check-ins say


@dataclass(frozen=True, slots=True)
class Credit:
    """One person of a batch with all that will be written."""

    mark: Mark
    sign_up_id: int | None
    minutes: int
    points: int


def move(actor: Actor, plan: Planned, batch_id: int, rows: Sequence[Credit]) -> dict[str, int]:
    """The transfers of a batch by their keys; a person's hours and points stand side by side."""
    operation = f"batch:{batch_id}"
    legs = {
        HOURS: ("service", {row.mark.person_id: row.minutes for row in rows if row.minutes}),
        POINTS: ("earn", {row.mark.person_id: row.points for row in rows if row.points}),
    }
    issue, own = {}, {}
    for book, (_kind, amounts) in legs.items():
        if amounts:
            issue[book] = ledger.account(
                book=book, owner_kind=ledger.SYSTEM, owner_id=SYSTEM_OWNER, purpose=ledger.ISSUE
            )
            own[book] = ledger.accounts(book=book, owner_kind=ledger.PERSON, owner_ids=amounts)
    movements = [
        ledger.Movement(
            book=book,
            debit=issue[book],
            credit=own[book][row.mark.person_id],
            amount=amounts[row.mark.person_id],
            kind=kind,
            key=f"{kind}:{batch_id}:{row.mark.person_id}",
            operation=operation,
            happened_at=plan.starts_at,
        )
        for row in rows
        for book, (kind, amounts) in legs.items()
        if row.mark.person_id in amounts
    ]
    ids = ledger.move_all(movements, recorded_by=actor.id)
    if POINTS in own:
        ledger.settle_owed(book=POINTS, owner_ids=own[POINTS], operation=operation, recorded_by=actor.id)
    return {movement.key: id_ for movement, id_ in zip(movements, ids, strict=True)}
