"""Every test runs on a real, migrated database inside a transaction that is rolled back.

`pytest` uses SQLite; `pytest --database postgresql` a server of its own. The
clock stands at NOW unless a test sets it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.sql.expression import ReleaseSavepointClause, RollbackToSavepointClause

from tests import postgres
from volunteer import create_app
from volunteer.core import clock, crypto, installation, migrations
from volunteer.core import database as database_module
from volunteer.core.database import db as database
from volunteer.people.models import Person, SignInSession
from volunteer.people.sessions import hash_token

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))  # a Saturday
SECRET = "for-tests-only-0123456789-0123456789"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", default="sqlite", choices=("sqlite", "postgresql"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL nothing runs again that touches no database; pages of one's own making are `portable`.

    Every page is still opened there by every kind of visitor: tests on a `world` are not portable.
    """
    kept, dropped = [], []
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "database_kind" not in fixtures and config.getoption("--database") == "postgresql":
            dropped.append(item)
            continue
        if fixtures & {"client", "client_for"} and "world" not in fixtures:
            item.add_marker("portable")
        kept.append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=dropped)


class Visitor(FlaskClient):
    """A browser: each request in a context of its own, each POST with a fresh form key unless given."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("method") == "POST" and not kwargs.get("json"):
            data = kwargs.get("data")
            if data is None or isinstance(data, dict):
                kwargs["data"] = {"form_key": crypto.token(), **(data or {})}
        database.session.commit()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
            database.session.remove()
        return answer


def migrate(app: Flask) -> None:
    """Bring an empty database to the present schema with the real migrations."""
    with app.app_context():
        migrations.upgrade()
        database.session.remove()
        database.engine.dispose()


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def postgres_server(database_kind: str) -> Iterator[str]:
    """The address of a PostgreSQL server for this run; only on a PostgreSQL run."""
    assert database_kind == "postgresql"
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def template_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A migrated, empty database that is copied or rolled back, never written for good."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('db') / 'template.sqlite3'}"
    else:
        server = request.getfixturevalue("postgres_server")
        create_database(server, "template")
        url = f"{server}/template"
    migrate(create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"}))
    if database_kind == "postgresql":  # to be copied later, when the template itself has open connections
        create_database(server, "pristine", template="template")
    return url


def create_database(server: str, name: str, template: str = "template1") -> None:
    engine = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    engine.dispose()


@pytest.fixture
def fresh_url(database_kind: str, template_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of one's own, for tests with threads, processes or commits."""
    if database_kind == "sqlite":
        target = tmp_path / "fresh.sqlite3"
        shutil.copy(template_url.removeprefix("sqlite:///"), target)
        return f"sqlite:///{target}"
    server = request.getfixturevalue("postgres_server")
    name = f"fresh_{crypto.letters(10).lower()}"
    create_database(server, name, template="pristine")
    return f"{server}/{name}"


def end_savepoints(engine: sa.Engine) -> None:
    """Take each savepoint away with its rollback, which alone leaves it standing.

    Every request of a test that only reads ends in such a rollback. Thousands of them would lie
    within each other, and PostgreSQL goes through all of them for every row it looks at.
    """

    def undo(connection: sa.Connection, name: str) -> None:
        connection.execute(RollbackToSavepointClause(name))
        connection.execute(ReleaseSavepointClause(name))

    engine.dialect.do_rollback_to_savepoint = undo  # type: ignore[method-assign]  # of this engine alone


@pytest.fixture(scope="session")
def application(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(
        {
            "DATABASE_URL": template_url,
            "SECRET_KEY": SECRET,
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "PROPAGATE_EXCEPTIONS": False,
            "LOG_LEVEL": "ERROR",
            "FILES_DIR": str(tmp_path_factory.mktemp("files")),
            "ERASURE_JOURNAL": str(tmp_path_factory.mktemp("apart") / "erasures.jsonl"),
        }
    )
    with app.app_context():
        installation.learn()  # or the first page of a run would need one statement more
        end_savepoints(database.engine)
    yield app
    with app.app_context():
        database.engine.dispose()


@pytest.fixture(autouse=True)
def present() -> Iterator[dt.datetime]:
    """The clock stands still at NOW."""
    with clock.fixed(NOW):
        yield NOW


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application in a context, its one connection in a transaction that is rolled back."""
    with application.app_context():
        engine = database.engine
        connection = engine.connect()
        outer = connection.begin()
        database.engines[None] = connection  # type: ignore[assignment]
        application.test_client_class = Visitor
        try:
            yield application
        finally:
            database.session.remove()
            database.engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture
def any_date(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates of years ago are recorded without anybody's approval (R038 has tests of its own)."""
    monkeypatch.setitem(app.config, "BACKFILL_DAYS", 36500)


@pytest.fixture
def db(app: Flask) -> Any:
    return database


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


@pytest.fixture
def client_for(app: Flask) -> Callable[[Person], FlaskClient]:
    """A browser in which the person is signed in."""

    def sign_in(person: Person) -> FlaskClient:
        token = crypto.token()
        now = clock.now()
        database.session.add(
            SignInSession(
                token_hash=hash_token(token), person_id=person.id, created_at=now, last_seen_at=now,
                second_factor_at=now,
            )
        )  # fmt: skip
        database.session.commit()
        visitor = app.test_client()
        with visitor.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return visitor

    return sign_in


@pytest.fixture
def count_statements(app: Flask) -> Iterator[Callable[[], list[str]]]:
    """The SQL statements sent since the fixture began, without BEGIN, SAVEPOINT and the like."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split(None, 1)[0].upper() in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            seen.append(statement)

    sa.event.listen(database_module.Engine, "before_cursor_execute", note)
    try:
        yield lambda: seen
    finally:
        sa.event.remove(database_module.Engine, "before_cursor_execute", note)
