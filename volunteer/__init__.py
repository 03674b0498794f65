"""邻里时间 Linli. `create_app` builds the whole application, readable from top to bottom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask, Response
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import config as settings
from volunteer.core import (
    clock,
    crypto,
    database,
    files,
    formats,
    formkey,
    gallery,
    i18n,
    inputs,
    installation,
    logs,
    migrations,
    mode,
    pieces,
    selfcheck,
    transaction,
    web,
)
from volunteer.core.database import db

ROOT = Path(__file__).resolve().parent.parent
csrf = CSRFProtect()


class Linli(Flask):
    """Flask, with each request inside one transaction."""

    def full_dispatch_request(self) -> Response:
        """Whatever happens before, after and instead of the view only reads."""
        with mode.reading_only():
            return super().full_dispatch_request()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine; Flask would ask at each of a dozen calls of a request."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        return transaction.around(super().dispatch_request)


def create_app(overrides: dict[str, Any] | None = None) -> Linli:
    """The application, configured from the environment; `overrides` are for tests and tools."""
    app = Linli(
        __name__, root_path=str(ROOT / "volunteer"), template_folder="../templates", static_folder="../static"
    )
    app.config.from_mapping(settings.load())
    app.config.update(overrides or {})
    _configure(app)
    logs.init(app.config["LOG_LEVEL"])
    clock.set_zone(app.config["TIME_ZONE"])
    crypto.set_key(app.config["DATA_KEY"] or app.config["SECRET_KEY"])
    _extensions(app)
    _slices(app)
    _templates(app)
    selfcheck.refuse_unsafe(app)
    return app


def _configure(app: Flask) -> None:
    """Derive what Flask and its extensions want from our own settings."""
    url = app.config["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    https = app.config["HTTPS"]
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=app.config.get("SQLALCHEMY_ENGINE_OPTIONS") or database.engine_options(url),
        SESSION_COOKIE_NAME="__Host-linli" if https else "linli",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=dt.timedelta(days=365),  # the row in the database decides, not the cookie
        WTF_CSRF_TIME_LIMIT=None,  # a form left open on a phone for a day still works
        MAX_CONTENT_LENGTH=8 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=5000,  # a roll call of a thousand people
    )
    app.url_map.converters["int"] = inputs.BoundedInteger
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=31536000, autorefresh=app.debug
    )


def _extensions(app: Flask) -> None:
    db.init_app(app)
    if click.get_current_context(silent=True) is not None:  # a command of `flask …`, which may be `flask db`
        migrations.prepare(app)
    csrf.init_app(app)
    i18n.init(app)
    app.before_request(inputs.refuse_strange_addresses)
    app.before_request(installation.learn)


def _slices(app: Flask) -> None:
    """Each slice's pages, from the lowest to the highest, then the commands."""
    from volunteer import cli
    from volunteer.acting import views as acting
    from volunteer.activities import for_leaders, handover  # noqa: F401 - tell teams of their dates
    from volunteer.activities import views as activities
    from volunteer.activities.planning import staffing  # noqa: F401 - tell teams of their dates
    from volunteer.attendance import views as attendance
    from volunteer.credentials import views as credentials
    from volunteer.hours import date_parts  # noqa: F401 - shows the own record on the page of a date
    from volunteer.hours import for_leaders as hours_for_leaders  # noqa: F401 - tell teams of their roll calls
    from volunteer.hours import views as hours
    from volunteer.jobs import messages, personal  # noqa: F401 - every kind of message, what is held of people
    from volunteer.outbox import views as outbox
    from volunteer.oversight import views as oversight
    from volunteer.people import identity
    from volunteer.people import views as people
    from volunteer.points import views as points
    from volunteer.privacy import views as privacy
    from volunteer.reports import views as reports
    from volunteer.safety import views as safety
    from volunteer.teams import (
        record,  # noqa: F401 - adds a person's teams to the staff's page of the person
        registering,  # noqa: F401 - tells people where teams are at work
    )
    from volunteer.teams import views as teams
    from volunteer.wishes import views as wishes

    identity.init(app)
    below = (outbox, people, safety, acting, privacy, credentials)
    above = (teams, activities, attendance, hours, points, wishes, reports, oversight)
    for pages in (*below, *above):
        app.register_blueprint(pages.pages)
    cli.init(app)
    web.init(app)
    gallery.init(app)


def _templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        form_key=formkey.new_key,
        formats=formats,
        languages=i18n.LANGUAGES,
        taken=files.TAKEN,
        piece=pieces.piece,
        url_for=web.address,
    )

    @app.context_processor
    def reader() -> dict[str, Any]:
        return {"locale_tag": i18n.TAGS[i18n.current()]}
