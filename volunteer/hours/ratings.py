"""What was said of a date and of who took part (R048)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from volunteer.core.database import db
from volunteer.hours.models import Rating


@dataclass(frozen=True)
class Rated:
    """What participants said of a date; no name stands beside the words."""

    count: int
    stars: float | None
    words: list[str]


def rating_of_date(occurrence_id: int) -> Rated:
    rows = db.session.execute(
        sa.select(Rating.stars, Rating.words)
        .where(Rating.occurrence_id == occurrence_id, Rating.person_id.is_(None))
        .order_by(Rating.id)
    ).all()
    stars = sum(row.stars for row in rows) / len(rows) if rows else None
    return Rated(len(rows), stars, [row.words for row in rows if row.words])


def own_rating(occurrence_id: int, person_id: int) -> Rating | None:
    return db.session.scalars(
        sa.select(Rating).where(
            Rating.occurrence_id == occurrence_id,
            Rating.rated_by_id == person_id,
            Rating.person_id.is_(None),
        )
    ).first()


def ratings_of_people(occurrence_id: int) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Rating.person_id, Rating.stars).where(
            Rating.occurrence_id == occurrence_id, Rating.person_id.is_not(None)
        )
    )
    return {row.person_id: row.stars for row in rows}
