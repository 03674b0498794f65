"""What can be done with activities, one function per verb."""

from volunteer.activities.service.changing.capacity import change_capacity, close_position, open_position
from volunteer.activities.service.changing.changes import (
    cancel_occurrence,
    edit_date,
    reset_date,
)
from volunteer.activities.service.changing.editing import edit_series
from volunteer.activities.service.changing.ending import end_series
from volunteer.activities.service.changing.limits import change_limits
from volunteer.activities.service.changing.reopening import reopen_occurrence
from volunteer.activities.service.changing.settings import change_settings
from volunteer.activities.service.changing.storm import cancel_day
from volunteer.activities.service.planning.menu_items import archive_template, keep_as_template
from volunteer.activities.service.planning.positions import (
    add_position,
    change_position_limits,
    change_quota,
    end_position,
)
from volunteer.activities.service.planning.series import create_series, renew
from volunteer.activities.service.planning.themes import set_themes
from volunteer.activities.service.repeating.deciding import decide
from volunteer.activities.service.repeating.generating import (
    extend,
    make_occurrences,
    series_to_extend,
    whole_rule,
)
from volunteer.activities.service.repeating.rechecking import recheck, series_to_recheck
from volunteer.activities.service.signing.passing_on import pass_on
from volunteer.activities.service.signing.queueing import accept_offer, join_line, leave_line
from volunteer.activities.service.signing.signing_off import sign_off
from volunteer.activities.service.signing.signing_up import change_companions, sign_up
from volunteer.activities.service.signing.writing import write_to_charge
from volunteer.activities.service.together.pairing import answer_partner, ask_partner, end_pair
from volunteer.activities.service.together.regular_dates import sign_up_regulars
from volunteer.activities.service.together.regular_positions import take_regular_position
from volunteer.activities.service.together.regulars import (
    begin_regular,
    pause_regular,
    resume_regular,
    stop_regular,
    take_regular_day,
)
from volunteer.activities.service.together.standing_in import (
    accept_stand_in,
    ask_stand_in,
    ask_swap,
    decline_stand_in,
    withdraw_stand_in,
)

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
    "change_position_limits",
    "change_quota",
    "change_settings",
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
    "join_line",
    "keep_as_template",
    "leave_line",
    "make_occurrences",
    "open_position",
    "pass_on",
    "pause_regular",
    "recheck",
    "renew",
    "reopen_occurrence",
    "reset_date",
    "resume_regular",
    "series_to_extend",
    "series_to_recheck",
    "set_themes",
    "sign_off",
    "sign_up",
    "sign_up_regulars",
    "stop_regular",
    "take_regular_day",
    "take_regular_position",
    "whole_rule",
    "withdraw_stand_in",
    "write_to_charge",
]
