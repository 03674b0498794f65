"""The database handle, column types, and what every connection must be told."""

from __future__ import annotations

import datetime as dt
import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

from volunteer.core import crypto, mode

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# Identifiers are 64 bit on PostgreSQL; SQLite's own row id is 64 bit already and must be called INTEGER.
BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # hours are a legal record: NORMAL may lose acknowledged commits in a power cut
    "foreign_keys=ON",
    "busy_timeout=20000",
    "recursive_triggers=ON",  # or REPLACE would pass by the append-only triggers
    "trusted_schema=OFF",
)


class UTC(sa.TypeDecorator[dt.datetime]):
    """A moment: aware in Python, naive UTC in the database. A naive moment is refused."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        """SQLite gives text, which becomes an aware moment in one step: lists hold a hundred of them."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(value: str | None) -> dt.datetime | None:
    return None if value is None else dt.datetime.fromisoformat(value + "+00:00")


class Secret(sa.TypeDecorator[str]):
    """Text that is encrypted at rest (R141) and readable only with DATA_KEY."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else crypto.encrypt(value)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else crypto.decrypt(value)


class Base(DeclarativeBase):
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={dt.datetime: UTC, str: sa.Text},
    )


db = SQLAlchemy(model_class=Base, session_options={"join_transaction_mode": "create_savepoint"})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Id = Annotated[int, mapped_column(BigInt, primary_key=True)]


def reference(column: str, *, optional: bool = False, index: bool = False, **arguments: Any) -> Any:
    """A foreign key column; rows that are pointed at are never deleted."""
    return mapped_column(
        BigInt, sa.ForeignKey(column, ondelete="RESTRICT"), nullable=optional, index=index, **arguments
    )


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the driver must not begin transactions by itself
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if mode.is_reading():  # takes no lock, so it cannot fail: straight to the driver, at a tenth of the price
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


_NO_JIT = "-c jit=off"  # our statements are short: compiling one takes longer than running it
_QUIET = {"hide_parameters": True}  # what somebody typed stands in no exception, so in no log


def engine_options(url: str) -> dict[str, Any]:
    """What the engine for this address needs; asserted again by `core/selfcheck.py`."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 20}, **_QUIET}
    return {
        **_QUIET,
        "isolation_level": "READ COMMITTED",
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 5,
        "connect_args": {
            "options": f"-c lock_timeout=15000 -c statement_timeout=60000 -c timezone=UTC {_NO_JIT}"
        },
    }


def is_sqlite() -> bool:
    return str(current_app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")


def constant(word: str) -> sa.ColumnElement[str]:
    """A word of our own, written into the statement instead of bound to it.

    Where a bound value decides whether a partial index fits (`WHERE state = ?`), SQLite
    works the whole statement out anew at each execution: six times the price of a sign-up's look-up.
    """
    assert word.isidentifier(), "never anything that somebody typed"
    return sa.literal_column(f"'{word}'", sa.String)


# PostgreSQL's driver tells how many rows an INSERT wrote only when it is asked to.
COUNT_ROWS = {"preserve_rowcount": True}


def insert(table: Any) -> Any:
    """An INSERT of this database's dialect, for ON CONFLICT clauses; takes a model or a table."""
    table = getattr(table, "__table__", table)
    if is_sqlite():
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def insert_if_new(table: Any) -> Any:
    """An INSERT of many or one that leaves alone what is there already; built once for each table."""
    return _insert_if_new(getattr(table, "__table__", table), is_sqlite())


@lru_cache(maxsize=64)
def _insert_if_new(table: Any, on_sqlite: bool) -> Any:
    return insert(table).on_conflict_do_nothing()
