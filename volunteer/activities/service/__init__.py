"""What can be done with activities, one function per verb."""

from volunteer.activities.service.changes import cancel_occurrence, change_place_or_time
from volunteer.activities.service.generating import extend, make_occurrences, rule_of, series_to_extend
from volunteer.activities.service.series import create_series, renew
from volunteer.activities.service.signing_off import sign_off
from volunteer.activities.service.signing_up import sign_up

__all__ = [
    "cancel_occurrence",
    "change_place_or_time",
    "create_series",
    "extend",
    "make_occurrences",
    "renew",
    "rule_of",
    "series_to_extend",
    "sign_off",
    "sign_up",
]
