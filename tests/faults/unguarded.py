"""For controls only: the product with guards taken out, to show that the proofs would notice.

gunicorn loads `tests.faults.unguarded:app`; UNGUARDED in the environment names
what is missing, separated by commas. `strip` takes the matching guards out of
the database. Nothing of this is reachable from the product.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

CAPACITY, KEYS, SIGN_INS = "capacity", "keys", "sign-ins"
PAUSE = 0.03  # between looking and writing, so that the control does not depend on luck


def take_out(guards: set[str]) -> None:
    """Patch this process."""
    if CAPACITY in guards:
        _read_then_insert()
    if KEYS in guards:
        _forms_are_never_repeated()
    if SIGN_INS in guards:
        sign_ins_never_end(setattr)


def _no_transactions() -> None:
    """SQLite as it comes: each statement by itself, so that what was read may be old when something is written."""
    from volunteer.core import database

    sa.event.remove(sa.Engine, "begin", database._begin)


def _read_then_insert() -> None:
    """Places are counted by looking first and writing later: no lock, no condition."""
    from volunteer.activities.service.signing import places
    from volunteer.activities.signing import standing

    def look(**ids: Any) -> Any:
        found = standing.load(**ids)
        time.sleep(PAUSE)
        return found

    _no_transactions()
    table: Any = places._date
    standing.lock = look
    places._TAKE = places._of_date(taken=table.c.taken + places._count)


def _forms_are_never_repeated() -> None:
    """Every POST counts as a new one, and nobody asks whether the person has a place already."""
    from volunteer.activities.signing import availability
    from volunteer.core import formkey

    formkey.claim_current = lambda: formkey.Claim(None)
    asked = availability.availability
    availability.availability = lambda date, who, **how: asked(date, who._replace(is_signed_up=False), **how)


def sign_ins_never_end(put: Callable[[Any, str, Any], None]) -> None:
    """Signing out empties the browser's own cookie and nothing else; no other deed ends a sign-in."""
    from volunteer.people import sessions

    put(sessions, "end", lambda token_hash: None)
    put(sessions, "end_all", lambda person_id, *, but=None: None)


def strip(engine: sa.Engine, guards: set[str]) -> None:
    """Take the database's own guards away: the check on places, the index on live sign-ups."""
    with engine.begin() as connection:
        if KEYS in guards or CAPACITY in guards:
            connection.exec_driver_sql("DROP INDEX uq_sign_up_live")
        if CAPACITY in guards:
            _drop_check(connection, "occurrence", "ck_occurrence_places")


def _drop_check(connection: sa.Connection, table: str, name: str) -> None:
    """On SQLite the table is made anew without it."""
    with Operations(MigrationContext.configure(connection)).batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
    left = sa.inspect(connection).get_check_constraints(table)
    assert name not in {constraint["name"] for constraint in left}


if os.environ.get("UNGUARDED"):
    from volunteer import create_app

    take_out(set(os.environ["UNGUARDED"].split(",")))
    app = create_app()
