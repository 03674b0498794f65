"""Proofs with real processes and threads run by the real clock, on a database of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import SECRET
from volunteer import create_app
from volunteer.core import clock
from volunteer.core.database import db


@pytest.fixture(autouse=True)
def present() -> dt.datetime:
    """The server's processes have no stopped clock, so neither have we."""
    return clock.now()


@pytest.fixture
def house(fresh_url: str) -> Iterator[Flask]:
    """The application over a fresh, committed database, in a context of its own."""
    app = create_app({"DATABASE_URL": fresh_url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
