"""What the slices above have to do with a team before it closes, told by them (R015).

A slice registers a handler, so that closing a team deals with its coming dates
without looking upwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Unfinished:
    """Something that would be left without a team; `endpoint` with `values` opens it."""

    text: str
    count: int
    endpoint: str
    values: Mapping[str, int]


class Handler(Protocol):
    """What a slice does when a team closes. Each is called in the transaction of the closing."""

    def unfinished(self, team_id: int) -> Sequence[Unfinished]:
        """What has to be handed over or ended first; nothing when the team may simply close."""
        ...

    def hand_over(self, *, actor_id: int, team_id: int, successor_id: int) -> int:
        """Give what is unfinished to the successor; returns how many things went over."""
        ...

    def wind_up(self, *, actor_id: int, team_id: int) -> None:
        """The team closes and nothing is unfinished: end what would go on by itself."""
        ...


_HANDLERS: list[Handler] = []


def register(handler: Handler) -> Handler:
    """Make a handler known; all are asked in the order in which they came."""
    _HANDLERS.append(handler)
    return handler


def unfinished(team_id: int) -> list[Unfinished]:
    return [item for handler in _HANDLERS for item in handler.unfinished(team_id)]


def hand_over(*, actor_id: int, team_id: int, successor_id: int) -> int:
    return sum(
        handler.hand_over(actor_id=actor_id, team_id=team_id, successor_id=successor_id)
        for handler in _HANDLERS
    )


def wind_up(*, actor_id: int, team_id: int) -> None:
    for handler in _HANDLERS:
        handler.wind_up(actor_id=actor_id, team_id=team_id)
