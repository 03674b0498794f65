"""Edit a series of which no date has been made yet: a yearly feast lies further ahead than the coming weeks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from volunteer.activities import managed
from volunteer.activities.changing.editing import KEEP
from volunteer.activities.planning import refusals
from volunteer.activities.service.changing.editing import (
    Rehearsal,
    Wish,
    carry_out,
    first_of_all,
    lay_anew,
)
from volunteer.core import clock
from volunteer.people.identity import Actor


def rehearse_rule(*, actor: Actor, series_id: int, wish: Wish) -> Rehearsal:
    """As `editing.rehearse` with the scope of all, without a date to begin from."""
    series = managed.locked_live_series(actor, series_id)
    if not series.is_repeating:
        raise refusals.OccurrenceOver
    return lay_anew(series, wish, since=clock.today(), first=first_of_all())


def edit_rule(
    *,
    actor: Actor,
    series_id: int,
    wish: Wish,
    choices: Mapping[int, str] = MappingProxyType({}),
    rest: str = KEEP,
    words: str = "",
    shown: str | None = None,
) -> int:
    """Change a series and whatever dates it has by now; returns how many people were told."""
    done = rehearse_rule(actor=actor, series_id=series_id, wish=wish)
    return carry_out(actor, done, choices=choices, rest=rest, words=words, shown=shown)
