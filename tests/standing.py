"""One world for all tests of a module: built once, and put back after each test by a savepoint.

A test module that asks hundreds of times for the same world imports `app` and `world`
from here instead of taking the fixture of tests/conftest.py, and is spared the hundreds of
statements that build it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.conftest import NOW, Visitor
from tests.world import World
from volunteer.core import clock
from volunteer.core.database import db


@contextmanager
def _on(connection: sa.Connection) -> Iterator[None]:
    """Everything goes to this connection."""
    engine = db.engine
    db.engines[None] = connection  # type: ignore[assignment]  # all the session asks of an engine
    try:
        yield
    finally:
        db.engines[None] = engine


@pytest.fixture(scope="module")
def ground(application: Flask) -> Iterator[tuple[sa.Connection, World]]:
    """The world on a connection of its own, in a transaction that is rolled back with the module."""
    with application.app_context():
        connection = db.engine.connect()
    outer = connection.begin()
    with application.app_context(), clock.fixed(NOW), _on(connection):
        world = World()
        db.session.commit()
        for row in list(db.session.identity_map.values()):
            db.session.refresh(row)
        db.session.expunge_all()  # every test reads it, none may change it
        db.session.remove()
    yield connection, world
    outer.rollback()
    connection.close()


@pytest.fixture
def world(ground: tuple[sa.Connection, World]) -> World:
    return ground[1]


@pytest.fixture
def app(application: Flask, ground: tuple[sa.Connection, World]) -> Iterator[Flask]:
    """The application in a context, on the world as it was built."""
    connection, _world = ground
    with application.app_context():
        before = connection.begin_nested()
        application.test_client_class = Visitor
        try:
            with _on(connection):
                yield application
                db.session.remove()
        finally:
            before.rollback()
