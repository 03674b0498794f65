"""One thin function per job: find the items, call one service function for each, report how many."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from volunteer.activities import reminders
from volunteer.activities import service as activities
from volunteer.activities.planning import staffing
from volunteer.activities.repeating import decisions, health
from volunteer.activities.service.changing import regular_ends
from volunteer.activities.service.signing import waiting
from volunteer.activities.service.together import regular_positions
from volunteer.activities.together import regulars, stand_ins
from volunteer.attendance import service as attendance
from volunteer.audit import anchors
from volunteer.audit import service as audit
from volunteer.core import clock, files, formkey, throttle
from volunteer.core.transaction import reading, transaction
from volunteer.credentials import service as credentials
from volunteer.jobs import nightly
from volunteer.jobs import retention as declared
from volunteer.jobs.addresses import recipients
from volunteer.jobs.bulk import each, in_bulk
from volunteer.ledger import seals
from volunteer.outbox import dispatch
from volunteer.people import service as people
from volunteer.points import service as points
from volunteer.privacy import service as privacy
from volunteer.privacy.service import retention
from volunteer.reports import books
from volunteer.safety import service as safety
from volunteer.wishes import service as wishes

Task = Callable[[], int]
log = structlog.get_logger()


def write_reminders() -> int:
    """Reminders that are due and have no message yet."""
    with transaction():
        return reminders.write_due(clock.now())


def warn_of_short_dates() -> int:
    """Dates with too few people, as near as their series says: each receiver once."""
    with transaction():
        return staffing.write_due(clock.now())


def tell_of_decisions() -> int:
    """Dates on a holiday that wait for their leaders: each leader once a day."""
    with transaction():
        return decisions.write_due(clock.now())


def answer_forgotten_passwords() -> int:
    """Requests for a link: those of known accounts with an address get one by mail."""
    with reading():
        waiting = safety.waiting_requests()
    return each(waiting, safety.answer)


def let_in_grown() -> int:
    """Who turned 14 while waiting for a guardian (R007)."""
    with reading():
        due = people.grown_ids()
    return each(due, people.let_in)


def give_back_uncollected() -> int:
    """Orders not collected in time: points and stock go back, each in its own transaction."""
    now = clock.now()
    with reading():
        due = points.due_order_ids(now)
    return each(due, lambda order_id: points.expire(order_id, now))


def extend_series() -> int:
    """Make the occurrences of the coming weeks for every live series."""
    with reading():
        due = activities.series_to_extend(clock.now())
    done = in_bulk(due, activities.extend)
    with transaction():
        health.note_run(clock.now())
    return done


def recheck_calendar() -> int:
    """Dates made by an older holiday table than the one that stands now."""
    with reading():
        due = activities.series_to_recheck()
    return each(due, activities.recheck)


def tell_forgotten_check_outs() -> int:
    """Who is still checked in half an hour after the end, once each."""
    with transaction():
        return attendance.tell_forgotten(clock.now())


def tell_last_days_of_tasks() -> int:
    """The evening before a flexible task ends: who has reported nothing, once each."""
    with transaction():
        return attendance.tell_last_day(clock.now())


def ask_for_positions() -> int:
    """Standing sign-ups whose post is gone or newly needed stop and ask, before the next dates are given out."""
    with reading():
        due = regular_positions.due(clock.now())
    return each(due, regular_positions.ask)


def sign_up_regulars() -> int:
    """Coming dates that those with a standing sign-up have not been offered; who always comes is first."""
    with reading():
        due = regulars.due(clock.now())
    return each(due, activities.sign_up_regulars)


def end_regulars() -> int:
    """Standing sign-ups of a series that has no date left to give."""
    with reading():
        due = regular_ends.due(clock.now())
    return each(due, regular_ends.end)


def end_stand_ins() -> int:
    """Nobody is looked for any more once the date has begun or the place was given back."""
    with transaction():
        return stand_ins.lapse_over(clock.now())


def move_waiting_lists() -> int:
    """Offers that have run out go to the next in line, free places to whoever waits."""
    now = clock.now()
    with reading():
        due = waiting.due(now)
    return each(due, waiting.settle)


def tell_overdue_claims() -> int:
    """Claimers who did not get in touch in time, once each."""
    with transaction():
        return wishes.tell_overdue(clock.now())


def tell_due_follow_ups() -> int:
    """Follow-ups on fulfilled wishes that have fallen due, once each."""
    with transaction():
        return wishes.tell_due_follow_ups(clock.now())


def tell_expiring_credentials() -> int:
    """Qualifications that run out within a month, each holder once."""
    with transaction():
        return credentials.tell_expiring(clock.now())


def sweep_files() -> int:
    """Once a night, from two: uploaded files that no row names any more."""
    began_at = nightly.begin(nightly.FILES, from_hour=2)
    if began_at is None:
        return 0
    with reading():
        count = files.sweep(began_at)
    nightly.end(nightly.FILES, began_at)
    return count


def seal_books() -> int:
    """Close each day of the books that is over and settled."""
    with transaction():
        return seals.seal_days()


def seal_audit() -> int:
    """Close the settled entries of the audit log, and write the seals down outside of the database as well."""
    with transaction():
        count = audit.seal(clock.now())
    with reading():
        lines = anchors.missing()
    if lines:
        anchors.append(lines)
    return count


def forget() -> int:
    """Old form keys and counters of attempts."""
    with transaction():
        throttle.forget_old(clock.now())
        safety.forget_old(clock.now())
        return formkey.forget_old(clock.now())


def journal_erasures() -> int:
    """Erasures that have not reached the journal: first the file, on the disk, then the mark."""
    with reading():
        lines = privacy.missing()
    if lines:
        privacy.append(lines)
        with transaction():
            privacy.note_written([line.person_id for line in lines])
    return len(lines)


def forget_merged() -> int:
    """Records that were merged into another so long ago that nothing is undone any more."""
    with reading():
        due = privacy.over_ids(clock.now())
    return each(due, privacy.forget_merged)


def check_books_nightly() -> int:
    """Once a night, from three, when the day before is sealed: faults go to the log as errors.

    Seals that a night without a fault has seen are left to `check-books`.
    """
    began_at = nightly.begin(nightly.BOOKS, from_hour=3)
    if began_at is None:
        return 0
    with reading():
        result = books.check(sealed_since=nightly.last_sound(nightly.BOOKS))
    for fault in result.faults:
        log.error("books", fault=fault)
    nightly.end(nightly.BOOKS, began_at, fault_count=len(result.faults))
    return len(result.faults)


def retain() -> int:
    """Once a day, from four in the morning: delete or empty what is older than its kind may grow (R154)."""
    now = clock.now()
    if clock.local(now).hour < 4:
        return 0
    with reading():
        due = retention.not_run_since(clock.start_of(clock.today()))
    return sum(declared.run(due, now).values())


def send() -> int:
    """Hand due messages to the mail server, if there is one."""
    from flask import current_app

    if not current_app.config["SMTP_HOST"]:
        return 0
    return dispatch.send_due(recipients).get("sent", 0)


EVERY_MINUTE: tuple[tuple[str, Task], ...] = (
    ("answer forgotten passwords", answer_forgotten_passwords),
    ("write reminders", write_reminders),
    ("warn of short dates", warn_of_short_dates),
    ("let in who turned fourteen", let_in_grown),
    ("give back uncollected orders", give_back_uncollected),
    ("recheck the calendar", recheck_calendar),
    ("extend series", extend_series),
    ("tell of decisions", tell_of_decisions),
    ("ask for positions", ask_for_positions),
    ("sign up regulars", sign_up_regulars),
    ("end regulars", end_regulars),
    ("end stand-ins", end_stand_ins),
    ("tell of forgotten check-outs", tell_forgotten_check_outs),
    ("tell last days of tasks", tell_last_days_of_tasks),
    ("move waiting lists", move_waiting_lists),
    ("tell overdue claims", tell_overdue_claims),
    ("tell due follow-ups", tell_due_follow_ups),
    ("tell of expiring credentials", tell_expiring_credentials),
    ("sweep files", sweep_files),
    ("seal books", seal_books),
    ("seal audit", seal_audit),
    ("journal erasures", journal_erasures),
    ("forget merged records", forget_merged),
    ("check books nightly", check_books_nightly),
    ("forget old keys", forget),
    ("retain", retain),
    ("send messages", send),
)
