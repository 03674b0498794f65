"""The states of a date for one person, in the order in which they are asked: the first that fits is the answer.

The sentence of each stands in `refusals`, what is asked in `availability`, a table for people in
`docs/signing-up.md`.
"""

from __future__ import annotations

CANCELLED, UNDECIDED, BEGUN, OVER = "cancelled", "undecided", "begun", "over"
MINE, SHARED, OFFERED, WAITING = "mine", "shared", "offered", "waiting"
TOO_DANGEROUS, TOO_YOUNG, NEEDS_GUARDIAN, WRONG_SEX = (
    "too_dangerous", "too_young", "needs_guardian", "wrong_sex",
)  # fmt: skip
MEMBERS_ONLY, NEEDS_TRAINING, NEEDS_SKILL, NEEDS_HOURS, BLOCKED = (
    "members_only", "needs_training", "needs_skill", "needs_hours", "blocked",
)  # fmt: skip
NOT_OPEN, NEWCOMERS_FIRST, CLOSED = "not_open", "newcomers_first", "closed"
OVERLAPS, DAY_LIMIT, TOO_LITTLE_REST = "overlaps", "day_limit", "too_little_rest"
POSITION_CLOSED, POSITION_FULL, TOO_FEW, FULL, FULL_LATE = (
    "position_closed", "position_full", "too_few", "full", "full_late",
)  # fmt: skip
FREE = "free"
STATES = (
    CANCELLED, UNDECIDED, BEGUN, OVER, MINE, SHARED, OFFERED, WAITING, TOO_DANGEROUS, TOO_YOUNG,
    NEEDS_GUARDIAN, WRONG_SEX, MEMBERS_ONLY, NEEDS_TRAINING, NEEDS_SKILL, NEEDS_HOURS, BLOCKED, NOT_OPEN,
    NEWCOMERS_FIRST, CLOSED, OVERLAPS, DAY_LIMIT, TOO_LITTLE_REST, POSITION_CLOSED, POSITION_FULL, TOO_FEW,
    FULL, FULL_LATE, FREE,
)  # fmt: skip
CAN_WAIT = frozenset({FULL, POSITION_FULL})  # of these one may join the line
# Reasons that lie in the person and do not pass by themselves.
OF_THE_PERSON = frozenset(
    {
        TOO_DANGEROUS, TOO_YOUNG, NEEDS_GUARDIAN, WRONG_SEX, MEMBERS_ONLY, NEEDS_TRAINING, NEEDS_SKILL,
        NEEDS_HOURS, BLOCKED,
    }
)  # fmt: skip
