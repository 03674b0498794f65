"""How many statements each page asks of the database, with few rows and with many.

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.queries

Every page that a GET can open is opened by each kind of visitor; the highest count of a page is its
figure. Addresses with parts (`/activities/<int:occurrence_id>`) take their values from `values`.
"""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.people.models import SignInSession
from volunteer.people.sessions import hash_token

NOT_PAGES = {"static"}
NOT_QUERIES = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")


class BrokenPage(Exception):
    """A page that answers 500 has no figure."""


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """The statements sent to the database inside the block."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(NOT_QUERIES):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def signed_in(app: Flask, person_id: int) -> FlaskClient:
    """A browser whose sign-in stands in the database like any other."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    row = {"token_hash": hash_token(token), "person_id": person_id, "created_at": now, "last_seen_at": now}
    with app.app_context(), transaction():
        db.session.execute(sa.insert(SignInSession), [row])
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def pages(app: Flask, values: Mapping[str, int | str]) -> tuple[dict[str, str], list[str]]:
    """Endpoint → address of each page, and the rules that lack a value."""
    found: dict[str, str] = {}
    lacking: list[str] = []
    with app.test_request_context():
        adapter = app.url_map.bind("127.0.0.1")
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if not _is_page(rule):
                continue
            if rule.arguments - set(values):
                lacking.append(rule.rule)
            else:
                found[rule.rule] = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
    return found, lacking


def _is_page(rule: Rule) -> bool:
    return "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES


def count(app: Flask, visitors: Mapping[str, int | None], values: Mapping[str, int | str]) -> dict[str, int]:
    """Page → the most statements that any of the visitors made it ask."""
    clients = {
        name: app.test_client() if person is None else signed_in(app, person)
        for name, person in visitors.items()
    }
    found, lacking = pages(app, values)
    for rule in lacking:
        print(f"queries: no value for {rule}, not measured", file=sys.stderr)
    return {rule: max(_ask(app, client, path) for client in clients.values()) for rule, path in found.items()}


def _ask(app: Flask, client: FlaskClient, path: str) -> int:
    client.get(path)  # the first time some things are read once and kept
    with counting(app) as seen:
        status = client.get(path).status_code
    if status >= 500:
        raise BrokenPage(f"{path} answers {status}")
    return len(seen)
