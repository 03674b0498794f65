"""Refuse to serve real people with a wrong configuration, and say which."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

import config as settings
from volunteer.core import installation, migrations
from volunteer.core.database import db

_PRAGMA_VALUES = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "busy_timeout": 20000,
}


class UnsafeConfiguration(Exception):
    """Start-up is refused; the message lists every reason."""


def faults(app: Flask) -> list[str]:
    """Everything that is wrong for serving real people; empty when all is well."""
    found = [*_setting_faults(app.config, app.debug)]
    with app.app_context():
        try:
            with db.engine.connect() as connection:
                found += _connection_faults(connection)
                found += [] if _is_migrating() else _schema_faults(connection)
                found += installation.demo_faults(connection)
        except sa.exc.SQLAlchemyError as error:
            found.append(f"the database cannot be opened: {type(error).__name__}")
    return found


def refuse_unsafe(app: Flask) -> None:
    """In production, raise `UnsafeConfiguration` when anything is wrong."""
    found = faults(app) if app.config["PRODUCTION"] else []
    if app.config["PRODUCTION"]:
        with app.app_context():
            db.engine.dispose()  # workers forked from here open connections of their own
    if found:
        raise UnsafeConfiguration("refusing to start: " + "; ".join(found))


def _setting_faults(config: Any, debug: bool) -> list[str]:
    secret = str(config["SECRET_KEY"])
    checks = (
        (secret == settings.DEFAULT_SECRET, "SECRET_KEY is the default"),
        (len(secret) < 32, "SECRET_KEY is shorter than 32 characters"),
        (debug, "debug is on"),
        (bool(config.get("TESTING")), "TESTING is on"),
        (not config["HTTPS"], "HTTPS is off"),
        (not str(config["BASE_URL"]).startswith("https://"), "BASE_URL is not an https address"),
        (not config.get("WTF_CSRF_ENABLED", True), "CSRF protection is off"),
        (bool(config["DEMO"]), "DEMO is on"),
        (_is_public(str(config["FILES_DIR"])), "FILES_DIR lies below static/, which everybody can read"),
        (not config["STAFF_SECOND_FACTOR"], "STAFF_SECOND_FACTOR is off"),
        (_tells_mail_password(config), "SMTP_STARTTLS is off, so the mail password would travel readable"),
    )
    return [reason for wrong, reason in checks if wrong]


def _is_public(folder: str) -> bool:
    return Path(folder).resolve().is_relative_to(settings.ROOT / "static")


def _tells_mail_password(config: Any) -> bool:
    is_here = config["SMTP_HOST"] in {"localhost", "127.0.0.1", "::1"}
    return bool(config["SMTP_USER"]) and not config["SMTP_STARTTLS"] and not is_here


def _connection_faults(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        return [
            f"PRAGMA {name} is {value}, not {expected}"
            for name, expected in _PRAGMA_VALUES.items()
            if (value := connection.exec_driver_sql(f"PRAGMA {name}").scalar()) != expected
        ]
    level = connection.exec_driver_sql("SHOW transaction_isolation").scalar()
    return [] if level == "read committed" else [f"transaction isolation is {level}, not read committed"]


def _is_migrating() -> bool:
    """`flask db …` brings the schema up to date, so it must not be refused because the schema is behind."""
    return click.get_current_context(silent=True) is not None and "db" in sys.argv


def _schema_faults(connection: sa.Connection) -> list[str]:
    current, latest = migrations.present(connection), migrations.latest()
    return (
        []
        if current == latest
        else [f"the schema is at {current}, not {latest}: run `flask --app app db upgrade`"]
    )
