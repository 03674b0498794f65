"""Pages of teams: looking for one, joining, leaving, and what leaders and staff do."""

from flask import Blueprint

pages = Blueprint("teams", __name__)

from volunteer.teams.views import apply, founding, intakes, inviting, joining, leading, members, training  # noqa: E402, F401 - they add their routes to `pages`
