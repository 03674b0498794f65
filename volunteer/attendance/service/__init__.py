"""What can be done with presence."""

from volunteer.attendance.service.doors import date_of_code, date_to_lead, open_door, place_door
from volunteer.attendance.service.presence import check_in, check_out, scan, take_back
from volunteer.attendance.service.reminding import tell_forgotten, tell_last_day
from volunteer.attendance.service.screens import make_screen, revoke_screen
from volunteer.attendance.service.task_answers import confirm as confirm_task
from volunteer.attendance.service.task_answers import confirm_all as confirm_tasks
from volunteer.attendance.service.task_answers import refuse as refuse_task
from volunteer.attendance.service.tasks import correct as correct_task
from volunteer.attendance.service.tasks import report as report_task
from volunteer.attendance.service.tasks import withdraw as withdraw_task

__all__ = [
    "check_in",
    "check_out",
    "confirm_task",
    "confirm_tasks",
    "correct_task",
    "date_of_code",
    "date_to_lead",
    "make_screen",
    "open_door",
    "place_door",
    "refuse_task",
    "report_task",
    "revoke_screen",
    "scan",
    "take_back",
    "tell_forgotten",
    "tell_last_day",
    "withdraw_task",
]
