"""Pages of attendance."""

from typing import Any

from flask import Blueprint

from volunteer.attendance import on_date, on_task  # noqa: F401 - cards and links on the page of a date
from volunteer.core.i18n import label

pages = Blueprint("attendance", __name__)


@pages.context_processor
def words() -> dict[str, Any]:
    return {"label": label}


from volunteer.attendance.views import coming, doors, scanning, screens, task_answers, tasks  # noqa: E402, F401 - they add their routes to `pages`
