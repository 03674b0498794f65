"""Areas, people, teams and who belongs to them."""

import datetime as dt

from bench.dataset.size import Rows, Size, crowd
from volunteer.core import crypto
from volunteer.people import finding
from volunteer.people.models import LEADER, STAFF_ROLES
from volunteer.people.sessions import hash_password
from volunteer.teams.models import MEMBER, REQUESTED

PASSWORD = "bench-password-1"
COMMUNITIES, GRIDS = 13, 68


def phone(person: int) -> str:
    """The number as the person types it at sign-in."""
    return f"139{person:08d}"


def areas() -> Rows:
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


def community(n: int) -> int:
    return 2 + n % COMMUNITIES


def people(size: Size, now: dt.datetime) -> Rows:
    password_hash = hash_password(PASSWORD)  # one for all: hashing 5,000 would take minutes
    for n in range(1, size.volunteers + 1):
        number = f"+86{phone(n)}"
        yield {
            "id": n,
            "number": f"V{n:08d}",
            "name": f"志愿者{n}",
            "phone": number,
            "phone_hash": crypto.look_up_hash("phone", number),
            "name_hash": finding.name_hash(f"志愿者{n}"),
            "password_hash": password_hash,
            "area_id": _grid(n),
            "born_on": dt.date(1950 + n % 50, 1 + n % 12, 1 + n % 28),
            "language": "en" if n % 2 else "zh_Hans",
            "registered_at": now - dt.timedelta(days=365),
            "verified_at": now - dt.timedelta(days=365),
        }


def teams(size: Size, now: dt.datetime) -> Rows:
    for n in range(1, size.teams + 1):
        yield {
            "id": n,
            "code": f"team-{n}",
            "area_id": community(n),
            "kind": "volunteer",
            "name": f"第{n}志愿服务队",
            "name_en": f"Volunteer team {n}",
            "founded_at": now - dt.timedelta(days=900),
        }


def leaders(size: Size, now: dt.datetime) -> Rows:
    for n in range(1, size.teams + 1):
        person = 1 + (n - 1) % size.volunteers
        yield {
            "person_id": person,
            "role": LEADER,
            "scope_kind": "team",
            "scope_id": n,
            "granted_at": now - dt.timedelta(days=300),
        }


def staff(size: Size, now: dt.datetime) -> Rows:
    for n, role in enumerate(STAFF_ROLES):
        yield {
            "person_id": size.volunteers - n,
            "role": role,
            "scope_kind": "area",
            "scope_id": 1,
            "granted_at": now - dt.timedelta(days=300),
        }


def memberships(size: Size, now: dt.datetime) -> Rows:
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
