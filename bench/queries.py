"""How many statements each page asks of the database, with few rows and with many.

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.queries

Every page that a GET can open is opened by each kind of visitor; the highest count of a page is its
figure. Addresses with parts (`/activities/<int:occurrence_id>`) are opened for each value that VALUES finds.
Written as JSON: page → statements.
"""

import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.transaction import reading, transaction
from volunteer.people.models import SignInSession
from volunteer.people.sessions import hash_token

NOT_QUERIES = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")
SIGN_UP = "POST /activities/<id>/sign-up"


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
    row["second_factor_at"] = now
    with app.app_context(), transaction():
        db.session.execute(sa.insert(SignInSession), [row])
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


Values = Mapping[str, Sequence[int | str]]


def addresses(app: Flask, values: Values) -> dict[str, list[str]]:
    """Page → the addresses to open; none when a part of it has no value."""
    with app.test_request_context():
        adapter = app.url_map.bind("127.0.0.1")
        return {
            rule.rule: [adapter.build(rule.endpoint, parts) for parts in _combinations(rule, values)]
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint != "static"
        }


def _combinations(rule: Rule, values: Values) -> list[dict[str, int | str]]:
    """A value may be meant for one endpoint only: `reports.figure key` before `key`."""
    names = sorted(rule.arguments)
    found = (values.get(f"{rule.endpoint} {name}", values.get(name, ())) for name in names)
    return [dict(zip(names, parts, strict=True)) for parts in product(*found)]


def count(app: Flask, visitors: Mapping[str, int | None], values: Values) -> dict[str, int]:
    """Page → the most statements that any of the visitors made it ask."""
    clients = {
        name: app.test_client() if person is None else signed_in(app, person)
        for name, person in visitors.items()
    }
    counted: dict[str, int] = {}
    broken: list[str] = []
    for page, found in sorted(addresses(app, values).items()):
        if not found:
            print(f"queries: no value for {page}, not measured", file=sys.stderr)
        for address, (visitor, client) in product(found, clients.items()):
            status, seen = _ask(app, client, address)
            if status >= 500:
                broken.append(f"{address} answers {status} to {visitor}")
            counted[page] = max(counted.get(page, 0), len(seen))
    if broken:
        raise BrokenPage("; ".join(broken))
    return counted


def _ask(app: Flask, client: FlaskClient, path: str) -> tuple[int, list[str]]:
    client.get(path)  # the first time some things are read once and kept
    with counting(app) as seen:
        return client.get(path).status_code, seen


# The first team's next activity, with many people signed up, and its last, with its hours recorded.
_OF_FIRST_TEAM = "FROM occurrence o JOIN series s ON s.id = o.series_id WHERE s.team_id = 1"
VALUES = {
    "occurrence_id": f"SELECT min(o.id) {_OF_FIRST_TEAM} AND o.recorded_at IS NULL UNION "
    f"SELECT max(o.id) {_OF_FIRST_TEAM} AND o.recorded_at IS NOT NULL",
    "series_id": "SELECT min(id) FROM series WHERE team_id = 1",
    "team_id": "SELECT 1",
    "batch_id": f"SELECT id FROM batch WHERE occurrence_id IN (SELECT max(o.id) {_OF_FIRST_TEAM} "
    "AND o.recorded_at IS NOT NULL)",
    "person_id": "SELECT min(id) FROM person WHERE id NOT IN (SELECT person_id FROM role_grant)",
    "order_id": "SELECT min(id) FROM redemption",
    "item_id": "SELECT min(id) FROM item",
    "certificate_id": "SELECT min(id) FROM certificate",
    "follow_up_id": "SELECT min(id) FROM follow_up",
    "wish_id": "SELECT min(id) FROM wish GROUP BY state",
}


def main() -> None:
    from volunteer import create_app

    app = create_app()
    with app.app_context(), reading():
        values = _values()
        roles = db.session.execute(
            sa.text("SELECT role, min(person_id) AS person FROM role_grant GROUP BY role")
        )
        visitors = {"anonymous": None, "volunteer": int(values["person_id"][0])}
        visitors |= {row.role: row.person for row in roles}
    counted = count(app, visitors, values) | {SIGN_UP: _sign_up(int(values["person_id"][0]))}
    print(json.dumps(counted, ensure_ascii=False))  # the last line; the log writes to the same place


def _sign_up(person: int) -> int:
    """The one form that is counted as well: the product's hottest."""
    from volunteer import create_app

    app = create_app({"WTF_CSRF_ENABLED": False})
    client = signed_in(app, person)
    client.get("/")  # what is read once and kept
    with app.app_context(), reading():
        address = SIGN_UP.replace("<id>", str(db.session.scalar(sa.text("SELECT max(id) FROM occurrence"))))
    with counting(app) as seen:
        status = client.post(address.removeprefix("POST "), data={"form_key": crypto.token()}).status_code
    if status not in {302, 303}:
        raise BrokenPage(f"{address} answers {status}")
    return len(seen)


def _values() -> dict[str, list[int | str]]:
    from volunteer.reports import figures, waiting

    values: dict[str, list[int | str]] = {
        name: [value for value in db.session.scalars(sa.text(query)) if value is not None]
        for name, query in VALUES.items()
    }
    values["reports.figure key"] = [figure.key for figure in figures.everything()]
    values["reports.waiting_list key"] = [kind.key for kind in waiting.KINDS]
    return values


if __name__ == "__main__":
    main()
