"""Tell the people of several dates what becomes of them: each once, however many dates are theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities import messages
from volunteer.activities.changing import messages as change_messages
from volunteer.activities.models import AGREED, PUBLISHED, SIGNED_UP, Occurrence, Series, SignUp
from volunteer.core.database import constant, db
from volunteer.outbox import service as outbox

CHANGED, CANCELLED, WORD = "changed", "cancelled", "word"
assert change_messages.WORDS  # the kinds below are registered there

_live = SignUp.state == constant(SIGNED_UP)


@dataclass(frozen=True, slots=True)
class News:
    """One date as it will be, or was before it was cancelled."""

    occurrence_id: int
    title: str
    title_en: str | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str


def people_of(occurrence_ids: Collection[int]) -> list[tuple[int, int]]:
    """(date, person) for everybody signed up, and for the partner of a pair, who comes as well."""
    if not occurrence_ids:
        return []
    signed_up = sa.select(SignUp.occurrence_id, SignUp.person_id).where(
        SignUp.occurrence_id.in_(occurrence_ids), _live
    )
    partners = sa.select(SignUp.occurrence_id, SignUp.partner_id).where(
        SignUp.occurrence_id.in_(occurrence_ids), _live, SignUp.partner_state == AGREED
    )
    rows: Any = db.session.execute(sa.union(signed_up, partners))
    return sorted((occurrence_id, person_id) for occurrence_id, person_id in rows)


def tell(
    what: str,
    news: Iterable[News],
    *,
    key: str,
    busy: Mapping[tuple[int, int], tuple[str, str | None]] | None = None,
    but: Collection[int] = (),
    **said: str,
) -> int:
    """One message to each person of these dates; returns how many people that were.

    `key` names the deed, so that doing it twice tells once. `busy` names, for a date and
    one of its people, what else that person does at its new time; `but` have been told
    already. `said` goes into the message: the reason, the editor's own words.
    """
    by_id = {one.occurrence_id: one for one in news}
    of_person: dict[int, list[News]] = {}
    for occurrence_id, person_id in people_of(by_id):
        if person_id not in but:
            of_person.setdefault(person_id, []).append(by_id[occurrence_id])
    said = {name: value for name, value in said.items() if value}
    notes = []
    for person_id, dates in of_person.items():
        clash = next((c for d in dates if (c := (busy or {}).get((d.occurrence_id, person_id)))), None)
        more = said | ({"busy_with": clash[0], "busy_with_en": clash[1] or clash[0]} if clash else {})
        notes.append(_note(what, f"{key}:{person_id}", person_id, dates, more))
    outbox.tell(*notes)
    return len(notes)


def _note(what: str, key: str, person_id: int, dates: list[News], more: dict[str, str]) -> outbox.Note:
    dates = sorted(dates, key=lambda one: (one.starts_at, one.occurrence_id))
    first = dates[0]
    payload = messages.told(
        occurrence_id=first.occurrence_id,
        title=first.title,
        title_en=first.title_en,
        starts_at=first.starts_at,
        place="、".join(dict.fromkeys(one.place for one in dates)),
        **more,
    )
    kind = f"activity_{what}"
    if len(dates) > 1:
        kind = f"activity_dates_{what}"
        payload |= {
            "dates_at": [one.starts_at.isoformat() for one in dates],
            "occurrence_ids": [one.occurrence_id for one in dates],
        }
    until = max(one.ends_at for one in dates)
    return outbox.Note(
        key=key, kind=kind, person_id=person_id, payload=payload, by_email=True, useful_until=until
    )


def busy_at(times: Mapping[int, tuple[dt.datetime, dt.datetime]]) -> dict[tuple[int, int], Any]:
    """Who of these dates' people has something else at their new times: (date, person) → the other's title.

    What moves along with them counts at its own new time. Whoever is busy keeps both
    places: only the person knows which one to give back.
    """
    if not times:
        return {}
    mine, theirs, other = sa.orm.aliased(SignUp), sa.orm.aliased(SignUp), sa.orm.aliased(Occurrence)
    statement = (
        sa.select(
            mine.occurrence_id,
            mine.person_id,
            other.id,
            other.starts_at,
            other.ends_at,
            Series.title,
            Series.title_en,
        )
        .join(theirs, sa.and_(theirs.person_id == mine.person_id, theirs.occurrence_id != mine.occurrence_id))
        .join(other, other.id == theirs.occurrence_id)
        .join(Series, Series.id == other.series_id)
        .where(
            mine.occurrence_id.in_(times),
            mine.state == constant(SIGNED_UP),
            theirs.state == constant(SIGNED_UP),
            other.state == PUBLISHED,
            other.is_flexible.is_(False),
            sa.or_(
                other.id.in_(times),
                sa.and_(
                    other.starts_at < max(ends for _starts, ends in times.values()),
                    other.ends_at > min(starts for starts, _ends in times.values()),
                ),
            ),
        )
        .order_by(other.starts_at, other.id)
    )
    found: dict[tuple[int, int], Any] = {}
    for occurrence_id, person_id, other_id, starts_at, ends_at, *title in db.session.execute(statement):
        starts, ends = times[occurrence_id]
        other_starts, other_ends = times.get(other_id, (starts_at, ends_at))
        if other_starts < ends and other_ends > starts:
            found.setdefault((occurrence_id, person_id), tuple(title))
    return found
