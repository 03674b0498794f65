"""What can be done with the data of people, one file per group of verbs."""

from volunteer.privacy.service.closing import (
    AlreadyClosed,
    HoldsOffice,
    NoSecret,
    Outlook,
    Proven,
    WordNotTyped,
    WrongSecret,
    close,
    erase_for,
    outlook,
    prove,
    to_erase,
)
from volunteer.privacy.service.erasing import erase, forget_merged
from volunteer.privacy.service.handing_out import download
from volunteer.privacy.service.journal import append, missing, note_written, read, reapply, reapply_erasures
from volunteer.privacy.service.merging import merge, preview, say_distinct
from volunteer.privacy.service.parting import over_ids, undo

__all__ = [
    "AlreadyClosed",
    "HoldsOffice",
    "NoSecret",
    "Outlook",
    "Proven",
    "WordNotTyped",
    "WrongSecret",
    "append",
    "close",
    "download",
    "erase",
    "erase_for",
    "forget_merged",
    "merge",
    "missing",
    "note_written",
    "outlook",
    "over_ids",
    "preview",
    "prove",
    "read",
    "reapply",
    "reapply_erasures",
    "say_distinct",
    "to_erase",
    "undo",
]
