"""What can be done with a wish, one function per verb; rules.TRANSITIONS says which fits which state."""

from volunteer.wishes.service.claiming import (
    AlreadyInTouch,
    ClaimerInactive,
    ClaimerTooYoung,
    ClaimerWithoutPhone,
    OwnWish,
    cancel_claim,
    claim,
    get_in_touch,
    revoke_claim,
)
from volunteer.wishes.service.collecting import (
    MinorNeedsGuardian,
    NoteWithoutConsent,
    NotInYourArea,
    WithoutConsent,
    collect,
)
from volunteer.wishes.service.contact import Contact, see_contact, take_back_note
from volunteer.wishes.service.following_up import FollowUpDone, follow_up, tell_due_follow_ups, tell_overdue
from volunteer.wishes.service.fulfilling import ConfirmsOwnWork, confirm, deny, fulfil
from volunteer.wishes.service.loading import NotTheClaimer, ReasonMissing
from volunteer.wishes.service.verifying import (
    HowMissing,
    PublicWords,
    VerifiesOwnWish,
    amend,
    draft_faults,
    refer,
    refuse,
    restore,
    take_down,
    verify,
)

__all__ = [
    "AlreadyInTouch",
    "ClaimerInactive",
    "ClaimerTooYoung",
    "ClaimerWithoutPhone",
    "ConfirmsOwnWork",
    "Contact",
    "FollowUpDone",
    "HowMissing",
    "MinorNeedsGuardian",
    "NotInYourArea",
    "NotTheClaimer",
    "NoteWithoutConsent",
    "OwnWish",
    "PublicWords",
    "ReasonMissing",
    "VerifiesOwnWish",
    "WithoutConsent",
    "amend",
    "cancel_claim",
    "claim",
    "collect",
    "confirm",
    "deny",
    "draft_faults",
    "follow_up",
    "fulfil",
    "get_in_touch",
    "refer",
    "refuse",
    "restore",
    "revoke_claim",
    "see_contact",
    "take_back_note",
    "take_down",
    "tell_due_follow_ups",
    "tell_overdue",
    "verify",
]
