"""Recruitment of many: a QR to a short form, a list to accept in one go, a receipt that tells the answer."""

from volunteer.teams.service.intake.accepting import Outcome, accept
from volunteer.teams.service.intake.applying import (
    Form,
    GuardianMissing,
    IntakeOver,
    apply,
    by_token,
    enter_paper_form,
    is_open,
)
from volunteer.teams.service.intake.choosing import NobodyChosen
from volunteer.teams.service.intake.loading import NoSuchIntake
from volunteer.teams.service.intake.opening import TitleNeeded, close_intake, open_intake
from volunteer.teams.service.intake.receipt import (
    NoPasswordHere,
    NoSuchReceipt,
    Receipt,
    receipt,
    set_first_password,
)
from volunteer.teams.service.intake.refusing import refuse

__all__ = [
    "Form",
    "GuardianMissing",
    "IntakeOver",
    "NoPasswordHere",
    "NoSuchIntake",
    "NoSuchReceipt",
    "NobodyChosen",
    "Outcome",
    "Receipt",
    "TitleNeeded",
    "accept",
    "apply",
    "by_token",
    "close_intake",
    "enter_paper_form",
    "is_open",
    "open_intake",
    "receipt",
    "refuse",
    "set_first_password",
]
