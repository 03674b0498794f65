"""The service worker that keeps a roll call in the phone; it stands at the root so that it sees signing out."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app

from volunteer.hours.views import pages


@pages.get("/sw.js")
def service_worker() -> Response:
    """The same for everybody, without anything of anybody."""
    script = Path(str(current_app.static_folder), "js", "service-worker.js").read_text("utf-8")
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
