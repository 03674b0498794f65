"""Every setting of Linli: its environment name, its default and what it means.

`docs/operations.md` repeats this list for operators; a test compares the two.
Each setting is read from the environment variable of the same name.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
INSTANCE = Path(os.environ.get("LINLI_INSTANCE", ROOT / "instance"))
DEFAULT_SECRET = "only-for-trying-out-never-for-real-people"


@dataclass(frozen=True)
class Setting:
    """A number lies between `least` and `most`; a text fits `pattern` as a whole."""

    name: str
    default: Any
    meaning: str
    least: int = 0
    most: int = 36_500  # a hundred years in days, should that be the unit
    pattern: str | None = None


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DATABASE_URL", f"sqlite:///{INSTANCE / 'linli.sqlite3'}", "SQLite file or postgresql:// address"
    ),
    Setting(
        "SECRET_KEY", DEFAULT_SECRET, "signs cookies and form tokens; at least 32 characters in production"
    ),
    Setting("DATA_KEY", "", "encrypts phones and addresses at rest; empty: derived from SECRET_KEY"),
    Setting(
        "PRODUCTION", False, "1: refuse to start with a default secret, debug on or a wrong database mode"
    ),
    Setting(
        "HTTPS", False, "1: served over HTTPS; cookies become Secure with the __Host- prefix, HSTS is sent"
    ),
    Setting("PROXIES", 0, "number of trusted reverse proxies in front (X-Forwarded-*)"),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:5000",
        "address used in messages, QR codes and certificates",
        pattern=r"https?://[^/\s]+",
    ),
    Setting("TIME_ZONE", "Asia/Shanghai", "the zone in which pages and rules speak of days and hours"),
    Setting("DEMO", False, "1: the database holds invented people; every page says so"),
    Setting("SMTP_HOST", "", "mail server; empty: no mail is sent, the inbox still works"),
    Setting("SMTP_PORT", 25, "port of the mail server", least=1, most=65535),
    Setting("SMTP_USER", "", "user name at the mail server, if it asks for one"),
    Setting("SMTP_PASSWORD", "", "password at the mail server"),
    Setting("SMTP_STARTTLS", False, "1: switch to TLS before sending"),
    Setting("MAIL_FROM", "linli@localhost", "sender of all messages"),
    Setting("SCHEDULER", True, "1: `python app.py` runs the scheduler beside the pages in one process tree"),
    Setting("SESSION_DAYS", 60, "a resident's sign-in ends after so many days without use", least=1),
    Setting("STAFF_IDLE_MINUTES", 120, "a staff sign-in ends after so many minutes without use", least=1),
    Setting(
        "CARD_MINUTES", 15, "a sign-in with the elder card ends after so many minutes without use", least=1
    ),
    Setting(
        "SIGN_IN_ATTEMPTS",
        10,
        "wrong passwords per account and quarter of an hour before it is locked",
        least=1,
    ),
    Setting(
        "CONFIRM_MINUTES",
        10,
        "before a sensitive act one proves anew who one is after so many minutes",
        least=1,
    ),
    Setting(
        "STAFF_SECOND_FACTOR",
        True,
        "0: staff sign in by password alone; refused in production, off in a demo",
    ),
    Setting("ACCESS_HOURS", 24, "an approval to open a minor's record lasts so many hours", least=1),
    Setting(
        "REVEALS_PER_HOUR", 60, "one of the staff sees the full values of so many records an hour", least=1
    ),
    Setting(
        "PICK_UP_HOURS",
        72,
        "an order not collected within so many hours gives points and stock back",
        least=1,
    ),
    Setting("WISH_CLAIM_DAYS", 3, "a claimer has so many days to get in touch before staff are told"),
    Setting("FOLLOW_UP_DAYS", 7, "staff follow up on a fulfilled wish after so many days (R126)"),
    Setting(
        "WISH_PRICE_CEILING_YUAN", 300, "a dearer wish goes to 'refer elsewhere', not to the wall (R117)"
    ),
    Setting("WEEKS_AHEAD", 8, "occurrences of a series are made so many weeks ahead", least=1, most=104),
    Setting(
        "HOURS_KINDS",
        "service",
        "kinds of time that count as service: service, training, preparation, meeting (R035)",
        pattern=r"\s*(?:(?:service|training|preparation|meeting)[\s,]*)*",
    ),
    Setting("LATE_SIGN_OFF_HOURS", 12, "a sign-off later than so many hours before the start is late (R026)"),
    Setting(
        "OFFER_HOURS",
        12,
        "a place offered to somebody on the waiting list is kept for so many hours (of those between 8:00 and 22:00)",
        least=1,
    ),
    Setting("DAY_LIMIT_HOURS", 8, "a person signs up for so many hours a day at most; 0: no limit"),
    Setting("OLDER_AGE", 70, "from this age on the next limit holds"),
    Setting("OLDER_DAY_LIMIT_HOURS", 6, "so many hours a day at most for older people; 0: no limit"),
    Setting("REST_MINUTES", 0, "at least so many minutes lie between two activities of one person"),
    Setting("CHECK_IN_BEFORE_MINUTES", 120, "one can check in so many minutes before the start (R029)"),
    Setting("CHECK_IN_AFTER_MINUTES", 120, "and check in or out until so many minutes after the end (R029)"),
    Setting(
        "CHECK_IN_PAIRS", 3, "a person comes at most so many times to one activity in one day (R031)", least=1
    ),
    Setting(
        "ERASURE_JOURNAL",
        str(INSTANCE / "erasures.jsonl"),
        "file with the ids of erased people, beside it that of the audit log's seals; kept apart from the backups",
    ),
    Setting(
        "FILES_DIR",
        str(INSTANCE / "files"),
        "folder of uploaded proofs, encrypted; belongs into every backup, never below static/",
    ),
    Setting(
        "CONFIRM_DAYS",
        10,
        "a request, application or child's registration is to be answered within so many working days (R010)",
        least=1,
    ),
    Setting(
        "HOURS_DUE_DAYS",
        10,
        "hours not recorded so many working days after the activity are overdue (R041)",
    ),
    Setting(
        "INTAKE_KEEP_DAYS",
        30,
        "what an application says of a person is emptied so many days after the answer",
        least=1,
    ),
    Setting("TEAM_MESSAGES_PER_DAY", 5, "a team may write to its members so many times a day"),
    Setting(
        "RIGHTS_DAYS",
        15,
        "requests to correct, copy or delete personal data are answered within so many days",
        least=1,
    ),
    Setting("KEEP_MESSAGES_DAYS", 365, "messages are deleted after so many days", least=1),
    Setting("KEEP_SIGN_INS_DAYS", 90, "sign-ins without use are deleted after so many days", least=1),
    Setting(
        "KEEP_GUARDIANS_DAYS",
        365,
        "a guardian's data are deleted so many days after the ward turned 18",
        least=1,
    ),
    Setting(
        "KEEP_REJECTED_DAYS",
        90,
        "what a rejected registration left, the reason for the family too, goes so many days after the answer",
        least=1,
    ),
    Setting(
        "KEEP_WAITING_DAYS",
        90,
        "a child's registration to which no guardian ever agreed is erased after so many days",
        least=1,
    ),
    Setting(
        "KEEP_UNANSWERED_DAYS",
        90,
        "an application nobody answered is refused so many days after its recruitment ended, and emptied as any other",
        least=1,
    ),
    Setting(
        "KEEP_RIGHTS_DAYS",
        1095,
        "answered requests about personal data are deleted after so many days",
        least=1,
    ),
    Setting(
        "KEEP_CHECK_IN_MARKS_DAYS",
        90,
        "the phone's mark and the distance of a check-in are emptied after so many days",
        least=1,
    ),
    Setting(
        "KEEP_ENDED_PAIRS_DAYS",
        90,
        "that somebody shared a place goes so many days after the date; the own calendar strikes it out till then",
        least=1,
    ),
    Setting(
        "KEEP_WISH_CONTACTS_DAYS",
        180,
        "contact data of a finished wish are emptied after so many days",
        least=1,
    ),
    Setting(
        "NOTICE_DAYS", 3, "recorded hours stand on public notice for so many working days; 0: none (R043)"
    ),
    Setting("OBJECTION_DAYS", 30, "a record can be objected to for so many days after the roll call (R045)"),
    Setting(
        "BACKFILL_DAYS",
        7,
        "hours recorded so many days after the activity are back-filled and need approval (R038, R156)",
    ),
    Setting("BACKFILL_LIMIT_DAYS", 30, "older ones need the approval of the sub-district (R039)"),
    Setting(
        "BACKFILL_PERCENT",
        30,
        "more than so much back-filled of a year's hours asks for a look (R156)",
        most=100,
    ),
    Setting(
        "MINIMUM_PRESENCE_PERCENT",
        60,
        "whoever was there for less of the plan gets no minutes unless the leader says why",
        most=100,
    ),
    Setting("NO_SHOW_LIMIT", 5, "so many absences in a calendar year stop sign-ups (R027)"),
    Setting("NO_SHOW_BLOCKS", True, "0: absences are counted and shown, and stop nobody's sign-ups"),
    Setting(
        "LOG_LEVEL", "INFO", "how much is written to the log", pattern="(?i)debug|info|warning|error|critical"
    ),
)


_ON, _OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class BadSetting(Exception):
    """A setting cannot be read; the message names it."""


def _read(setting: Setting, environment: dict[str, str]) -> Any:
    text = environment.get(setting.name)
    if text is None:
        return setting.default
    if isinstance(setting.default, bool):
        return _switch(setting, text)
    if isinstance(setting.default, int):
        return _number(setting, text)
    if setting.pattern is not None and not re.fullmatch(setting.pattern, text):
        raise BadSetting(f"{setting.name}={text!r} is not what it may be: {setting.meaning}")
    return text


def _switch(setting: Setting, text: str) -> bool:
    """Whoever misspells a protection must not run without it."""
    word = text.strip().lower()
    if word not in _ON | _OFF:
        raise BadSetting(f"{setting.name}={text!r} is neither 1 nor 0")
    return word in _ON


def _number(setting: Setting, text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise BadSetting(f"{setting.name}={text!r} is not a whole number") from error
    if not setting.least <= number <= setting.most:
        raise BadSetting(f"{setting.name}={text} is not between {setting.least:,} and {setting.most:,}")
    return number


def load(environment: dict[str, str] | None = None) -> dict[str, Any]:
    """All settings from the environment, ready for `app.config`."""
    source = dict(os.environ) if environment is None else environment
    return {setting.name: _read(setting, source) for setting in SETTINGS}
