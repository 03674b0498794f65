"""Import what every slice says about the people in its tables, lowest first: in this order they are handled."""

from volunteer.people import personal_tables  # noqa: F401  # isort: skip
from volunteer.safety import personal as safety  # noqa: F401  # isort: skip
from volunteer.acting import personal as acting  # noqa: F401  # isort: skip
from volunteer.privacy import personal as privacy  # noqa: F401  # isort: skip
from volunteer.credentials import personal as credentials  # noqa: F401  # isort: skip
from volunteer.teams import personal as teams  # noqa: F401  # isort: skip
from volunteer.activities import personal as activities  # noqa: F401  # isort: skip
from volunteer.attendance import personal as attendance  # noqa: F401  # isort: skip
from volunteer.hours import personal as hours  # noqa: F401  # isort: skip
from volunteer.points import personal as points  # noqa: F401  # isort: skip
from volunteer.wishes import personal as wishes  # noqa: F401  # isort: skip
from volunteer.oversight import personal as oversight  # noqa: F401  # isort: skip

from volunteer.jobs.models import Lease, NightlyRun
from volunteer.people.personal import nothing_personal

nothing_personal("which scheduler works", Lease)
nothing_personal("what ran in which night", NightlyRun)
