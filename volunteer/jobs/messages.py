"""Import every slice's messages, so that each kind is known wherever one is rendered."""

from volunteer.acting import messages as acting  # noqa: F401
from volunteer.activities import messages as activities  # noqa: F401
from volunteer.activities.planning import staffing  # noqa: F401
from volunteer.activities.repeating import decisions  # noqa: F401
from volunteer.activities.together import messages as together  # noqa: F401
from volunteer.attendance import messages as attendance  # noqa: F401
from volunteer.credentials import messages as credentials  # noqa: F401
from volunteer.hours import messages as hours  # noqa: F401
from volunteer.people import messages as people  # noqa: F401
from volunteer.points import messages as points  # noqa: F401
from volunteer.privacy import messages as privacy  # noqa: F401
from volunteer.safety import messages as safety  # noqa: F401
from volunteer.teams import messages as teams  # noqa: F401
from volunteer.wishes import messages as wishes  # noqa: F401
