"""To whom of a team a notice can go: all members, and groups that the slices above know of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

ALL = "all"


@dataclass(frozen=True)
class Audience:
    """`text(team_id)` names the group in the reader's language, or is None when there is none now."""

    key: str
    text: Callable[[int], Any | None]
    person_ids: Callable[[int], Sequence[int]]


_AUDIENCES: dict[str, Audience] = {}


def register(audience: Audience) -> Audience:
    _AUDIENCES[audience.key] = audience
    return audience


def of_team(team_id: int) -> dict[str, str]:
    """Keys and words of the groups that the team has now, all members first."""
    ordered = sorted(_AUDIENCES.values(), key=lambda audience: audience.key != ALL)
    found = ((audience.key, audience.text(team_id)) for audience in ordered)
    return {key: str(text) for key, text in found if text is not None}


def by_key(key: str) -> Audience | None:
    return _AUDIENCES.get(key)
