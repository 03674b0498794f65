"""Pages of trainings, qualifications and commendations."""

from __future__ import annotations

from flask import Blueprint

from volunteer.core import uploads

pages = Blueprint("credentials", __name__)
uploads.expect(pages, {"credentials.hand_in", "credentials.record"})

from volunteer.credentials.views import desk, mine, proof  # noqa: E402, F401 - they add their routes to `pages`
