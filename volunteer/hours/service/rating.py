"""One to five: participants rate the date, who calls the roll rates participants; only those who were there (R048)."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from volunteer.audit import service as audit
from volunteer.core import clock
from volunteer.core.database import db, insert
from volunteer.core.errors import NotFound, Refused
from volunteer.hours import planned, policy
from volunteer.hours.models import ABSENT, EXCUSED, Batch, Rating, ServiceRecord
from volunteer.people.identity import Actor

LONGEST_WORDS = 300


class WasNotThere(Refused):
    sentence = _l("登记了到场的人才能评价。记录不对的话，可以提出异议。")


class OutOfFive(Refused):
    sentence = _l("请选一到五颗星。")
    status = 422
    field = "stars"


def was_there(occurrence_id: int, person_ids: list[int]) -> set[int]:
    """Who of these people attended by the batch that stands."""
    statement = (
        sa.select(ServiceRecord.person_id)
        .join(Batch, Batch.id == ServiceRecord.batch_id)
        .where(
            ServiceRecord.occurrence_id == occurrence_id,
            ServiceRecord.person_id.in_(person_ids),
            ServiceRecord.attendance.not_in((ABSENT, EXCUSED)),
            Batch.reversed_at.is_(None),
        )
    )
    return set(db.session.scalars(statement))


def rate_date(*, actor: Actor, occurrence_id: int, stars: int, words: str = "") -> None:
    """By a participant; the second time replaces the first."""
    if not 1 <= stars <= 5:
        raise OutOfFive
    if not was_there(occurrence_id, [actor.id]):
        raise WasNotThere
    row = _row(occurrence_id, None, stars, words, actor)
    statement = insert(Rating).values(row)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["occurrence_id", "rated_by_id"],
            index_where=sa.text("person_id IS NULL"),
            set_={name: row[name] for name in ("stars", "words", "rated_at")},
        )
    )
    audit.record(actor_id=actor.id, act="date_rated", kind="occurrence", id=occurrence_id)


def rate_people(*, actor: Actor, occurrence_id: int, stars: Mapping[int, int]) -> int:
    """By who may call the roll, never oneself; returns how many were rated. The second time replaces the first."""
    plan = planned.load(occurrence_id)
    if plan is None or not policy.may_record(actor, team_path=plan.team_path, area_path=plan.area_path):
        raise NotFound
    if not all(1 <= amount <= 5 for amount in stars.values()):
        raise OutOfFive
    there = was_there(occurrence_id, list(stars)) - {actor.id}
    if there != set(stars):
        raise WasNotThere
    if stars:
        rows = [
            _row(occurrence_id, person_id, amount, "", actor) for person_id, amount in sorted(stars.items())
        ]
        statement = insert(Rating).values(rows)
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=["occurrence_id", "person_id"],
                index_where=sa.text("person_id IS NOT NULL"),
                set_={name: statement.excluded[name] for name in ("stars", "rated_at", "rated_by_id")},
            )
        )
        audit.record(
            actor_id=actor.id, act="people_rated", kind="occurrence", id=occurrence_id, people=len(stars)
        )
    return len(stars)


def _row(
    occurrence_id: int, person_id: int | None, stars: int, words: str, actor: Actor
) -> dict[str, object]:
    return {
        "occurrence_id": occurrence_id,
        "person_id": person_id,
        "stars": stars,
        "words": words.strip()[:LONGEST_WORDS],
        "rated_at": clock.now(),
        "rated_by_id": actor.id,
    }
