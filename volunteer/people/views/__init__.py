"""Pages of people: the way in, the own account, and the staff's desk."""

from flask import Blueprint

pages = Blueprint("people", __name__)

from volunteer.people.views import (  # noqa: E402 - they add their routes to `pages`
    access,  # noqa: F401
    account,  # noqa: F401
    areas,  # noqa: F401
    desk,  # noqa: F401
    entrance,  # noqa: F401
    identity,  # noqa: F401
    record,  # noqa: F401
    staff,  # noqa: F401
)
