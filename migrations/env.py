"""Runs the migrations over the application's own engine, pragmas and all."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app

from volunteer.core import files  # noqa: F401 - a table of the core
from volunteer.core.database import UTC, Secret

for models in sorted(Path(current_app.root_path).glob("*/models*")):
    import_module(f"volunteer.{models.parent.name}.models")  # or autogenerate would miss their tables
database = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Own column types are written as what the database stores."""
    if kind == "type" and isinstance(item, UTC):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Secret):
        return "sa.Text()"
    return False


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    with database.engine.connect() as connection:
        try:
            _migrate(connection)
        finally:
            _references(connection, "ON")


def _references(connection: Any, state: str) -> None:
    """SQLite rebuilds a table to change it, and would take its disappearing for a broken reference."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")


def _refuse_broken_references(ctx: Any, **kwargs: Any) -> None:
    """Asked within each migration's own transaction, so that a broken one leaves nothing."""
    if ctx.connection.dialect.name == "sqlite":
        broken = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"the migration leaves a broken reference: {tuple(broken)}")


def _migrate(connection: Any) -> None:
    _references(connection, "OFF")
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=True,
        render_as_batch=True,
        on_version_apply=_refuse_broken_references,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run against a database, not into a file")
run()
