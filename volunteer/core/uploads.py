"""Files that come with a form are decoded before the request's own transaction holds the only writer's lock."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, g, request
from flask_login import current_user

from volunteer.core import files


def expect(pages: Blueprint, endpoints: Collection[str], *, field: str = "file") -> None:
    """Prepare the file in `field` for these endpoints; `sent` gives it to the view."""

    def prepare_before_writing() -> None:
        is_ours = request.method == "POST" and request.endpoint in endpoints
        if not is_ours or not current_user.is_authenticated:
            return
        upload = request.files.get(field)
        if upload is None or not upload.filename:
            return
        try:
            g.prepared_file = files.prepare(upload.stream)
        except files.BadFile as refusal:
            g.prepared_file = refusal

    pages.before_request(prepare_before_writing)


def sent() -> files.Prepared | None:
    """What was uploaded, if anything; a file that cannot be taken is refused here."""
    found: files.Prepared | files.BadFile | None = g.get("prepared_file")
    if isinstance(found, files.BadFile):
        raise found
    return found
