"""What can be done in another's name and about it, one file per group of verbs."""

from volunteer.acting.service.cards import NewPin, end_card, issue_card, make_pin, print_card, set_pin
from volunteer.acting.service.delegating import end, name_helper, record_helper
from volunteer.acting.service.looks import set_type_size
from volunteer.acting.service.receipts import leave_receipt

__all__ = [
    "NewPin",
    "end",
    "end_card",
    "issue_card",
    "leave_receipt",
    "make_pin",
    "name_helper",
    "print_card",
    "record_helper",
    "set_pin",
    "set_type_size",
]
