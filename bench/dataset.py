"""The data that the product is measured with, put straight into the tables of a fresh SQLite file.

    DATABASE_URL=sqlite:////tmp/bench.sqlite3 python -m bench.dataset [--small]

Everything is computed from row numbers, so that two runs measure the same thing. Every second person
reads English: a translated page costs more than one in the source language. Nobody is real.
"""

import argparse
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa

from bench import shelf_and_wall
from volunteer.activities.models import Occurrence, Series, SignUp
from volunteer.areas.models import Area
from volunteer.core import clock, crypto
from volunteer.core.database import db
from volunteer.core.transaction import transaction
from volunteer.hours.models import Batch, EarningRule, ServiceRecord
from volunteer.ledger.models import HOURS, POINTS
from volunteer.ledger.service import ISSUE, PERSON, SYSTEM, Movement, accounts, move_all
from volunteer.outbox.models import INBOX, SENT, Message
from volunteer.people.models import LEADER, STAFF_ROLES, Grant, NumberSeries, Person
from volunteer.people.sessions import hash_password
from volunteer.teams.models import MEMBER, REQUESTED, Membership, Team

PASSWORD = "bench-password-1"
COMMUNITIES, GRIDS = 13, 68
DURATION_MINUTES = 50  # starts lie an hour apart: two activities overlap only when they begin together
STARTS_PER_DAY = 12
CAPACITY = 500
POINTS_PER_HOUR = 10

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    volunteers: int = 5_000
    teams: int = 200
    series: int = 250
    weeks_ahead: int = 8  # 2,000 upcoming occurrences
    weeks_past: int = 20  # 5,000 past ones
    sign_ups: int = 10  # of each past occurrence: 50,000
    crowd: int = 40  # who is signed up for one coming occurrence of the first team, or wants to join it
    orders: int = 150
    wishes: int = 200

    @property
    def first_plain(self) -> int:
        """People before this one lead a team, those at the end are staff."""
        return self.teams + 1


FULL = Size()
SMALL = Size(
    volunteers=40, teams=3, series=14, weeks_ahead=2, weeks_past=1, sign_ups=2, crowd=2, orders=1, wishes=4
)


def phone(person: int) -> str:
    """The number as the person types it at sign-in."""
    return f"139{person:08d}"


def fill(size: Size = FULL) -> None:
    """Fill the migrated, empty database of the current app."""
    now = clock.now()
    with transaction():
        for table, rows in _tables(size, now):
            _insert(table, rows)
    with transaction():
        _insert(ServiceRecord, _records(size, now))
    shelf_and_wall.fill(size.first_plain, orders=size.orders, wishes=size.wishes)


def _insert(model: Any, rows: Rows) -> None:
    db.session.execute(sa.insert(model.__table__), list(rows))


def _tables(size: Size, now: dt.datetime) -> list[tuple[Any, Rows]]:
    return [
        (Area, _areas()),
        (Person, _people(size, now)),
        (Team, _teams(size, now)),
        (Grant, chain(_leaders(size, now), _staff(size, now))),
        (NumberSeries, iter([{"kind": "volunteer", "next_number": size.volunteers + 1}])),
        (Membership, _memberships(size, now)),
        (Series, _series(size, now)),
        (Occurrence, _occurrences(size, now)),
        (SignUp, _past_sign_ups(size, now)),
        (EarningRule, _earning_rule(now)),
        (Batch, _batches(size, now)),
        (Message, _messages(size, now)),
    ]


def _areas() -> Rows:
    yield {"id": 1, "parent_id": None, "level": "subdistrict", "code": "b", "name": "街道", "path": "/1/"}
    for n in range(COMMUNITIES):
        yield {
            "id": 2 + n,
            "parent_id": 1,
            "level": "community",
            "code": f"b-{n}",
            "name": f"第{n + 1}社区",
            "path": f"/1/{2 + n}/",
        }
    for n in range(GRIDS):
        community = 2 + n % COMMUNITIES
        grid = 2 + COMMUNITIES + n
        yield {
            "id": grid,
            "parent_id": community,
            "level": "grid",
            "code": f"b-{community}-{n}",
            "name": f"第{n + 1}网格",
            "path": f"/1/{community}/{grid}/",
        }


def _grid(n: int) -> int:
    return 2 + COMMUNITIES + n % GRIDS


def _community(n: int) -> int:
    return 2 + n % COMMUNITIES


def _people(size: Size, now: dt.datetime) -> Rows:
    password_hash = hash_password(PASSWORD)  # one for all: hashing 5,000 would take minutes
    for n in range(1, size.volunteers + 1):
        number = f"+86{phone(n)}"
        yield {
            "id": n,
            "number": f"V{n:08d}",
            "name": f"志愿者{n}",
            "phone": number,
            "phone_hash": crypto.look_up_hash("phone", number),
            "phone_tail_hash": crypto.look_up_hash("phone-tail", number[-4:]),
            "password_hash": password_hash,
            "area_id": _grid(n),
            "born_on": dt.date(1950 + n % 50, 1 + n % 12, 1 + n % 28),
            "language": "en" if n % 2 else "zh_Hans",
            "registered_at": now - dt.timedelta(days=365),
        }


