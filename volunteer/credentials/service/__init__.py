"""What can be done with trainings, qualifications and commendations, one function per verb."""

from volunteer.credentials.service.deciding import AlreadyDecided, NotValid, ReasonNeeded, decide, withdraw
from volunteer.credentials.service.expiring import tell_expiring
from volunteer.credentials.service.handing_in import TooManyWaiting, hand_in, take_back
from volunteer.credentials.service.recording import (
    AlreadyThere,
    EndsBeforeItBegins,
    Incomplete,
    InTheFuture,
    LearningTimeNeeded,
    OwnEntry,
    ProofNeeded,
    record,
    record_for_all,
)

__all__ = [
    "AlreadyDecided",
    "AlreadyThere",
    "EndsBeforeItBegins",
    "InTheFuture",
    "Incomplete",
    "LearningTimeNeeded",
    "NotValid",
    "OwnEntry",
    "ProofNeeded",
    "ReasonNeeded",
    "TooManyWaiting",
    "decide",
    "hand_in",
    "record",
    "record_for_all",
    "take_back",
    "tell_expiring",
    "withdraw",
]
