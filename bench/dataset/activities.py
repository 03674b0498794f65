"""Series with their coming and past occurrences, and who was there."""

import datetime as dt
from collections.abc import Iterator

from bench.dataset.people import community
from bench.dataset.size import Rows, Size, crowd, past
from volunteer.core import clock

DURATION_MINUTES = 50  # starts lie an hour apart: two activities overlap only when they begin together
STARTS_PER_DAY = 12
CAPACITY = 500


def _weekly(n: int) -> tuple[int, dt.time]:
    """The weekday (as days after tomorrow) and the hour of a series."""
    return n % 7, dt.time(8 + n // 7 % STARTS_PER_DAY)


def series(size: Size, now: dt.datetime) -> Rows:
    today = clock.local(now).date()
    for n in range(1, size.series + 1):
        day, time = _weekly(n)
        yield {
            "id": n,
            "code": f"series-{n}",
            "team_id": 1 + n % size.teams,
            "area_id": community(n),
            "category": "环境整治",
            "title": f"社区志愿服务活动{n}",
            "title_en": f"Community service {n}",
            "content": "打扫楼道、探望长者、整理共享书架。",
            "place": "居委会一楼活动室",
            "person_in_charge_id": 1 + n % size.teams % size.volunteers,
            "recurrence": "FREQ=WEEKLY",
            "starts_on": today + dt.timedelta(days=1 + day - 7 * (size.weeks_past + 1)),
            "start_time": time,
            "duration_minutes": DURATION_MINUTES,
            "capacity": CAPACITY,
            "renewed_until": today + dt.timedelta(days=300),
            "created_at": now - dt.timedelta(days=300),
        }


def occurrences(size: Size, now: dt.datetime) -> Rows:
    """Past ones first; ids count up from 1 through the weeks."""
    today = clock.local(now).date()
    for id_, (week, n) in enumerate(_weeks(size), 1):
        day, time = _weekly(n)
        date = today + dt.timedelta(days=1 + day + 7 * week)
        starts_at = clock.at_local(date, time)
        ends_at = starts_at + dt.timedelta(minutes=DURATION_MINUTES)
        yield {
            "id": id_,
            "series_id": n,
            "original_on": date,
            "issue_number": week + size.weeks_past + 1,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "place": "居委会一楼活动室",
            "capacity": CAPACITY,
            "taken": size.sign_ups if week < -1 else size.crowd if id_ == _crowded(size) else 0,
            "recorded_at": ends_at + dt.timedelta(hours=1) if week < -1 else None,
        }


def _weeks(size: Size) -> Iterator[tuple[int, int]]:
    """Week and series of each occurrence; week 0 begins tomorrow, so the week before it may be under way."""
    for week in range(-size.weeks_past - 1, size.weeks_ahead):
        if week != -1:
            for n in range(1, size.series + 1):
                yield week, n


def _crowded(size: Size) -> int:
    """The first coming occurrence of the first team, whose series is the one numbered like the last team."""
    return past(size) + size.teams


def past_pairs(size: Size) -> Iterator[tuple[int, int]]:
    for occurrence in range(1, past(size) + 1):
        for place in range(size.sign_ups):
            yield occurrence, 1 + (occurrence * size.sign_ups + place) % size.volunteers


def past_sign_ups(size: Size, now: dt.datetime) -> Rows:
    coming = [(_crowded(size), person) for person in crowd(size)]
    for id_, (occurrence, person) in enumerate([*past_pairs(size), *coming], 1):
        yield {
            "id": id_,
            "occurrence_id": occurrence,
            "person_id": person,
            "signed_up_at": now - dt.timedelta(days=200),
            "signed_up_by_id": person,
        }
