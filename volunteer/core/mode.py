"""Whether the work at hand only reads.

SQLite takes its single write lock when a transaction begins, so it must know
beforehand: pages that only read begin plainly, everything else IMMEDIATE.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def is_reading() -> bool:
    return _reading.get()


def set_reading(reading: bool) -> None:
    _reading.set(reading)


@contextmanager
def reading_only() -> Iterator[None]:
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)
