"""What stands on the page of a date beside its facts, told by features and by the slices above.

A card is for whoever reads the page; a link stands in the list of those who lead the activity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from volunteer.activities.models import CANCELLED, UNDECIDED
from volunteer.activities.policy import Visitor
from volunteer.core import clock


@dataclass(frozen=True)
class Card:
    """A template below templates/ and what it needs; it finds it as `part`.

    `is_above`: it waits for the reader (an answer, checking in, the own record) and stands before everything else.
    """

    template: str
    values: dict[str, Any] = field(default_factory=dict)
    is_above: bool = False


@dataclass(frozen=True)
class Link:
    """One row of the leader's list: what, a word beside it, and where it leads; `is_due` stands out."""

    text: str
    href: str
    note: str = ""
    is_due: bool = False


@dataclass(frozen=True)
class Asked:
    """Who reads the page of which date; `row` is that of `details.occurrence`."""

    row: Any
    visitor: Visitor
    now: dt.datetime
    forms: dict[str, Any]  # those that were filled in wrongly, by name
    is_member: bool  # of the date's team


TAKES_PLACE, WAITS, IS_OFF = "takes_place", "waits", "is_off"


def stage(row: Any, now: dt.datetime) -> str:
    """Whether a date takes place, waits for a decision or is cancelled.

    What fell on a holiday with people on it waits until its day: from then on they come.
    """
    if row.state == CANCELLED:
        return IS_OFF
    first = clock.start_of(clock.local(row.starts_at).date())
    return WAITS if row.state == UNDECIDED or (row.asks is not None and now < first) else TAKES_PLACE


_CARDS: list[tuple[int, Callable[[Asked], Card | None]]] = []
_LINKS: list[tuple[int, Callable[[Asked], Link | None], Sequence[str]]] = []


def add_card(card: Callable[[Asked], Card | None], *, order: int) -> None:
    """Show a card where the function gives one; smaller orders come first, the second time changes nothing."""
    if all(card is not known for _order, known in _CARDS):
        _CARDS.append((order, card))
        _CARDS.sort(key=lambda pair: pair[0])


def add_link(
    link: Callable[[Asked], Link | None], *, order: int, stages: Sequence[str] = (TAKES_PLACE,)
) -> None:
    """The same for the list of those who lead the activity, at these stages of the date."""
    if all(link is not known for _order, known, _stages in _LINKS):
        _LINKS.append((order, link, stages))
        _LINKS.sort(key=lambda entry: entry[0])


def cards(asked: Asked) -> list[Card]:
    return [card for _order, make in _CARDS if (card := make(asked)) is not None]


def links(asked: Asked) -> list[Link]:
    now_at = stage(asked.row, asked.now)
    made = (make(asked) for _order, make, stages in _LINKS if now_at in stages)
    return [link for link in made if link is not None]
