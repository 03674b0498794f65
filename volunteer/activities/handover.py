"""What a closing team leaves behind: its series go to the successor, or end with it (R015)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from volunteer.activities.models import CANCELLED, ENDED, LIVE, Occurrence, Series
from volunteer.audit import service as audit
from volunteer.core import clock, i18n
from volunteer.core.database import db
from volunteer.teams import closing
from volunteer.teams.closing import Unfinished


class SeriesHandover:
    """Series that still have dates to come."""

    def unfinished(self, team_id: int) -> Sequence[Unfinished]:
        """Each series with the number of its coming dates that are not cancelled."""
        title = sa.func.coalesce(Series.title_en, Series.title) if i18n.current() == "en" else Series.title
        rows = db.session.execute(
            sa.select(Series.id, title.label("title"), sa.func.count().label("dates"))
            .join(Occurrence, Occurrence.series_id == Series.id)
            .where(Series.team_id == team_id, Series.state == LIVE, *_coming())
            .group_by(Series.id)
            .order_by(Series.id)
        )
        return [Unfinished(row.title, row.dates, "activities.series", {"series_id": row.id}) for row in rows]

    def hand_over(self, *, actor_id: int, team_id: int, successor_id: int) -> int:
        """Series with coming dates, and those that would make more, belong to the successor from now on.

        Sign-ups stay as they are; hours recorded so far keep the team that recorded them.
        """
        coming = sa.exists().where(Occurrence.series_id == Series.id, *_coming())
        today = clock.today()
        goes_on = sa.and_(
            Series.is_repeating,
            Series.renewed_until >= today,
            sa.or_(Series.ends_on.is_(None), Series.ends_on >= today),
        )
        return _change(
            sa.and_(Series.team_id == team_id, Series.state == LIVE, sa.or_(coming, goes_on)),
            {"team_id": successor_id},
            actor_id=actor_id,
            act="series_handed_over",
            before={"team": team_id},
            after={"team": successor_id},
        )

    def wind_up(self, *, actor_id: int, team_id: int) -> None:
        """No series of a closed team makes dates any more."""
        of_team = sa.and_(Series.team_id == team_id, Series.state == LIVE)
        _change(of_team, {"state": ENDED}, actor_id=actor_id, act="series_ended", team=team_id)


def _coming() -> tuple[sa.ColumnElement[bool], ...]:
    """Dates that have not ended, waiting for a decision or not: whoever is in the middle of one records it first."""
    return (Occurrence.state != CANCELLED, Occurrence.ends_at > clock.now())


def _change(
    which: sa.ColumnElement[bool], values: dict[str, object], *, actor_id: int, act: str, **details: object
) -> int:
    """Change several series at once, each with its line in the audit log; returns how many."""
    ids = db.session.scalars(
        sa.select(Series.id).where(which).order_by(Series.id).with_for_update(key_share=True)
    ).all()
    if ids:
        db.session.execute(
            sa.update(Series)
            .where(Series.id.in_(ids))
            .values(version=Series.version + 1, **values)
            .execution_options(synchronize_session=False)
        )
        db.session.expire_all()
        audit.record_all(
            [{"actor_id": actor_id, "act": act, "kind": "series", "id": id, "details": details} for id in ids]
        )
    return len(ids)


closing.register(SeriesHandover())
