"""Many items of a job: one transaction for each, or for some hundred at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

import structlog
from flask import current_app

from volunteer.core.database import is_sqlite
from volunteer.core.transaction import end, transaction

CHUNK = 500  # items in one transaction where they are done in bulk
LANES = (
    2  # chunks at once where the database takes several writers: while it writes one, the next is worked out
)
log = structlog.get_logger()
Item = TypeVar("Item", int, str)


def in_bulk(ids: Sequence[int], deed: Callable[[Sequence[int]], object]) -> int:
    """One transaction for some hundred items; where one of them fails, each by itself.

    Returns how many were done. The items must not depend on each other's order.
    """
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    if len(chunks) < 2 or is_sqlite():
        return sum(_chunk(chunk, deed) for chunk in chunks)
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def in_own_lane(chunk: Sequence[int]) -> int:
        with app.app_context():
            return _chunk(chunk, deed)

    end()  # what is held here would be missing there
    with ThreadPoolExecutor(LANES) as lanes:
        begun = [lanes.submit(copy_context().run, in_own_lane, chunk) for chunk in chunks]
        return sum(one.result() for one in begun)


def each(ids: Iterable[Item], deed: Callable[[Item], object]) -> int:
    """One transaction for each item; a failing one is logged and left for the next round."""
    done = 0
    for id_ in ids:
        try:
            with transaction():
                deed(id_)
            done += 1
        except Exception:
            log.exception("item failed", item=id_)
    return done


def _chunk(chunk: Sequence[int], deed: Callable[[Sequence[int]], object]) -> int:
    try:
        with transaction():
            deed(chunk)
    except Exception:
        log.exception("chunk failed", first=chunk[0], count=len(chunk))
        return each(chunk, lambda id_: deed([id_]))
    return len(chunk)
