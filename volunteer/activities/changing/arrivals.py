"""To which dates somebody has come, or what was done of a task has been written down.

That is known in the slice above, which says how to find out; here it keeps such a date from
being cancelled or moved away under the people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Ask = Callable[[Collection[int]], Collection[int]]


def _nobody(_occurrence_ids: Collection[int]) -> Collection[int]:
    return ()


_ask: Ask = _nobody


def know_who_came(ask: Ask) -> None:
    """`ask` gives those of these dates to which somebody has come."""
    global _ask
    _ask = ask


def among(occurrence_ids: Collection[int]) -> frozenset[int]:
    """Those of these dates to which somebody has come."""
    return frozenset(_ask(occurrence_ids)) if occurrence_ids else frozenset()
