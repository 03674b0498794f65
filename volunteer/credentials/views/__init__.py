"""Pages of trainings, qualifications and commendations."""

from __future__ import annotations

from flask import Blueprint, g, request
from flask_login import current_user

from volunteer.core import files

pages = Blueprint("credentials", __name__)
_WITH_FILE = {"credentials.hand_in", "credentials.record"}


@pages.before_request
def prepare_before_writing() -> None:
    """Decode a picture before the request's own transaction holds the only writer's lock."""
    if request.method != "POST" or request.endpoint not in _WITH_FILE or not current_user.is_authenticated:
        return
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return
    try:
        g.prepared_file = files.prepare(upload.stream)
    except files.BadFile as refusal:
        g.prepared_file = refusal


def prepared_file() -> files.Prepared | None:
    """What was uploaded, if anything; a file that cannot be taken is refused here."""
    found: files.Prepared | files.BadFile | None = g.get("prepared_file")
    if isinstance(found, files.BadFile):
        raise found
    return found


from volunteer.credentials.views import desk, mine, proof  # noqa: E402, F401 - they add their routes to `pages`
