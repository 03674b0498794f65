"""A database of invented people says so, whatever the environment says."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import SECRET
from volunteer import create_app
from volunteer.core import installation, selfcheck
from volunteer.core.database import db

SAFE = {
    "SECRET_KEY": SECRET * 2,
    "HTTPS": True,
    "BASE_URL": "https://linli.example",
    "LOG_LEVEL": "ERROR",
}
BANNER = 'class="demo"'


@pytest.fixture
def unasked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not answered any request yet."""
    monkeypatch.delitem(app.extensions, "linli_installation", raising=False)
    monkeypatch.setitem(app.config, "DEMO", False)


def test_pages_of_a_demo_database_say_so(client: FlaskClient, unasked: None) -> None:
    installation.note(installation.DEMO, installation.COMPLETE)
    assert BANNER in client.get("/sign-in").text


def test_pages_of_another_database_do_not(client: FlaskClient, unasked: None) -> None:
    assert BANNER not in client.get("/sign-in").text


def test_a_fact_is_replaced_by_a_later_one(app: Flask) -> None:
    installation.note(installation.DEMO, installation.LOADING)
    installation.note(installation.DEMO, installation.COMPLETE)
    assert installation.fact(installation.DEMO) == installation.COMPLETE


def test_production_refuses_a_demo_database(fresh_url: str) -> None:
    app = create_app({**SAFE, "DATABASE_URL": fresh_url})
    assert selfcheck.faults(app) == []
    with app.app_context():
        installation.note(installation.DEMO, installation.COMPLETE)
        db.session.commit()
        db.session.remove()
    try:
        assert selfcheck.faults(app) == ["the database holds the invented people of the demo"]
        with pytest.raises(selfcheck.UnsafeConfiguration, match="invented people"):
            create_app({**SAFE, "DATABASE_URL": fresh_url, "PRODUCTION": True})
    finally:
        with app.app_context():
            db.engine.dispose()
