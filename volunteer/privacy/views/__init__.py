"""Pages of the own data: what is held, switches, requests, corrections, closing; staff compare and merge records."""

from flask import Blueprint

pages = Blueprint("privacy", __name__)

from volunteer.privacy.views import closing, correcting, duplicates, merges, mine, rights  # noqa: E402, F401 - they add their routes to `pages`
