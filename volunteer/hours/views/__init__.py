"""Pages of hours."""

from flask import Blueprint

pages = Blueprint("hours", __name__)

from volunteer.hours.views import (  # noqa: E402 - they add their routes to `pages`
    absences,  # noqa: F401
    batches,  # noqa: F401
    certificates,  # noqa: F401
    notice,  # noqa: F401
    objections,  # noqa: F401
    offline,  # noqa: F401
    own,  # noqa: F401
    paper_sheets,  # noqa: F401
    proposals,  # noqa: F401
    rates,  # noqa: F401
    ratings,  # noqa: F401
    roll_call,  # noqa: F401
)
