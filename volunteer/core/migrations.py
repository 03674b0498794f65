"""At which migration the database stands, and the way to the latest.

Alembic is imported only by who migrates: in each worker it would take eleven megabytes and a tenth of a second.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from volunteer.core.database import db

DIRECTORY = Path(__file__).resolve().parents[2] / "migrations"


def prepare(app: Flask) -> None:
    """Let `flask db …` and `flask_migrate` work on the app."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(DIRECTORY), render_as_batch=False)


def upgrade() -> None:
    """Bring the current app's database to the latest migration."""
    import flask_migrate

    prepare(current_app)
    flask_migrate.upgrade()


def latest() -> str:
    """The migrations are numbered and form one line, so the last file's number is the latest."""
    return max(path.name for path in (DIRECTORY / "versions").glob("[0-9]*.py")).partition("_")[0]


def present(connection: sa.Connection) -> str | None:
    """Where the database stands; None when it is empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found
