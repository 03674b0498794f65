"""What a sign-in by card may open. Everything else, and every page that is yet to be written, is refused.

A card lies on the table or is borrowed with the phone: with its PIN one may take part, see the own time and say a
wish. Nothing that changes the account, tells where somebody lives, or decides for others.
"""

from __future__ import annotations

from flask import request
from flask_login import current_user

from volunteer.acting.refusals import NotWithTheCard
from volunteer.people.sessions import CARD

WITH_CARD = frozenset({
    "static",
    "acting.open_card", "acting.enter", "acting.my_receipts",
    "activities.home", "activities.mine", "activities.occurrence", "activities.series",
    "activities.sign_up", "activities.sign_off", "activities.change_companions", "activities.write_to_charge",
    "activities.join_line", "activities.leave_line", "activities.accept_offer",
    "attendance.arrive", "attendance.enter_code", "attendance.find_code", "attendance.here", "attendance.mark",
    "attendance.task", "attendance.report_task", "attendance.edit_task", "attendance.correct_task",
    "attendance.withdraw_task", "attendance.task_photo",
    "activities.regular", "activities.pause_regular", "activities.resume_regular", "activities.stop_regular",
    "activities.take_regular_day", "activities.choose_position",
    "activities.find_somebody", "activities.ask_stand_in", "activities.ask_swap", "activities.ask_partner",
    "activities.withdraw_stand_in",
    "activities.accept_stand_in", "activities.decline_stand_in", "activities.answer_partner", "activities.end_pair",
    "hours.my_time", "hours.certificates", "hours.certificate", "hours.check_certificate",
    "outbox.inbox", "outbox.mark_read",
    "people.privacy_notice", "people.sign_in", "people.sign_out",
    "points.shop", "points.order", "points.my_orders", "points.my_order", "points.cancel_order",
    "reports.figures", "reports.figure",
    "teams.list_teams", "teams.team",
    "wishes.wall", "wishes.wish", "wishes.new", "wishes.mine", "wishes.confirm",
})  # fmt: skip


def limit_cards() -> None:
    """Before each request; an address that leads nowhere keeps its own answer."""
    if current_user.way == CARD and request.endpoint is not None and request.endpoint not in WITH_CARD:
        raise NotWithTheCard
