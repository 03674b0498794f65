"""What can be done with hours: print a list, record a roll call, reverse it, certify, check a certificate."""

from volunteer.hours.service.certify import Checked, check, issue_certificate
from volunteer.hours.service.credit import Mark
from volunteer.hours.service.photo import add_photo
from volunteer.hours.service.printing import print_roster
from volunteer.hours.service.rates import set_rate
from volunteer.hours.service.record import Paper, record
from volunteer.hours.service.reverse import reverse
from volunteer.hours.service.revoking import revoke_certificate

__all__ = [
    "Checked",
    "Mark",
    "Paper",
    "add_photo",
    "check",
    "issue_certificate",
    "print_roster",
    "record",
    "reverse",
    "revoke_certificate",
    "set_rate",
]
