"""The inbox. Looking at it changes nothing; a button says that all was read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import inputs
from volunteer.outbox import queries, service

pages = Blueprint("outbox", __name__)


@pages.get("/messages")
@login_required
def inbox() -> ResponseReturnValue:
    before = request.args.get("before")
    letters = queries.inbox(
        current_user.id, before=inputs.whole_number(before, least=1, most=2**62) if before else None
    )
    shown, more = letters[: queries.PAGE], letters[queries.PAGE :]
    next_url = url_for("outbox.inbox", before=shown[-1].id) if more else None
    return render_template("outbox/inbox.html", letters=shown, next_url=next_url)


@pages.post("/messages/read")
@login_required
def mark_read() -> ResponseReturnValue:
    service.mark_read(person_id=current_user.id)
    return redirect(url_for("outbox.inbox"), 303)