def _teams(size: Size, now: dt.datetime) -> Rows:
    for n in range(1, size.teams + 1):
        yield {
            "id": n,
            "code": f"team-{n}",
            "area_id": _community(n),
            "kind": "volunteer",
            "name": f"第{n}志愿服务队",
            "name_en": f"Volunteer team {n}",
            "founded_at": now - dt.timedelta(days=900),
        }


def _leaders(size: Size, now: dt.datetime) -> Rows:
    for n in range(1, size.teams + 1):
        person = 1 + (n - 1) % size.volunteers
        yield {
            "person_id": person,
            "role": LEADER,
            "scope_kind": "team",
            "scope_id": n,
            "granted_at": now - dt.timedelta(days=300),
        }


def _staff(size: Size, now: dt.datetime) -> Rows:
    for n, role in enumerate(STAFF_ROLES):
        yield {
            "person_id": size.volunteers - n,
            "role": role,
            "scope_kind": "area",
            "scope_id": 1,
            "granted_at": now - dt.timedelta(days=300),
        }


def crowd(size: Size) -> range:
    return range(size.volunteers - 10 - size.crowd, size.volunteers - 10)


def _memberships(size: Size, now: dt.datetime) -> Rows:
    for person in range(1, size.volunteers + 1):
        for team in _teams_of(person, size):
            yield {
                "team_id": team,
                "person_id": person,
                "state": MEMBER,
                "requested_at": now - dt.timedelta(days=300),
                "joined_at": now - dt.timedelta(days=299),
            }
    for person in crowd(size):
        if 1 not in _teams_of(person, size):
            yield {
                "team_id": 1,
                "person_id": person,
                "state": REQUESTED,
                "requested_at": now,
                "joined_at": None,
            }


def _teams_of(person: int, size: Size) -> set[int]:
    return {1 + person % size.teams, 1 + person * 7 % size.teams}


def _weekly(n: int) -> tuple[int, dt.time]:
    """The weekday (as days after tomorrow) and the hour of a series."""
    return n % 7, dt.time(8 + n // 7 % STARTS_PER_DAY)


def _series(size: Size, now: dt.datetime) -> Rows:
    today = clock.local(now).date()
    for n in range(1, size.series + 1):
        day, time = _weekly(n)
        yield {
            "id": n,
            "code": f"series-{n}",
            "team_id": 1 + n % size.teams,
            "area_id": _community(n),
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


def _occurrences(size: Size, now: dt.datetime) -> Rows:
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


def past(size: Size) -> int:
    """The number of past occurrences, which have the ids from 1."""
    return size.series * size.weeks_past


def _crowded(size: Size) -> int:
    """The first coming occurrence of the first team, whose series is the one numbered like the last team."""
    return past(size) + size.teams


def _past_pairs(size: Size) -> Iterator[tuple[int, int]]:
    for occurrence in range(1, past(size) + 1):
        for place in range(size.sign_ups):
            yield occurrence, 1 + (occurrence * size.sign_ups + place) % size.volunteers


def _past_sign_ups(size: Size, now: dt.datetime) -> Rows:
    coming = [(_crowded(size), person) for person in crowd(size)]
    for id_, (occurrence, person) in enumerate([*_past_pairs(size), *coming], 1):
        yield {
            "id": id_,
            "occurrence_id": occurrence,
            "person_id": person,
            "signed_up_at": now - dt.timedelta(days=200),
            "signed_up_by_id": person,
        }


def _earning_rule(now: dt.datetime) -> Rows:
    day = dt.date(2019, 1, 1)
    yield {"id": 1, "points_per_hour": POINTS_PER_HOUR, "valid_from": day, "created_at": now}


def _batches(size: Size, now: dt.datetime) -> Rows:
    for occurrence in range(1, past(size) + 1):
        leader = 1 + occurrence % size.teams
        yield {"id": occurrence, "occurrence_id": occurrence, "recorded_at": now, "recorded_by_id": leader}


def _messages(size: Size, now: dt.datetime) -> Rows:
    """Each past sign-up was confirmed in the inbox; the latest of each person are unread."""
    for n, (occurrence, person) in enumerate(_past_pairs(size), 1):
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


def _records(size: Size, now: dt.datetime) -> Rows:
    """Everybody was there: a service record for each past sign-up, with its hours and its points."""
    hours = _transfers(size, now, HOURS, "service", DURATION_MINUTES)
    points = _transfers(size, now, POINTS, "earn", DURATION_MINUTES * POINTS_PER_HOUR // 60)
    for n, (occurrence, person) in enumerate(_past_pairs(size)):
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
        for n, (occurrence, person) in enumerate(_past_pairs(size), 1)
    ]
    return move_all(movements, recorded_by=None)


def main() -> None:
    from flask_migrate import upgrade

    from volunteer import create_app

    parser = argparse.ArgumentParser(description="Fill the empty database of DATABASE_URL for measurements.")
    parser.add_argument("--small", action="store_true", help="a few rows of each kind")
    size = SMALL if parser.parse_args().small else FULL
    with create_app().app_context():
        upgrade()
        fill(size)


if __name__ == "__main__":
    main()
