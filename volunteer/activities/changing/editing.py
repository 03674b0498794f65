"""What an edit of a series does to its coming dates, worked out on plain values before anything is written.

A date belongs to the day and shift of the rule that made it. After an edit each date
either still belongs somewhere, or goes to the nearest day of the new rule that no date
has, or, with people on it, waits for somebody to say what shall become of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

ONE, LATER, ALL = "one", "later", "all"
SCOPES = (ONE, LATER, ALL)
KEEP, MOVE, CANCEL = "keep", "move", "cancel"
CHOICES = (KEEP, MOVE, CANCEL)
TIME, PLACE, CAPACITY = "starts_at", "place", "capacity"  # the fields that a date may have of its own
LONGEST_NOTE = 500
FARTHEST = 31  # days that a date is moved at most by an edit of its series
FARTHEST_ONCE = 400  # what happens once may go anywhere within the year

Key = tuple[dt.date, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What people see of a date."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    capacity: int

    @property
    def when_and_where(self) -> tuple[dt.datetime, dt.datetime, str]:
        """What people are told of when it changes (R065)."""
        return self.starts_at, self.ends_at, self.place


@dataclass(frozen=True, slots=True)
class Dated:
    """A coming date as it stands. `is_gone`: an earlier edit left it out, nobody having signed up."""

    id: int
    number: int
    original_on: dt.date
    shift: int
    look: Look
    taken: int = 0  # places that somebody has or is offered
    people: int = 0  # who signed up, and their partners
    waiting: int = 0
    who: frozenset[int] = frozenset()  # all of these
    own: frozenset[str] = frozenset()
    is_gone: bool = False

    @property
    def key(self) -> Key:
        return self.original_on, self.shift

    @property
    def is_awaited(self) -> bool:
        """Somebody signed up, or waits for a place: to be told what becomes of it."""
        return bool(self.people or self.waiting)

    @property
    def is_empty(self) -> bool:
        return not (self.taken or self.people or self.waiting)


@dataclass(frozen=True, slots=True)
class Target:
    """A day and shift that the rule gives, the day it is held on, and the moments that follow."""

    original_on: dt.date
    shift: int
    on: dt.date
    moments: Mapping[str, dt.datetime | None]
    asks: str | None = None

    @property
    def key(self) -> Key:
        return self.original_on, self.shift


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one date: `target` is where it belongs (none: nowhere), `after` how it will look.

    `is_lost`: people are on it and no day of the rule is its own. Then somebody chooses;
    `offer` is the nearest day that is free.
    """

    date: Dated
    target: Target | None
    after: Look | None
    is_lost: bool = False
    offer: Target | None = None
    choice: str = KEEP

    @property
    def is_cancelled(self) -> bool:
        return self.is_lost and self.choice == CANCEL

    @property
    def is_moved(self) -> bool:
        return self.after is not None and self.after.when_and_where != self.date.look.when_and_where

    @property
    def is_dropped(self) -> bool:
        """Nobody is on it and the rule has no place for it."""
        return self.after is None and not self.is_lost and not self.date.is_gone

    @property
    def is_crowded(self) -> bool:
        """It keeps room for those who are there, however few places a date shall have."""
        return self.after is not None and self.after.capacity < self.date.taken

    @property
    def moved_look(self) -> Look | None:
        """How a lost date would look on the day that is offered."""
        if self.offer is None or self.after is None:
            return None
        moments: Any = self.offer.moments
        return replace(self.after, starts_at=moments["starts_at"], ends_at=moments["ends_at"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that an edit does. `made` are days that no date had before.

    `busy` names, for a date, those of its people who have something else at its new time;
    `regulars` are those whose standing sign-up loses or changes its days.
    """

    changes: tuple[Change, ...]
    made: tuple[Target, ...] = ()
    busy: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    regulars: tuple[int, ...] = ()

    @property
    def moved(self) -> list[Change]:
        return [change for change in self.changes if change.is_moved and not change.is_lost]

    @property
    def lost(self) -> list[Change]:
        return [change for change in self.changes if change.is_lost]

    @property
    def own(self) -> list[Change]:
        """Edited by hand: what was edited stays."""
        return [change for change in self.changes if change.date.own]

    @property
    def dropped(self) -> list[Change]:
        return [change for change in self.changes if change.is_dropped]

    @property
    def resized(self) -> list[Change]:
        """Nothing but the number of places is another."""
        same = (
            change for change in self.changes if change.after and not change.is_moved and not change.is_lost
        )
        return [
            change for change in same if change.after and change.after.capacity != change.date.look.capacity
        ]

    @property
    def has_people(self) -> bool:
        """Somebody is to be told, or might be: then there is room for the editor's words."""
        return bool(self.regulars) or any(change.date.is_awaited for change in self.changes)

    @staticmethod
    def heard(changes: Iterable[Change]) -> int:
        """How many people hear of these: one message for all dates of a person."""
        return len(frozenset[int]().union(*(change.date.who for change in changes)))

    @property
    def crowded(self) -> list[Change]:
        return [change for change in self.changes if change.is_crowded]

    @property
    def shown(self) -> str:
        """A digest of what a preview shows; another one means that something has changed meanwhile."""
        facts = [
            (
                change.date.id,
                change.date.look,
                change.date.people,
                change.date.waiting,
                change.date.own and sorted(change.date.own),
                change.offer and change.offer.key,
                None if change.is_lost else change.after,
            )
            for change in self.changes
        ]
        return digest((facts, sorted(self.busy.items()), self.regulars))

    def chosen(self, choices: Mapping[int, str], rest: str = KEEP) -> Outcome:
        """With what shall become of the dates that lost their day; a day that is not taken up is made anew.

        `rest` is for those of which nobody has said anything; where there is no day to move to, they stay.
        """
        changes = tuple(_chosen(change, choices.get(change.date.id, rest)) for change in self.changes)
        left = [c.offer for c in changes if c.is_lost and c.offer is not None and c.choice != MOVE]
        known = {target.key for target in self.made}
        more = [target for target in left if target.key not in known]
        return replace(self, changes=changes, made=_ordered([*self.made, *more]))

    def settled(self) -> Outcome:
        """Nobody is asked any more."""
        return replace(self, changes=tuple(replace(change, is_lost=False) for change in self.changes))


def digest(facts: Any) -> str:
    """Of what a page shows, to be sent back with what is decided there."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def with_own(edited: str, *fields: str) -> str:
    """The list of a date's own fields with these added, in one order."""
    own = {*filter(None, edited.split(",")), *fields}
    return ",".join(name for name in (TIME, PLACE, CAPACITY) if name in own)


def differing(look: Look, home: Target | None, *, place: str, capacity: int) -> set[str]:
    """The fields in which a date is not what its series says; `home` is the day and time that this has for it."""
    time = home and (home.moments["starts_at"], home.moments["ends_at"])
    is_other = ((look.starts_at, look.ends_at) != time, look.place != place, look.capacity != capacity)
    return {name for name, other in zip((TIME, PLACE, CAPACITY), is_other, strict=True) if other}


def _chosen(change: Change, choice: str) -> Change:
    if not change.is_lost:
        return change
    if choice == CANCEL:
        return replace(change, choice=choice, after=None)
    if choice == MOVE and change.offer is not None:
        return replace(change, choice=choice, target=change.offer, after=change.moved_look)
    return replace(change, choice=KEEP)


def lay(
    dates: Iterable[Dated], targets: Iterable[Target], *, place: str, capacity: int, farthest: int = FARTHEST
) -> Outcome:
    """Lay the coming dates over the days of a rule.

    A date whose day the rule still gives belongs there. A date that was moved by hand
    keeps its time, wherever the rule goes. Then those with people are offered the nearest
    free day within `farthest` days, and the empty ones take what is left; who finds none
    is left out.
    """
    ordered = sorted(dates, key=lambda date: (date.look.starts_at, date.id))
    free = {target.key: target for target in targets}
    belongs = {date.id: free.pop(date.key) for date in ordered if date.key in free}
    homeless = [
        date for date in ordered if date.id not in belongs and not date.is_gone and TIME not in date.own
    ]
    nearest: dict[int, Target | None] = {}
    for date in sorted(homeless, key=lambda date: date.is_empty):
        nearest[date.id] = found = _nearest(date, free, farthest)
        if found is not None:
            del free[found.key]
    changes = tuple(_change(date, belongs.get(date.id), nearest, place, capacity) for date in ordered)
    return Outcome(changes, _ordered(free.values()))


def _nearest(date: Dated, free: Mapping[Key, Target], farthest: int) -> Target | None:
    """The free day nearest to a date: of its own shift first, the later of two that are equally near."""

    def distance(target: Target) -> tuple[bool, int, int]:
        days = (target.original_on - date.original_on).days
        return target.shift != date.shift, abs(days), -days

    near = [t for t in free.values() if abs((t.original_on - date.original_on).days) <= farthest]
    return min(near, key=distance, default=None)


def _change(
    date: Dated, belongs: Target | None, nearest: Mapping[int, Target | None], place: str, capacity: int
) -> Change:
    if date.id in nearest and not date.is_empty:
        look = _look(date, None, place, capacity)
        return Change(date, None, look, is_lost=True, offer=nearest[date.id])
    target = belongs or nearest.get(date.id)
    is_out = target is None and (date.is_gone or TIME not in date.own)
    return Change(date, target, None if is_out else _look(date, target, place, capacity))


def _look(date: Dated, target: Target | None, place: str, capacity: int) -> Look:
    moments: Mapping[str, Any] = {} if target is None or TIME in date.own else target.moments
    return Look(
        moments.get("starts_at") or date.look.starts_at,
        moments.get("ends_at") or date.look.ends_at,
        date.look.place if PLACE in date.own else place,
        date.look.capacity if CAPACITY in date.own else capacity,
    )


def _ordered(targets: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(sorted(targets, key=lambda target: target.key))
