"""What can be done with hours: record a roll call, reverse it, certify, check a certificate."""

from volunteer.hours.service.certify import Checked, check, issue_certificate
from volunteer.hours.service.credit import Mark
from volunteer.hours.service.rates import set_rate
from volunteer.hours.service.record import record
from volunteer.hours.service.reverse import reverse

__all__ = ["Checked", "Mark", "check", "issue_certificate", "record", "reverse", "set_rate"]
