"""What attendance adds to the page of a date: the visitor's own comings, and the leader's links."""

from __future__ import annotations

from flask import url_for

from volunteer.activities import parts
from volunteer.activities.changing import arrivals
from volunteer.activities.models import PUBLISHED
from volunteer.activities.parts import Asked, Card, Link
from volunteer.attendance import policy, queries, rules
from volunteer.core.i18n import gettext as _


def own_comings(asked: Asked) -> Card | None:
    """From the opening of check-in on: when the visitor came and left, what it is worth, and why."""
    row, now = asked.row, asked.now
    window = queries.window(row)
    has_none = row.state != PUBLISHED or row.is_flexible
    if not asked.visitor.is_authenticated or now < window.opens_at or has_none:
        return None
    assert asked.visitor.id is not None, "who is signed in has an id"
    pairs = queries.pairs_of(row.id, asked.visitor.id)
    is_open = window.is_open(now) and row.recorded_at is None
    if not pairs and not is_open:
        return None
    values = {
        "pairs": pairs,
        "minutes": rules.minutes_present(pairs, row.starts_at, row.ends_at),
        "waits": rules.is_open(pairs),
        "is_open": is_open,
        "is_recorded": row.recorded_at is not None,
        "is_over": now >= row.ends_at,
    }
    is_expected = is_open and (bool(pairs) or queries.has_place(row.id, asked.visitor.id))
    return Card("attendance/own.html", {**values, "is_expected": is_expected}, is_above=is_expected)


def to_door(asked: Asked) -> Link | None:
    if not _may_lead_now(asked):
        return None
    is_open = queries.window(asked.row).is_open(asked.now)
    is_here, came = queries.counts(asked.row.id) if is_open else (0, 0)
    note = _("现在有 %(here)s 人在，来过 %(came)s 人", here=is_here, came=came) if is_open else ""
    return Link(_("开门签到"), url_for("attendance.door", occurrence_id=asked.row.id), note, is_due=is_open)


def to_paper(asked: Asked) -> Link | None:
    if not _may_lead_now(asked):
        return None
    return Link(_("打印门口的二维码"), url_for("attendance.door_paper", occurrence_id=asked.row.id))


def to_cards(asked: Asked) -> Link | None:
    if not _may_lead_now(asked):
        return None
    return Link(_("扫卡签到"), url_for("attendance.scan_cards", occurrence_id=asked.row.id))


def _may_lead_now(asked: Asked) -> bool:
    """The links stand until check-in is over; afterwards the roll call is the place."""
    is_past = asked.now >= queries.window(asked.row).closes_at or asked.row.recorded_at is not None
    return not is_past and not asked.row.is_flexible and policy.may_take_attendance(asked.visitor, asked.row)


arrivals.know_who_came(queries.dates_with_arrivals)
parts.add_card(own_comings, order=10)
parts.add_link(to_door, order=10)
parts.add_link(to_paper, order=11)
parts.add_link(to_cards, order=12)
