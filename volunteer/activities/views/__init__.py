"""Pages of activities."""

from typing import Any

from flask import Blueprint

from volunteer.activities.cards import places_left
from volunteer.core.i18n import label

pages = Blueprint("activities", __name__)


@pages.context_processor
def words() -> dict[str, Any]:
    return {"label": label, "places_left": places_left}


from volunteer.activities.views import (  # noqa: E402 - they add their routes to `pages`
    calendar,  # noqa: F401
    cancelling,  # noqa: F401
    deciding,  # noqa: F401
    editing,  # noqa: F401
    editing_series,  # noqa: F401
    feeds,  # noqa: F401
    health,  # noqa: F401
    insuring,  # noqa: F401
    leaving,  # noqa: F401
    limits,  # noqa: F401
    lists,  # noqa: F401
    menus,  # noqa: F401
    occurrence,  # noqa: F401
    photos,  # noqa: F401
    places,  # noqa: F401
    positions,  # noqa: F401
    publishing,  # noqa: F401
    regulars,  # noqa: F401
    reopening,  # noqa: F401
    series,  # noqa: F401
    settings,  # noqa: F401
    teammates,  # noqa: F401
    themes,  # noqa: F401
    together,  # noqa: F401
    writing,  # noqa: F401
)
