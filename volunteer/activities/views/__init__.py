"""Pages of activities."""

from flask import Blueprint

pages = Blueprint("activities", __name__)

from volunteer.activities.views import lists, occurrence, series  # noqa: E402, F401 - they add their routes to `pages`
