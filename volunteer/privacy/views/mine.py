"""What is held about oneself, and all of it to take along (R145)."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from volunteer.core import clock
from volunteer.people.rules import needs_guardian
from volunteer.people.sessions import require_confirmed
from volunteer.privacy import queries, service
from volunteer.privacy.service import consents
from volunteer.privacy.views import pages


@pages.get("/me/privacy")
@login_required
def mine() -> ResponseReturnValue:
    return render_template(
        "privacy/mine.html",
        held=queries.held_about(current_user.id),
        states=consents.states(current_user.id),
        basic=consents.basic(current_user.id),
        needs_guardian=needs_guardian(current_user.born_on, clock.today()),
    )


@pages.get("/me/privacy/download")
@login_required
def download() -> ResponseReturnValue:
    if (answer := require_confirmed()) is not None:
        return answer
    return render_template("privacy/download.html", held=queries.held_about(current_user.id))


@pages.post("/me/privacy/download")
@login_required
def take_along() -> ResponseReturnValue:
    if (answer := require_confirmed()) is not None:
        return answer
    pieces = service.download(actor=current_user)
    name = f"linli-my-data-{clock.today().isoformat()}.json"
    return Response(
        iter(pieces),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
