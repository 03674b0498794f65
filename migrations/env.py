"""Runs the migrations over the application's own engine, pragmas and all."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app

from volunteer.core.database import UTC, Secret

for models in sorted(Path(current_app.root_path).glob("*/models.py")):
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
        _migrate(connection)


def _migrate(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run against a database, not into a file")
run()
