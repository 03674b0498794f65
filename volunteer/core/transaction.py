"""The only place that commits.

A request is one transaction: who is asking is read first, then, for anything
that may write, the write transaction begins, the view runs, and it is
committed when the view answered with less than 400. Everything else rolls
back. A job or command wraps each item in `with transaction():`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from volunteer.core import formkey, mode
from volunteer.core.database import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@contextmanager
def transaction() -> Iterator[None]:
    """One piece of work of a job, a command or a test; commits at the end, rolls back on any error."""
    reading_before = mode.is_reading()
    end()
    mode.set_reading(False)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        mode.set_reading(reading_before)


def end() -> None:
    """Give up the transaction that is open, if any."""
    db.session.rollback()


@contextmanager
def reading() -> Iterator[None]:
    """Look something up in a transaction of its own that ends with the block.

    For slow work between reading and writing, such as hashing a password,
    which must not be done while the only writer's lock is held.
    """
    writing = not mode.is_reading()
    end()
    mode.set_reading(True)
    try:
        yield
    finally:
        end()
        mode.set_reading(not writing)


def give_up() -> None:
    """After a refusal: undo what was begun; what follows only reads (to show the form again)."""
    end()
    mode.set_reading(True)


def around(view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Run the view of the current request inside its transaction (called by `Linli.dispatch_request`)."""
    if request.method in SAFE_METHODS:
        try:
            return view()
        finally:
            end()
    end()
    mode.set_reading(False)
    try:
        claim = formkey.claim_current()
        if claim.earlier is not None:
            end()
            return claim.earlier
        response: Response = make_response(view())
        if response.status_code < 400:
            claim.keep(response)
            db.session.commit()
        else:
            end()
        return response
    except BaseException:
        end()
        raise
    finally:
        mode.set_reading(True)
