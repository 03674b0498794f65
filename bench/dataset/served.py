"""What became of the past sign-ups: recorded hours, points, messages."""

import datetime as dt

from bench.dataset.activities import DURATION_MINUTES, past_pairs
from bench.dataset.size import Rows, Size, past
from volunteer.ledger.models import HOURS, POINTS
from volunteer.ledger.service import ISSUE, PERSON, SYSTEM, Movement, accounts, move_all
from volunteer.outbox.models import INBOX, SENT

POINTS_PER_HOUR = 10


def earning_rule(now: dt.datetime) -> Rows:
    day = dt.date(2019, 1, 1)
    yield {"id": 1, "points_per_hour": POINTS_PER_HOUR, "valid_from": day, "created_at": now}


def batches(size: Size, now: dt.datetime) -> Rows:
    for occurrence in range(1, past(size) + 1):
        leader = 1 + occurrence % size.teams
        yield {"id": occurrence, "occurrence_id": occurrence, "recorded_at": now, "recorded_by_id": leader}


def messages(size: Size, now: dt.datetime) -> Rows:
    """Each past sign-up was confirmed in the inbox; the latest of each person are unread."""
    for n, (occurrence, person) in enumerate(past_pairs(size), 1):
        yield {
            "key": f"signed-up:{n}:inbox",
            "kind": "activity_signed_up",
            "person_id": person,
            "channel": INBOX,
            "payload": {
                "occurrence_id": occurrence,
                "title": "社区志愿服务活动",
                "title_en": "Community service",
                "starts_at": now.isoformat(),
                "place": "居委会一楼活动室",
            },
            "state": SENT,
            "not_before": now,
            "attempts": 0,
            "created_at": now,
            "sent_at": now,
            "read_at": now if occurrence < past(size) * 9 // 10 else None,
        }


def records(size: Size, now: dt.datetime) -> Rows:
    """Everybody was there: a service record for each past sign-up, with its hours and its points."""
    hours = _transfers(size, now, HOURS, "service", DURATION_MINUTES)
    points = _transfers(size, now, POINTS, "earn", DURATION_MINUTES * POINTS_PER_HOUR // 60)
    for n, (occurrence, person) in enumerate(past_pairs(size)):
        yield {
            "batch_id": occurrence,
            "occurrence_id": occurrence,
            "person_id": person,
            "sign_up_id": n + 1,
            "attendance": "present",
            "source": "leader",
            "rule_id": 1,
            "hours_transfer_id": hours[n],
            "points_transfer_id": points[n],
        }


def _transfers(size: Size, now: dt.datetime, book: str, kind: str, amount: int) -> list[int]:
    """One transfer of the book for each past sign-up, in their order."""
    issue = accounts(book=book, owner_kind=SYSTEM, owner_ids=[0], purpose=ISSUE)[0]
    own = accounts(book=book, owner_kind=PERSON, owner_ids=range(1, size.volunteers + 1))
    movements = [
        Movement(
            book, issue, own[person], amount, "service", f"{book}:service:{n}", f"batch:{occurrence}", now
        )
        for n, (occurrence, person) in enumerate(past_pairs(size), 1)
    ]
    return move_all(movements, recorded_by=None)
