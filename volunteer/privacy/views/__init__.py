"""Pages of the own data: what is held, switches, requests, corrections, closing; staff compare and merge records."""

from flask import Blueprint

pages = Blueprint("privacy", __name__)

# They add their routes to `pages`, and their lines to the page of a person.
from volunteer.privacy import record  # noqa: E402, F401
from volunteer.privacy.views import closing, correcting, duplicates, merges, mine, rights  # noqa: E402, F401
