"""Pages of activities."""

from typing import Any

from flask import Blueprint

from volunteer.activities.cards import places_left
from volunteer.activities.standing import label

pages = Blueprint("activities", __name__)


@pages.context_processor
def words() -> dict[str, Any]:
    return {"label": label, "places_left": places_left}


from volunteer.activities.views import feeds, lists, occurrence, series  # noqa: E402, F401 - they add their routes to `pages`
