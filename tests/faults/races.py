"""How races are run: in real threads, each deed in a transaction of its own; and how to take all locks away."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask

from volunteer.core import database
from volunteer.core.database import db
from volunteer.core.errors import NotDone
from volunteer.core.transaction import transaction

AT_ONCE = 10  # the connections of one process
Deed = Callable[[], Any]
FIRST_WRITE = re.compile(r"\s*(INSERT INTO (transfer|batch)|UPDATE (item|redemption|wish|occurrence))\b")
ROW_LOCK = re.compile(r"\s+FOR ((NO KEY )?UPDATE|SHARE)( OF \w+)?")


@dataclass(frozen=True)
class Race:
    """Some deeds for a thing that is there `winners` times."""

    deeds: list[Deed]
    winners: int
    refusal: type[NotDone]
    effects: Callable[[], int]  # how often it really happened


def call(service: Callable[..., Any], **arguments: Any) -> Deed:
    return lambda: service(**arguments)


def count(table: Any, *conditions: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0)


def at_once(app: Flask, deeds: list[Deed]) -> list[Any]:
    """What each deed answered or how it failed; each in a thread and a transaction of its own."""

    def run(deed: Deed) -> Any:
        with app.app_context():
            try:
                with transaction():
                    return deed()
            except (NotDone, sa.exc.DBAPIError) as failure:
                return failure
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def won(answers: list[Any]) -> int:
    return sum(not isinstance(answer, Exception) for answer in answers)


def refusals(answers: list[Any]) -> set[type]:
    return {type(answer) for answer in answers if isinstance(answer, Exception)}


@contextmanager
def without_row_locks() -> Iterator[None]:
    """Nobody locks anything; on SQLite each statement is by itself. Looking and writing are a little apart."""

    def loosen(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> Any:
        if FIRST_WRITE.match(statement):
            time.sleep(0.005)
        return ROW_LOCK.sub("", statement), parameters

    sa.event.listen(sa.Engine, "before_cursor_execute", loosen, retval=True)
    sa.event.remove(sa.Engine, "begin", database._begin)
    try:
        yield
    finally:
        sa.event.listen(sa.Engine, "begin", database._begin)
        sa.event.remove(sa.Engine, "before_cursor_execute", loosen)


@contextmanager
def without_locks(parties: int) -> Iterator[Callable[[], None]]:
    """Nobody locks anything, and everybody has looked before the first one writes.

    Gives the function that waits until all have called it, each thread once.
    """
    barrier = threading.Barrier(parties)
    waited = threading.local()

    def wait_for_all() -> None:
        if not getattr(waited, "done", False):
            waited.done = True
            barrier.wait(timeout=30)

    def loosen(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> Any:
        if FIRST_WRITE.match(statement):
            wait_for_all()
        return ROW_LOCK.sub("", statement), parameters

    sa.event.listen(sa.Engine, "before_cursor_execute", loosen, retval=True)
    sa.event.remove(sa.Engine, "begin", database._begin)  # SQLite's lock is the transaction itself
    try:
        yield wait_for_all
    finally:
        sa.event.listen(sa.Engine, "begin", database._begin)
        sa.event.remove(sa.Engine, "before_cursor_execute", loosen)
