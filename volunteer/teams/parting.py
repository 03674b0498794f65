"""What somebody who leaves a team leaves behind there, told by the slices above.

A slice registers the sentence that the person reads before and what is done then;
a deed may refuse, so that nobody leaves before it is settled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Words = Callable[[int, int], str | None]
Deed = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Parting:
    """Both are asked by person id and team id; no words where there is nothing to do."""

    words: Words
    deed: Deed


_PARTINGS: list[Parting] = []


def register(words: Words, deed: Deed) -> None:
    """Make it known; all are asked in the order in which they came."""
    _PARTINGS.append(Parting(words, deed))


def in_words(person_id: int, team_id: int) -> list[str]:
    return [words for parting in _PARTINGS if (words := parting.words(person_id, team_id))]


def settle(person_id: int, team_id: int) -> None:
    for parting in _PARTINGS:
        parting.deed(person_id, team_id)
