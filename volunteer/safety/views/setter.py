"""Who may set up a second factor: somebody signed in, or staff who have just shown the password."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from volunteer.core.i18n import gettext as _
from volunteer.core.web import openable
from volunteer.people import sessions
from volunteer.people.identity import login_manager
from volunteer.people.sessions import Pending
from volunteer.safety import shown_once

CODES = "recovery-codes"


@dataclass(frozen=True)
class Setter:
    """The person, the sign-in's row, and the sign-in itself while it still waits for its second step."""

    person_id: int
    token_hash: str
    waiting: Pending | None


def setter() -> Setter | ResponseReturnValue:
    """Who sets up, or where to go first."""
    if current_user.is_authenticated:
        return Setter(current_user.id, current_user.token_hash, None)
    waiting = sessions.pending()
    if waiting is None:
        return must_sign_in()
    if waiting.has_second_factor:  # the password alone must not be able to add another factor
        return redirect(url_for("safety.second_step", next=next_page()), 303)
    return Setter(waiting.person_id, waiting.token_hash, waiting)


def must_sign_in() -> ResponseReturnValue:
    answer: ResponseReturnValue = login_manager.unauthorized()
    return answer


def next_page() -> str | None:
    """Where to go in the end; kept in the session while several pages lie between."""
    asked_for = openable(request.args.get("next"))
    if asked_for:
        session["after"] = asked_for
    return openable(session.get("after"))


def finish(who: Setter, codes: list[str]) -> Response:
    """A factor was added: the sign-in counts as one with two factors; first codes are shown on the next page."""
    after = next_page()
    session.pop("after", None)
    if who.waiting is not None:
        sessions.complete(who.waiting)
    else:
        sessions.note_second_factor(who.token_hash)
    if not codes:
        flash(_("加上了。下次登录就可以用它。"), "success")
        return redirect(after or url_for("safety.set_up"), 303)
    if after:
        session["after"] = after
    shown_once.keep(CODES, who.person_id, " ".join(codes))
    return redirect(url_for("safety.codes"), 303)
