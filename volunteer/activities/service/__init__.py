"""What can be done with activities, one function per verb."""

from volunteer.activities.service.capacity import change_capacity, close_position, open_position
from volunteer.activities.service.changes import (
    cancel_occurrence,
    change_place_or_time,
    edit_date,
    reset_date,
)
from volunteer.activities.service.deciding import decide
from volunteer.activities.service.editing import edit_series
from volunteer.activities.service.ending import end_series
from volunteer.activities.service.generating import (
    extend,
    extend_many,
    make_occurrences,
    rule_of,
    series_to_extend,
    shifts_of,
    whole_rule,
)
from volunteer.activities.service.limits import change_limits
from volunteer.activities.service.menu_items import archive_template, keep_as_template
from volunteer.activities.service.pairing import answer_partner, ask_partner, end_pair
from volunteer.activities.service.passing_on import pass_on
from volunteer.activities.service.positions import add_position, change_quota, end_position
from volunteer.activities.service.queueing import accept_offer, join_line, leave_line
from volunteer.activities.service.rechecking import recheck, series_to_recheck
from volunteer.activities.service.regular_dates import sign_up_regulars
from volunteer.activities.service.regulars import (
    begin_regular,
    pause_regular,
    resume_regular,
    stop_regular,
)
from volunteer.activities.service.series import create_series, renew
from volunteer.activities.service.signing_off import sign_off
from volunteer.activities.service.signing_up import change_companions, sign_up
from volunteer.activities.service.standing_in import (
    accept_stand_in,
    ask_stand_in,
    ask_swap,
    decline_stand_in,
    withdraw_stand_in,
)
from volunteer.activities.service.storm import cancel_day
from volunteer.activities.service.themes import set_themes

__all__ = [
    "accept_offer",
    "accept_stand_in",
    "add_position",
    "answer_partner",
    "archive_template",
    "ask_partner",
    "ask_stand_in",
    "ask_swap",
    "begin_regular",
    "cancel_day",
    "cancel_occurrence",
    "change_capacity",
    "change_companions",
    "change_limits",
    "change_place_or_time",
    "change_quota",
    "close_position",
    "create_series",
    "decline_stand_in",
    "decide",
    "edit_date",
    "edit_series",
    "end_pair",
    "end_position",
    "end_series",
    "extend",
    "extend_many",
    "join_line",
    "keep_as_template",
    "leave_line",
    "make_occurrences",
    "open_position",
    "pass_on",
    "pause_regular",
    "recheck",
    "renew",
    "reset_date",
    "resume_regular",
    "rule_of",
    "whole_rule",
    "series_to_extend",
    "series_to_recheck",
    "set_themes",
    "shifts_of",
    "sign_off",
    "sign_up",
    "sign_up_regulars",
    "stop_regular",
    "withdraw_stand_in",
]
