"""What waits for a leader, told by the slices above: roll calls, series that end soon.

A slice registers a function from team ids to the things to do of each, so that
the leader's page knows of them without looking upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Todo:
    """`text` is translated already; `href` opens the rows; kind 'urgent' is overdue."""

    text: str
    count: int
    href: str
    kind: str = ""


Provider = Callable[[Sequence[int]], Mapping[int, Sequence[Todo]]]
_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Make a provider known; it is asked once per page, for all teams together."""
    _PROVIDERS.append(provider)
    return provider


def of_teams(team_ids: Sequence[int]) -> dict[int, list[Todo]]:
    """All things to do, by team; every team has its list."""
    waiting: dict[int, list[Todo]] = {team_id: [] for team_id in team_ids}
    for provider in _PROVIDERS if team_ids else ():
        for team_id, found in provider(team_ids).items():
            waiting[team_id].extend(found)
    return waiting
