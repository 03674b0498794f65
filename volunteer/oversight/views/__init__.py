"""Pages for who watches over the whole: the log, the breach export, findings to look at."""

from flask import Blueprint

pages = Blueprint("oversight", __name__)

from volunteer.oversight.views import breach, log, suspicions  # noqa: E402, F401 - they add their routes to `pages`
