"""The migrations: up, down and up again on both databases, the same schema as the models, triggers that bite."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.conftest import SECRET, create_database
from volunteer import create_app
from volunteer.core import clock, crypto, migrations
from volunteer.core.database import db
from volunteer.ledger import triggers

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
REVISIONS = [path.name[:4] for path in sorted(VERSIONS.glob("[0-9]*.py"))]


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with nothing in it, not even a schema."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    server = request.getfixturevalue("postgres_server")
    name = f"empty_{crypto.letters(10).lower()}"
    create_database(server, name)
    return f"{server}/{name}"


@pytest.fixture
def house(empty_url: str) -> Iterator[Flask]:
    """The application over the empty database."""
    app = create_app({"DATABASE_URL": empty_url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    migrations.prepare(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _tables() -> list[str]:
    return sorted(set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"})


def _triggers() -> list[Any]:
    """Every trigger, and on PostgreSQL every function of ours, by name."""
    statement = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if db.engine.dialect.name != "sqlite":
        statement = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal "
            "UNION SELECT proname, 'function' FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2"
        )
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def _schema() -> dict[str, Any]:
    """All that the database knows of each table, in an order that can be compared."""
    if db.engine.dialect.name != "sqlite":
        return _described(_tables())
    statement = "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index') ORDER BY name"
    texts: dict[str, list[str]] = {table: [] for table in _tables()}
    with db.engine.connect() as connection:
        for table, text in connection.exec_driver_sql(statement):
            texts.get(table, []).append(text or "")
    return {table: _from_text(table, tuple(written)) for table, written in texts.items()}


@cache
def _from_text(table: str, _written: tuple[str, ...]) -> Any:
    """SQLite keeps what was written: the same text is the same table, and is taken apart once."""
    return _described([table])[table]


def _described(tables: list[str]) -> dict[str, Any]:
    if not tables:
        return {}  # no names would mean every name
    look = sa.inspect(db.engine)
    columns, keys = (
        look.get_multi_columns(filter_names=tables),
        look.get_multi_pk_constraint(filter_names=tables),
    )
    unique, checks = (
        look.get_multi_unique_constraints(filter_names=tables),
        look.get_multi_check_constraints(filter_names=tables),
    )
    indexes, references = (
        look.get_multi_indexes(filter_names=tables),
        look.get_multi_foreign_keys(filter_names=tables),
    )
    return {
        table[1]: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in columns[table]),
            "key": keys[table]["constrained_columns"],
            "unique": sorted((u["name"] or "", *u["column_names"]) for u in unique.get(table, ())),
            "checks": sorted((c["name"] or "", "".join(c["sqltext"].split())) for c in checks.get(table, ())),
            "indexes": sorted(
                (i["name"] or "", bool(i["unique"]), *map(str, i["column_names"]), _where(i))
                for i in indexes.get(table, ())
            ),
            "references": sorted(
                (*f["constrained_columns"], f["referred_table"], str(f["options"].get("ondelete")))
                for f in references.get(table, ())
            ),
        }
        for table in columns
    }


def _where(index: Any) -> str:
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where", "")))


def test_numbers_have_no_gap_and_one_head(house):
    scripts = ScriptDirectory(str(migrations.DIRECTORY))
    assert scripts.get_heads() == [REVISIONS[-1]] == [migrations.latest()]
    assert [script.revision for script in scripts.walk_revisions()][::-1] == REVISIONS
    assert [f"{n:04d}" for n in range(1, len(REVISIONS) + 1)] == REVISIONS


def test_up_down_to_nothing_and_up_again(house):
    upgrade()
    first, bites = _schema(), _triggers()
    assert first
    assert bites
    downgrade(revision="base")
    assert _tables() == []
    assert _triggers() == []
    upgrade()
    assert _schema() == first
    assert _triggers() == bites


@pytest.mark.thorough
def test_each_migration_goes_down_to_exactly_where_it_came_from(house):
    after: tuple[Any, Any] = {}, []
    for number, revision in enumerate(REVISIONS):
        before = after
        upgrade(revision=revision)
        after = _schema(), _triggers()
        downgrade(revision=REVISIONS[number - 1] if number else "base")
        assert (_schema(), _triggers()) == before, f"{revision} leaves something behind"
        upgrade(revision=revision)
        assert (_schema(), _triggers()) == after, f"{revision} is another the second time"


def test_the_second_upgrade_does_nothing(house):
    upgrade()
    before = _schema(), _triggers()
    written: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split(None, 1)[0].upper() not in {"SELECT", "PRAGMA", "BEGIN", "SHOW"}:
            written.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        upgrade()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert written == []
    assert (_schema(), _triggers()) == before


def test_models_and_schema_do_not_differ(house):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_models_and_schema_agree_in_what_alembic_does_not_compare(house):
    """Checks, the condition of a partial index, what happens on deletion: tables from the models are the same."""
    upgrade()
    migrated = _schema()
    downgrade(revision="base")
    db.metadata.create_all(db.engine)
    assert _schema() == migrated


def test_a_migration_that_fails_half_way_leaves_nothing(house, monkeypatch):
    upgrade(revision="0002")
    before = _schema(), _triggers()
    monkeypatch.setattr(triggers, "no_overdraft", lambda dialect: ["SELECT nothing FROM nowhere"])
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(revision="0003")
    assert (_schema(), _triggers()) == before
    monkeypatch.undo()
    upgrade()
    assert "transfer" in _tables()


# After down and up again each of these must be refused by the database itself.
_FORBIDDEN = [
    *(
        statement.format(table=table)
        for table in ("transfer", "seal", "audit_entry", "audit_seal")
        for statement in ("UPDATE {table} SET id = id", "DELETE FROM {table}")
    ),
    "INSERT INTO transfer SELECT 2, book, credit_account_id, debit_account_id, amount + 1, kind, 'more', operation, "
    "NULL, happened_at, recorded_at, NULL, '' FROM transfer",
]
_ONLY_SQLITE = [
    "INSERT OR REPLACE INTO transfer SELECT id, book, debit_account_id, credit_account_id, 999, kind, key, operation, "
    "NULL, happened_at, recorded_at, NULL, '' FROM transfer",
    "REPLACE INTO transfer SELECT 77, book, debit_account_id, credit_account_id, 999, kind, key, operation, "
    "NULL, happened_at, recorded_at, NULL, '' FROM transfer",
    "UPDATE OR REPLACE transfer SET amount = 999",
    "INSERT INTO transfer SELECT id, book, debit_account_id, credit_account_id, 999, kind, key, operation, "
    "NULL, happened_at, recorded_at, NULL, '' FROM transfer WHERE true ON CONFLICT DO UPDATE SET amount = 999",
    "REPLACE INTO seal SELECT 77, day, 999, digest, previous_digest, sealed_at FROM seal",
    "REPLACE INTO audit_entry SELECT id, happened_at, actor_id, 'other', object_kind, object_id, details, origin "
    "FROM audit_entry",
    "REPLACE INTO audit_seal SELECT 77, first_id, last_id, 999, digest, previous_digest, sealed_at FROM audit_seal",
]
_ONLY_POSTGRESQL = [
    *(f"TRUNCATE {table} CASCADE" for table in ("transfer", "seal", "audit_entry", "audit_seal")),
    "INSERT INTO transfer SELECT id, book, debit_account_id, credit_account_id, 999, kind, key, operation, "
    "NULL, happened_at, recorded_at, NULL, '' FROM transfer ON CONFLICT (key) DO UPDATE SET amount = 999",
    "MERGE INTO transfer USING (SELECT 1 AS one) AS it ON true WHEN MATCHED THEN DELETE",
]


def _history() -> None:
    """One row in each table of history."""
    from volunteer.audit.models import AuditEntry, AuditSeal
    from volunteer.ledger import service
    from volunteer.ledger.models import POINTS, Seal

    now = clock.now()
    issue = service.account(book=POINTS, owner_kind=service.SYSTEM, owner_id=0, purpose=service.ISSUE)
    main = service.account(book=POINTS, owner_kind=service.PERSON, owner_id=1)
    service.move(service.Movement(POINTS, issue, main, 10, "earned", "k", "o", now), recorded_by=None)
    db.session.add(
        Seal(
            day=dt.date(2026, 1, 1),
            transfer_count=1,
            digest="1" * 64,
            previous_digest="0" * 64,
            sealed_at=now,
        )
    )
    db.session.add(AuditEntry(happened_at=now, act="a", object_kind="k", details={}, origin="test"))
    db.session.add(
        AuditSeal(
            first_id=1, last_id=1, entry_count=1, digest="1" * 64, previous_digest="0" * 64, sealed_at=now
        )
    )
    db.session.commit()
    db.session.remove()


def _rows() -> list[Any]:
    with db.engine.connect() as connection:
        return [
            list(connection.exec_driver_sql(f"SELECT * FROM {table}"))
            for table in ("transfer", "seal", "audit_entry", "audit_seal")
        ]


def _is_refused(statement: str) -> bool:
    with db.engine.connect() as connection:
        try:
            connection.exec_driver_sql(statement)
            connection.commit()
        except sa.exc.DBAPIError as error:
            connection.rollback()
            return any(word in str(error.orig) for word in ("append-only", "overdraft"))
    return False


def test_triggers_bite_after_down_and_up(house, database_kind):
    upgrade()
    downgrade(revision="base")
    upgrade()
    _history()
    before = _rows()
    attempts = _FORBIDDEN + (_ONLY_SQLITE if database_kind == "sqlite" else _ONLY_POSTGRESQL)
    assert [statement for statement in attempts if not _is_refused(statement)] == []
    assert _rows() == before


def test_without_their_triggers_the_same_attempts_succeed(house, database_kind):
    """The control: it is the triggers that refuse, not a mistake in the statements."""
    upgrade()
    _history()
    with db.engine.begin() as connection:
        for table in ("transfer", "seal", "audit_entry", "audit_seal"):
            for statement in triggers.drop_append_only(table, connection.dialect.name):
                connection.exec_driver_sql(statement)
        for statement in triggers.drop_no_overdraft(connection.dialect.name):
            connection.exec_driver_sql(statement)
    attempts = _FORBIDDEN + (_ONLY_SQLITE if database_kind == "sqlite" else _ONLY_POSTGRESQL)
    for statement in attempts:
        with db.engine.connect() as connection:
            connection.exec_driver_sql(statement)
            connection.rollback()


def test_replace_is_refused_even_by_a_connection_that_was_not_prepared(house, database_kind):
    """A tool that forgets `recursive_triggers` passes by the delete trigger; the insert trigger says no."""
    if database_kind != "sqlite":
        pytest.skip("REPLACE is SQLite's own")
    import sqlite3

    upgrade()
    _history()
    path = str(house.config["DATABASE_URL"]).removeprefix("sqlite:///")
    shutil.copy(path, f"{path}.copy")
    with sqlite3.connect(path) as bare:
        assert bare.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        for statement in (s for s in _ONLY_SQLITE if s.startswith(("REPLACE", "INSERT OR REPLACE"))):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                bare.execute(statement)
    bare.close()
