"""Pages of hours."""

from flask import Blueprint

pages = Blueprint("hours", __name__)

from volunteer.hours.views import own, roll_call  # noqa: E402, F401 - they add their routes to `pages`
