"""Deeds of the past, each done by the services at its own moment, in the order of the moments."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

from demo.world import World
from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.transaction import transaction

Deed = Callable[..., None]
AT_ONCE = 50  # deeds in one transaction


class Timeline:
    """Collects deeds, then does them."""

    def __init__(self) -> None:
        self._deeds: list[tuple[dt.datetime, int, Deed, tuple[Any, ...]]] = []
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._deeds)

    def add(self, moment: dt.datetime, deed: Deed, *about: Any) -> None:
        """Plan `deed(world, *about)`. Of two deeds of one moment the one added first is done first."""
        self._deeds.append((moment, next(self._order), deed, about))

    def play(self, world: World, *, progress: Callable[[int], None]) -> None:
        """Do all deeds, the clock standing at the moment of each; `progress` is told how many are done."""
        deeds = sorted(self._deeds, key=lambda entry: entry[:2])
        for start in range(0, len(deeds), AT_ONCE):
            part = deeds[start : start + AT_ONCE]
            with transaction():
                for moment, _order, deed, about in part:
                    with clock.fixed(moment):
                        deed(world, *about)
            db.session.expunge_all()
            progress(len(part))
