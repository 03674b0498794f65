"""Import every slice's declarations of how long its data are kept."""

from volunteer.activities import retention as activities  # noqa: F401
from volunteer.attendance import retention as attendance  # noqa: F401
from volunteer.people import retention as people  # noqa: F401
from volunteer.privacy.service import retention as privacy  # noqa: F401
from volunteer.teams import retention as teams  # noqa: F401
from volunteer.wishes import retention as wishes  # noqa: F401
