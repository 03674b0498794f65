"""Nobody of community A reaches anything of community B: every address, every role, reading and writing.

The answer is 404 as for a thing that is not there, and B's rows are the same after it.
What everybody may open anywhere (activities, teams, the wish wall) stands in PUBLIC with its reason.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.test_routes import routes, table
from tests.world import VISITORS, World
from volunteer.core.database import db as database

pytestmark = pytest.mark.portable

PUBLIC: dict[str, str] = {
    "activities.area_feed": "activities are for everybody to read",
    "activities.team_feed": "activities are for everybody to read",
    "activities.photo": "pictures of activities are for everybody to see",
    "hours.notice": "a public notice is public",
    "hours.notice_paper": "a public notice is public",
    "hours.object_to": "about the own record, wherever the date was",
    "hours.rate": "for whoever was there; others are told why not",
    "activities.occurrence": "activities are for everybody to read",
    "activities.series": "activities are for everybody to read",
    "activities.accept_offer": "the line of any activity is open to everybody",
    "activities.change_companions": "places at any activity are open to everybody",
    "activities.join_line": "the line of any activity is open to everybody",
    "activities.leave_line": "the line of any activity is open to everybody",
    "activities.sign_up": "a neighbour from next door may come along",
    "activities.sign_up_another": "a counter signs its own residents up anywhere; whom, is asked when known",
    "activities.sign_off": "the own place, wherever it is",
    "activities.regular": "a neighbour from next door may always come along",
    "activities.find_somebody": "the own place, wherever it is",
    "activities.ask_stand_in": "the own place, wherever it is",
    "activities.ask_swap": "the own place, wherever it is",
    "activities.ask_partner": "the own place, wherever it is",
    "activities.write_to_charge": "a neighbour from next door may come along, and ask",
    "attendance.arrive": "a neighbour from next door may come along",
    "attendance.here": "a neighbour from next door may come along",
    "attendance.mark": "a neighbour from next door may come along; without a scan it is refused",
    "teams.team": "teams are for everybody to read",
    "teams.join": "asking to join is open to all; the leader decides",
    "teams.leave": "the own membership",
    "wishes.wish": "a published wish is for everybody to read",
    "wishes.claim": "whoever wants to help may",
    "points.order": "each shop decides by its area: refused in words",
    "reports.figure": "public figures",
}
# Written by every request and about nobody of B.
NOISE = {"audit_entry", "form_key", "attempt", "sign_in_session", "lease", "number_series"}
ROLES = tuple(visitor for visitor in VISITORS if visitor not in {"anonymous", "other_leader", "other_staff"})


def object_routes(app: Flask) -> list[tuple[str, str]]:
    """Routes whose address names a thing by its number."""
    return [
        (endpoint, method)
        for endpoint, method in routes(app)
        if any("_id" in name for rule in app.url_map.iter_rules(endpoint) for name in rule.arguments)
        and endpoint not in PUBLIC
    ]


def dump() -> dict[str, list[Any]]:
    """Every row of every table that a request does not write by itself."""
    rows = {}
    for name, each in sorted(database.metadata.tables.items()):
        if name not in NOISE:
            found = database.session.execute(sa.select(each).order_by(*each.primary_key.columns))
            rows[name] = [tuple(row) for row in found]
    return rows


def path_in(app: Flask, world: World, endpoint: str, method: str) -> str:
    rule = next(r for r in app.url_map.iter_rules(endpoint) if method in (r.methods or set()))
    with app.test_request_context():
        return app.url_for(endpoint, **world.values(endpoint, set(rule.arguments)))


@pytest.mark.thorough
def test_every_address_of_b_is_not_found_for_every_role_of_a(app, client_for):
    a, b = World(), World()
    browsers = {role: client_for(a.people[role]) for role in ROLES}
    database.session.commit()
    before = dump()
    wrong = []
    for endpoint, method in object_routes(app):
        path = path_in(app, b, endpoint, method)
        for role, browser in browsers.items():
            answer = browser.open(path, method=method)
            if answer.status_code != 404:
                wrong.append(f"{role}: {method} {path} ({endpoint}) gives {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert dump() == before


def test_the_list_of_public_addresses_names_only_routes_that_exist(application):
    assert set(PUBLIC) <= {endpoint for endpoint, _ in table()}


def test_a_page_that_does_not_ask_would_be_found_out(app, client_for, monkeypatch):
    """The control: without the question whose it is, the crawl of one page finds a hole."""
    from volunteer.hours import policy

    monkeypatch.setattr(policy, "may_see_batch", lambda *_, **__: True)
    a, b = World(), World()
    path = path_in(app, b, "hours.batch", "GET")
    assert client_for(a.people["leader"]).get(path).status_code == 200


@pytest.mark.parametrize("role", ["staff", "subdistrict", "auditor", "admin"])
def test_lists_of_the_desk_show_nothing_of_b(app, client_for, role):
    a, b = World(), World()
    browser = client_for(a.people[role])
    for endpoint, method in routes(app):
        rule = next(r for r in app.url_map.iter_rules(endpoint) if method in (r.methods or set()))
        if method == "GET" and not rule.arguments and rule.rule.startswith("/desk"):
            answer = browser.get(rule.rule)
            for person in b.people.values():
                assert person.number not in answer.text, f"{rule.rule} shows {person.number}"
