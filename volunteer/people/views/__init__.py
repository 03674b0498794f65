"""Pages of people: the way in, the own account, and the staff's desk."""

from flask import Blueprint

pages = Blueprint("people", __name__)

from volunteer.people.views import account, desk, entrance  # noqa: E402, F401 - they add their routes to `pages`
