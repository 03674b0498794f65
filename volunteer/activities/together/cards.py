"""What people do together on a date, as its page and the own list show it: a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for

from volunteer.activities import parts, policy, rules
from volunteer.activities.models import AGREED, ASKED, LIVE, PUBLISHED, STAND_IN
from volunteer.activities.parts import Asked, Card, Link
from volunteer.activities.policy import Visitor
from volunteer.activities.signing.availability import deadline
from volunteer.activities.together import pairs, regulars, similar, stand_ins, teammates, words
from volunteer.core import formats
from volunteer.core.i18n import gettext as _
from volunteer.people.sessions import CARD

_INSTEAD = "activities/together/instead.html"


@dataclass(frozen=True)
class Situation:
    """What these cards show, read once for a page."""

    asked: Asked
    places: list[Any]
    requests: list[Any]

    @property
    def mine(self) -> Any | None:
        return next((p for p in self.places if p.person_id == self.asked.visitor.id), None)

    def name(self, name: str, born_on: dt.date | None) -> str:
        """Whole for members of the team, but for children."""
        return teammates.known_as(name, born_on) if self.asked.is_member else formats.masked_name(name)


def questions(asked: Asked) -> Card | None:
    """What waits for the reader's answer, and the place that somebody shares with the reader."""
    found = _situation(asked)
    if found is None:
        return None
    reader_id = asked.visitor.id
    partners = [p for p in found.places if p.partner_id == reader_id and p.partner_state == ASKED]
    shared = [p for p in found.places if p.partner_id == reader_id and p.partner_state == AGREED]
    for_me = [one for one in found.requests if one.asked_person_id == reader_id]
    if not partners and not shared and not for_me:
        return None
    values = {"partners": partners, "shared": shared, "for_me": for_me, "name": found.name}
    return Card("activities/together/questions.html", values, is_above=True)


def card(asked: Asked) -> Card | None:
    """The own place, whom others look for, and what else one can do here."""
    found = _situation(asked)
    if found is None:
        return None
    row, reader = asked.row, asked.visitor
    assert reader.id is not None, "asked by the situation"
    offered = regulars.offer(row.series_id, reader.id)
    values = {
        "mine": found.mine,
        "wanted": [one for one in found.requests if _is_for_all(one, reader.id)],
        "request": next((one for one in found.requests if one.holder_id == reader.id), None),
        "may_bring": asked.is_member and reader.way != CARD,
        "regular": offered if offered.id is not None else None,
        "part_id": offered.part_id,
        "takes_regulars": offered.regular_places > 0
        and offered.series_state == LIVE
        and rules.is_repeating(row),
        "takes_pairs": row.takes_pairs,
        "name": found.name,
        "AGREED": AGREED,
        "ASKED": ASKED,
        "is_late": rules.is_late(asked.now, deadline(row), current_app.config["LATE_SIGN_OFF_HOURS"]),
    }
    return Card("activities/together/card.html", values)


def _situation(asked: Asked) -> Situation | None:
    """None for who has not signed in, and once nothing can be changed; the next card asks nothing again."""
    row, reader = asked.row, asked.visitor
    if reader.id is None or row.state != PUBLISHED or deadline(row) <= asked.now:
        return None
    kept: Situation | None = g.get("together")
    if kept is None or kept.asked is not asked:
        kept = g.together = Situation(
            asked,
            pairs.concerning(row.id, reader.id),
            stand_ins.of_date(row.id),
        )
    return kept


def _is_for_all(request: Any, reader_id: int) -> bool:
    return request.kind == STAND_IN and request.asked_person_id is None and request.holder_id != reader_id


def instead(asked: Asked) -> Card | None:
    """After signing off the next dates, on top; below a full date something like it."""
    found = _situation(asked)
    if found is None or found.mine is not None:
        return None
    row, reader = asked.row, asked.visitor
    assert reader.id is not None, "asked by the situation"
    values = {"row": row, "person_id": reader.id, "born_on": reader.born_on, "now": asked.now}
    has_left = row.was_left and similar.has_left(row.id, reader.id)
    if has_left and (dates := similar.next_dates(**values)):
        return Card(_INSTEAD, {"dates": dates, "is_next": True}, is_above=True)
    if not has_left and row.capacity > row.taken + row.held:
        return None
    dates = similar.like(**values)
    return Card(_INSTEAD, {"dates": dates, "is_next": False}) if dates else None


def of_person(person_id: int, now: dt.datetime) -> dict[str, Any]:
    """For the list of the own activities: what waits for an answer, shared places, standing sign-ups."""
    return {
        "shared": pairs.of_partner(person_id, now),
        "for_me": stand_ins.asked(person_id, now),
        "wanted": _wanted(person_id, now),
        "regulars": [(row, words.days(row), words.state(row, row)) for row in regulars.of_person(person_id)],
        "AGREED": AGREED,
    }


def wanted_in_teams(reader: Visitor, now: dt.datetime) -> list[tuple[Any, str]]:
    """Above the list of the own teams' dates: where a teammate looks for a stand-in."""
    return _wanted(reader.id, now) if reader.id is not None else []


def _wanted(person_id: int, now: dt.datetime) -> list[tuple[Any, str]]:
    """Each with the name of who looks, as teammates know it."""
    rows = stand_ins.wanted_in_teams_of(person_id, now)
    return [(row, teammates.known_as(row.holder, row.holder_born_on)) for row in rows]


def link(asked: Asked) -> Link | None:
    """For who leads: whose places are taken before sign-up opens."""
    row, reader = asked.row, asked.visitor
    if not row.regular_places or not policy.may_see_participants(
        reader, team_path=row.team_path, area_path=row.area_path
    ):
        return None
    return Link(_("固定报名的人"), url_for("activities.series_regulars", series_id=row.series_id))


parts.add_card(questions, order=10)
parts.add_card(instead, order=15)
parts.add_card(card, order=20)
parts.add_link(link, order=60)
