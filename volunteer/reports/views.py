"""Public figures and the staff's desk. Everything here only reads."""

from __future__ import annotations

import dataclasses

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import inputs
from volunteer.core.errors import NotAllowed
from volunteer.people.identity import login_manager
from volunteer.reports import desk as desks
from volunteer.reports import figures as registry
from volunteer.reports import policy, public, waiting  # noqa: F401 - `public` registers the figures

pages = Blueprint("reports", __name__)


@pages.get("/figures")
def figures() -> ResponseReturnValue:
    values = registry.values()
    shown = [(figure, values[figure.key]) for figure in registry.everything()]
    return render_template("reports/figures.html", figures=shown)


@pages.get("/figures/<key>")
def figure(key: str) -> ResponseReturnValue:
    found = registry.by_key(key)
    may_see_entries = not found.is_personal or policy.may_see_people_behind(current_user)
    entries, mark = registry.entries(found, mark=_mark()) if may_see_entries else ([], None)
    return render_template(
        "reports/figure.html",
        figure=found,
        value=registry.values([found])[key],
        groups=registry.groups(found) if _mark() is None else [],
        entries=entries,
        next_url=url_for("reports.figure", key=key, mark=mark) if mark is not None else None,
    )


@pages.get("/desk")
def desk() -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return _sign_in()
    return render_template("reports/desk.html", desk=desks.for_actor(current_user))


@pages.get("/desk/waiting/<key>")
def waiting_list(key: str) -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return _sign_in()
    paths = policy.reading_paths(current_user)
    if not paths:
        raise NotAllowed
    kind = waiting.by_key(key)
    lines, mark = waiting.lines(kind, paths, after=_mark())
    if kind.opens_work and not policy.may_work(current_user):
        lines = [_to_read(line) for line in lines]
    more = url_for("reports.waiting_list", key=key, mark=mark) if mark is not None else None
    return render_template("reports/waiting.html", kind=kind, lines=lines, next_url=more)


def _to_read(line: registry.Line) -> registry.Line:
    """Auditors change nothing: the row opens the page of the date instead of its roll call."""
    return dataclasses.replace(line, href=url_for("activities.occurrence", occurrence_id=line.id))


def _sign_in() -> ResponseReturnValue:
    answer: ResponseReturnValue = login_manager.unauthorized()
    return answer


def _mark() -> int | None:
    text = request.args.get("mark")
    return inputs.whole_number(text, least=0, most=10**17) if text else None
