"""Every route as every kind of visitor, by real requests; a route that the table does not name fails.

The table is `tests/routes.txt`: one line for each route and method, one letter
for each visitor. It is documentation as well: docs/permissions.md explains it.

    Y  may (the answer may still be a refusal about the thing itself: 409, 422)
    S  is sent to sign in
    N  403, knows that it exists
    H  404, may not know that it exists
"""

# ruff: noqa: F811 - fixtures are imported
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.standing import app, ground, world  # noqa: F401 - fixtures
from tests.world import VISITORS, World

TABLE = Path(__file__).parent / "routes.txt"


def table() -> dict[tuple[str, str], str]:
    """(endpoint, method) → one letter for each visitor."""
    rows = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            endpoint, method, *letters = line.split()
            rows[endpoint, method] = "".join(letters)
    return rows


def routes(app: Flask) -> list[tuple[str, str]]:
    return sorted(
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"})
        if rule.endpoint != "static" and not rule.rule.startswith("/test/")
    )


def letter(answer: Any) -> str:
    """What became of a request, as one letter of the table."""
    if answer.status_code in {403, 404}:
        return {403: "N", 404: "H"}[answer.status_code]
    if answer.status_code in {301, 302, 303} and "/sign-in" in (answer.location or ""):
        return "S"
    assert answer.status_code < 500, f"{answer.status_code}"
    assert answer.status_code not in {400, 401, 405, 429}, f"{answer.status_code}"
    return "Y"


def visit(app: Flask, client_for: Callable[..., Any], world: World, endpoint: str, method: str) -> str:
    """The letters of one route for all visitors."""
    letters = ""
    rule = next(r for r in app.url_map.iter_rules(endpoint) if method in (r.methods or set()))
    values = world.values(endpoint, set(rule.arguments))
    with app.test_request_context():
        path = app.url_for(endpoint, **values)
    for visitor in VISITORS:
        client = app.test_client() if visitor == "anonymous" else client_for(world.people[visitor])
        letters += letter(client.open(path, method=method))
    return letters


def test_the_table_names_every_route_and_no_other(application):
    assert sorted(table()) == routes(application)


@pytest.mark.parametrize(("endpoint", "method"), sorted(table()))
def test_each_visitor_gets_what_the_table_says(app, client_for, world, endpoint, method):
    expected = table()[endpoint, method]
    got = visit(app, client_for, world, endpoint, method)
    wrong = {v: (e, g) for v, e, g in zip(VISITORS, expected, got, strict=True) if e != g}
    assert wrong == {}
