"""What can be done with teams, one file per group of verbs."""

from volunteer.teams.service.founding import CodeTaken, UnknownKind, appoint, dismiss, found
from volunteer.teams.service.membership import (
    AlreadyDecided,
    AlreadyInTeam,
    AlreadyRequested,
    LeaderStays,
    NoSuchRequest,
    NoSuchTeam,
    NotAMember,
    ReasonNeeded,
    TeamClosed,
    add_members,
    decide,
    leave,
    request_to_join,
)

__all__ = [
    "AlreadyDecided",
    "AlreadyInTeam",
    "AlreadyRequested",
    "CodeTaken",
    "LeaderStays",
    "NoSuchRequest",
    "NoSuchTeam",
    "NotAMember",
    "ReasonNeeded",
    "TeamClosed",
    "UnknownKind",
    "add_members",
    "appoint",
    "decide",
    "dismiss",
    "found",
    "leave",
    "request_to_join",
]
