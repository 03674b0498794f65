"""Bad input of any kind gets a clear 4xx and leaves nothing behind, on both databases; never a 500.

Every route that takes a form is sent every kind of rubbish in every field it
could have, by somebody who may use it. GET changes nothing, whoever asks.
"""

# ruff: noqa: F811 - fixtures are imported
from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask, request

from tests.standing import app, ground, world  # noqa: F401 - fixtures
from tests.test_routes import routes, table
from tests.world import VISITORS, World
from volunteer.core import crypto
from volunteer.core.database import db as database
from volunteer.core.forms import Form
from volunteer.people.models import NumberSeries

pytestmark = pytest.mark.thorough

VALUES = {
    "beyond 64 bit": "9223372036854775808",
    "beyond 32 bit": "2147483648",
    "minus": "-1",
    "nan": "NaN",
    "signalling nan": "sNaN",
    "infinite": "1e999",
    "underscored": "1_0",
    "wide digits": "１２",
    "nul": "a\x00b",
    "long": "x" * 10_000,
    "impossible date": "2027-02-29",
    "year one": "0001-01-01",
    "year 9999": "9999-12-31",
    "bidi": "a\u202egnp",
    "invisible": "\u200b\u200d",
    "markup": "<script>alert(1)</script>{{7*7}}%(x)s",
    "header": "a@b.cn\r\nBcc: x@y.cn",
    "surrogate": "\ud800",
    "quotes": "'; DROP TABLE person; --\"\\",
    "emoji": "👩‍👩‍👧‍👦𠮷",
    "empty": "",
}
OTHER_FIELDS = (
    "decision", "reason", "person_id", "language", "elder_mode", "next", "find", "shown", "walk_in", "do",
    "version", "who", "code", "quantity", "offered", "q", "membership_id", "ward", "to",
)  # fmt: skip
QUERY = (
    "after", "before", "mark", "q", "community", "team", "code", "next", "person", "kind", "show", "due_on", "tab",
    "overdue", "for", "to",
)  # fmt: skip
CHANGING_BY_NATURE = {"sign_in_session", "attempt", "form_key"}
WRITES = re.compile(r'(?<!FOR )(?<!KEY )(?<!DO )\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')


def field_names(app: Flask) -> set[str]:
    """Every field of every form of the product."""

    def below(cls: type) -> Iterator[type]:
        for child in cls.__subclasses__():
            yield child
            yield from below(child)

    names = set(OTHER_FIELDS)
    for form in below(Form):
        if form.__module__.startswith("volunteer."):
            names |= {name for name in dir(form) if hasattr(getattr(form, name, None), "field_class")}
    return names


# Opening a minor's record leaves a row in the log: that it was looked at (条例 36).
LEAVES_A_ROW = {"people.reject", "people.record", "people.guardian", "people.verify"}


@contextmanager
def writes_seen(*without: str) -> Iterator[list[str]]:
    """Every statement that may change something, but for the tables that remember visits."""
    seen: list[str] = []
    harmless = CHANGING_BY_NATURE | set(without)

    def look(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if any(table not in harmless for table in WRITES.findall(statement)):
            seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", look)


def digest(*without: str) -> str:
    """A hash over every table but those that remember visits."""
    whole = hashlib.sha256()
    for name in sorted(database.metadata.tables):
        if name not in CHANGING_BY_NATURE and name not in without:
            rows = database.session.execute(sa.text(f'SELECT * FROM "{name}" ORDER BY 1, 2')).all()
            whole.update(repr(rows).encode("utf-8", "replace"))
    database.session.commit()
    return whole.hexdigest()


def some_visitor(endpoint: str, method: str) -> str:
    """Somebody who may use the route, with as few rights as possible."""
    letters = table()[endpoint, method]
    order = ("member", "leader", "clerk", "staff", "anonymous", "admin")
    return next((v for v in order if letters[VISITORS.index(v)] == "Y"), "member")


def address(app: Flask, world: World, endpoint: str, method: str) -> str:
    rule = next(r for r in app.url_map.iter_rules(endpoint) if method in (r.methods or set()))
    with app.test_request_context():
        return str(app.url_for(endpoint, **world.values(endpoint, set(rule.arguments))))


POSTS = sorted(key for key in table() if key[1] == "POST")
GETS = sorted(key for key in table() if key[1] == "GET")


def send_rubbish(client: Any, path: str, names: list[str]) -> list[str]:
    """Send each kind of rubbish in all the fields; gives what went wrong, in words."""
    before = digest()
    problems = []
    for kind, value in VALUES.items():
        body = {"form_key": crypto.token(), **dict.fromkeys(names, value)}
        raw = urlencode(body, errors="surrogatepass")
        with writes_seen() as writes:
            status = client.post(path, data=raw, content_type="application/x-www-form-urlencoded").status_code
        after = digest() if writes else before
        if status >= 500:
            problems.append(f"{kind}: {status}")
        elif status >= 400 and after != before:
            problems.append(f"{kind}: {status}, but something was left behind")
        before = after
    return problems


@pytest.mark.parametrize("endpoint", [endpoint for endpoint, _ in POSTS])
def test_rubbish_in_every_field_is_refused_and_leaves_nothing(app, client_for, world, endpoint):
    visitor = some_visitor(endpoint, "POST")
    client = app.test_client() if visitor == "anonymous" else client_for(world.people[visitor])
    member = world.people["member"].id
    names = [*sorted(field_names(app)), f"mark-{member}", f"off-{member}"]
    assert send_rubbish(client, address(app, world, endpoint, "POST"), names) == []


def test_control_a_fragile_page_is_found_out(app, client):
    """A page that trusts what it gets, and one that commits before it refuses."""
    if "test_fragile" not in app.view_functions:
        app._got_first_request = False
        app.add_url_rule("/test/fragile", "test_fragile", _fragile, methods=["POST"])
    problems = send_rubbish(client, "/test/fragile", ["quantity"])
    assert "nan: 500" in problems
    assert any(problem.startswith("beyond 64 bit") and "left behind" in problem for problem in problems)


def _fragile() -> tuple[str, int]:
    number = int(request.form["quantity"])
    if number > 2**40:
        database.session.add(NumberSeries(kind="fragile", next_number=1))
        database.session.commit()
    return "no", 422


@pytest.mark.portable
@pytest.mark.parametrize("endpoint", [endpoint for endpoint, _ in GETS])
def test_a_page_that_is_only_read_changes_nothing_whatever_is_asked(app, client_for, world, endpoint):
    path = address(app, world, endpoint, "GET")
    reader = some_visitor(endpoint, "GET")
    looks = ("audit_entry",) if endpoint in LEAVES_A_ROW else ()
    problems = []
    with writes_seen(*looks) as writes:
        for visitor in {reader, "anonymous", "member", "staff", "admin"}:
            client = app.test_client() if visitor == "anonymous" else client_for(world.people[visitor])
            queries: list[dict[str, str]] = [{}, *(dict.fromkeys(QUERY, value) for value in VALUES.values())]
            for query in queries if visitor == reader else queries[:2]:
                answer: Any = client.get(path, query_string=urlencode(query, errors="surrogatepass"))
                if answer.status_code >= 500:
                    problems.append(f"{visitor} {query.get('q')!r}: {answer.status_code}")
    assert problems == []
    assert writes == []


def test_all_routes_are_tried(application):
    assert sorted([*POSTS, *GETS]) == routes(application)
