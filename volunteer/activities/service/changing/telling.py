"""Tell the people of several dates what becomes of them: each once, however many dates are theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from volunteer.activities import messages
from volunteer.activities.changing import messages as change_messages
from volunteer.activities.models import AGREED, OFFERED, SIGNED_UP, WAITING, SignUp, Waiting
from volunteer.core import clock
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


def in_line_of(occurrence_ids: Collection[int]) -> list[tuple[int, int]]:
    """(date, person) for everybody who waits or was offered a place, be the offer over."""
    if not occurrence_ids:
        return []
    in_line = Waiting.state.in_((constant(WAITING), constant(OFFERED)))
    statement = sa.select(Waiting.occurrence_id, Waiting.person_id).where(
        Waiting.occurrence_id.in_(occurrence_ids), in_line
    )
    return [(row.occurrence_id, row.person_id) for row in db.session.execute(statement)]


def by_date(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """The people of each date."""
    found: dict[int, list[int]] = {}
    for occurrence_id, person_id in pairs:
        found.setdefault(occurrence_id, []).append(person_id)
    return found


def line_of(occurrence_ids: Collection[int], now: dt.datetime) -> list[tuple[int, int, dt.datetime | None]]:
    """(date, person, until when) for everybody in line; the last is of who is offered a place."""
    if not occurrence_ids:
        return []
    statement = sa.select(Waiting.occurrence_id, Waiting.person_id, Waiting.offer_until).where(
        Waiting.occurrence_id.in_(occurrence_ids),
        sa.or_(
            Waiting.state == constant(WAITING),
            sa.and_(Waiting.state == constant(OFFERED), Waiting.offer_until > now),
        ),
    )
    rows = db.session.execute(statement.order_by(Waiting.id))
    return [(row.occurrence_id, row.person_id, row.offer_until) for row in rows]


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
    more = {name: value for name, value in said.items() if value}
    pairs = [pair for pair in people_of(by_id) if pair[1] not in but]
    notes = _notes(what, by_id, pairs, key=key, busy=busy or {}, more=more)
    outbox.tell(*notes)
    return len(notes)


def tell_line(
    what: str,
    news: Iterable[News],
    *,
    key: str,
    busy: Mapping[tuple[int, int], tuple[str, str | None]] | None = None,
    but: Collection[int] = (),
    words: str = "",
) -> int:
    """The same to who waits for a place, and to who is offered one (for each offer); returns how many people."""
    by_id, now = {one.occurrence_id: one for one in news}, clock.now()
    line = [one for one in line_of(by_id, now) if one[1] not in but]
    more = {"words": words} if words else {}
    waiting = [(date, person) for date, person, until in line if until is None or what == WORD]
    notes = _notes(f"line_{what}", by_id, waiting, key=f"{key}:line", busy=busy or {}, more=more)
    for date, person, until in line:
        if until is not None and what != WORD:
            offer = more | {"until_at": until.isoformat()}
            named = f"{key}:offer:{date}"
            notes += _notes(f"offer_{what}", by_id, [(date, person)], key=named, busy=busy or {}, more=offer)
    outbox.tell(*notes)
    return len({note.person_id for note in notes})


def _notes(
    what: str,
    by_id: Mapping[int, News],
    pairs: Iterable[tuple[int, int]],
    *,
    key: str,
    busy: Mapping[tuple[int, int], tuple[str, str | None]],
    more: dict[str, str],
) -> list[outbox.Note]:
    """One for each person of these (date, person)."""
    of_person: dict[int, list[News]] = {}
    for occurrence_id, person_id in pairs:
        of_person.setdefault(person_id, []).append(by_id[occurrence_id])
    notes = []
    for person_id, dates in of_person.items():
        clash = next((c for d in dates if (c := busy.get((d.occurrence_id, person_id)))), None)
        said = more | ({"busy_with": clash[0], "busy_with_en": clash[1] or clash[0]} if clash else {})
        notes.append(_note(what, f"{key}:{person_id}", person_id, dates, said))
    return notes


def _note(what: str, key: str, person_id: int, dates: list[News], more: dict[str, str]) -> outbox.Note:
    dates = sorted(dates, key=lambda one: (one.starts_at, one.occurrence_id))
    first = dates[0]
    payload = messages.told(first, **more) | {
        "title": "、".join(dict.fromkeys(one.title for one in dates)),
        "title_en": ", ".join(dict.fromkeys(one.title_en or one.title for one in dates)),
        "place": "、".join(dict.fromkeys(one.place for one in dates)),
    }
    kind = f"activity_{what}"
    if len(dates) > 1:
        kind = f"activity_dates_{what}"
        payload |= {
            "dates_at": [messages.moments(one.starts_at, one.ends_at) for one in dates],
            "occurrence_ids": [one.occurrence_id for one in dates],
        }
    until = max(one.ends_at for one in dates)
    return outbox.Note(
        key=key, kind=kind, person_id=person_id, payload=payload, by_email=True, useful_until=until
    )
