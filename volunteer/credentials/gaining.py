"""Who wants to know that somebody has gained a training, qualification or commendation that counts.

The slices above register what follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Deed = Callable[[Collection[int]], None]

_DEEDS: list[Deed] = []


def register(deed: Deed) -> Deed:
    """It is called with the ids of the people, in the transaction in which theirs becomes valid."""
    _DEEDS.append(deed)
    return deed


def tell(person_ids: Collection[int]) -> None:
    for deed in _DEEDS:
        deed(person_ids)
