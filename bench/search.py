"""The list of residents over 300,000 people against the same page over 3,000, in one run.

    python -m bench.search [--database postgresql] [--many 300000]

For each thing that staff type (a surname, a whole name, a number, a phone, its
last four digits, nothing) the page is asked for in turns on both databases; the
figure is the ratio of the medians of time. Aim: at most 1.5, for the lines on which
both pages show equally many people: a page of 50 takes longer than a page of one,
wherever they come from. To make that so, the first 3,000 people bear names and last
digits that nobody after them bears; the lines where the crowd answers stand beside.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.dataset.people import COMMUNITIES, areas
from volunteer import create_app
from volunteer.areas.models import Area
from volunteer.core import clock, migrations
from volunteer.core.database import db
from volunteer.people import finding, phones
from volunteer.people.models import (
    COMMUNITY_STAFF,
    COUNTER_CLERK,
    SUBDISTRICT_STAFF,
    Grant,
    Person,
    PersonLookUp,
    SignInSession,
)
from volunteer.people.sessions import hash_token

AIM = 1.5
ROUNDS, ASKED = 7, 30
CHUNK = 5_000
# The commonest surnames and how many of a hundred bear them; the rest share what is left.
SURNAMES = ("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", (8, 8, 7, 6, 5, 4, 3, 3, 3, 3, *([2] * 10)))
SIGNS = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰志国建文红春海"
RESERVED = "琪莹晗睿宸梓涵轩妍熙"  # of the first people alone
FIRST = 3_000


def fill(count: int, seed: int = 7) -> None:
    """So many invented people over thirteen communities, names as they are spread."""
    dice = random.Random(seed)
    db.session.execute(sa.insert(Area), list(areas()))
    now = clock.now()
    surnames, weights = SURNAMES
    for start in range(1, count + 1, CHUNK):
        people, keys = [], []
        for id in range(start, min(start + CHUNK, count + 1)):
            signs = RESERVED if id <= FIRST else SIGNS
            name = dice.choices(surnames, weights)[0] + "".join(dice.choices(signs, k=2))
            phone = f"+86{_phone(id)}"
            community = 2 + id % COMMUNITIES
            people.append(_person(id, name, phone, community, now))
            keys += [{"hash": key, "person_id": id} for key in finding.keys(name, phone, f"/1/{community}/")]
        db.session.execute(sa.insert(Person.__table__), people)
        db.session.execute(sa.insert(PersonLookUp.__table__), keys)
        db.session.commit()
    for id, (role, area_id) in enumerate(
        ((SUBDISTRICT_STAFF, 1), (COMMUNITY_STAFF, 3), (COUNTER_CLERK, 1)), 1
    ):
        db.session.add(
            Grant(person_id=id, role=role, scope_kind="area", scope_id=area_id, granted_at=now, rights="")
        )
        db.session.add(
            SignInSession(
                token_hash=hash_token(f"token-{id}"), person_id=id, created_at=now, last_seen_at=now,
                second_factor_at=now, confirmed_at=now,
            )
        )  # fmt: skip
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _phone(id: int) -> str:
    """Last four digits up to 2999 for the first people, 3000 to 9999 for the crowd after them."""
    tail = id if id < FIRST else 3_000 + id % 7_000
    return f"139{id // 7_000:04d}{tail:04d}"


def _person(id: int, name: str, phone: str, area_id: int, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": id,
        "number": f"V{id:08d}",
        "name": name,
        "name_hash": finding.name_hash(name),
        "phone": phone,
        "phone_hash": phones.phone_hash(phone),
        "area_id": area_id,
        "born_on": dt.date(1940 + id % 60, 1 + id % 12, 1 + id % 28),
        "registered_at": now,
    }


class Subject:
    """The application over one database, with a browser for each of three members of staff."""

    def __init__(self, url: str, count: int) -> None:
        self.app: Flask = create_app(
            {
                "DATABASE_URL": url,
                "SECRET_KEY": "b" * 40,
                "LOG_LEVEL": "ERROR",
                "STAFF_SECOND_FACTOR": False,
                "WTF_CSRF_ENABLED": False,  # a search is posted
            }
        )
        with self.app.app_context():
            migrations.upgrade()
            began = time.monotonic()
            fill(count)
            print(f"{count:,} people in {time.monotonic() - began:.0f} s")
            db.session.remove()
        self.browsers = {
            "sub-district": self._browser("token-1"),
            "community": self._browser("token-2"),
            "counter": self._browser("token-3"),
        }

    def _browser(self, token: str) -> Any:
        browser = self.app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        return browser

    def ask(self, who: str, text: str) -> tuple[float, int]:
        """Seconds for the page (of processor on SQLite, where nothing else works for us), and its rows."""
        browser = self.browsers[who]
        page = "/desk/serve" if who == "counter" else "/desk/people"
        watch = (
            time.process_time if self.app.config["DATABASE_URL"].startswith("sqlite") else time.perf_counter
        )
        began = watch()
        answer = browser.post(page, data={"q": text}) if text else browser.get(page)
        took = watch() - began
        assert answer.status_code == 200, answer.status_code
        return took, answer.text.count("139****")


def _name_of(id: int) -> str:
    return str(db.session.scalar(sa.select(Person.name).where(Person.id == id)))


def typed() -> dict[str, list[str]]:
    """What is typed, by kind: things that both databases know (the first people are the same)."""
    dice = random.Random(3)
    ids = [dice.randrange(20, FIRST) for _ in range(ASKED)]
    return {
        "nothing": [""] * ASKED,
        "surname": [dice.choice("王李张刘陈") for _ in range(ASKED)],
        "whole name": [_name_of(id) for id in ids],
        "number": [f"V{id:08d}" for id in ids],
        "phone": [_phone(id) for id in ids],
        "last four digits": [_phone(id)[-4:] for id in ids],
        "last four digits of the crowd": [f"{dice.randrange(3_000, 10_000)}" for _ in ids],
    }


def compare(few: Subject, many: Subject) -> list[tuple[str, str, float, float, float, str]]:
    """(who, kind, milliseconds over few, over many, ratio, within the aim): medians, asked in turns."""
    lines = []
    with few.app.app_context():
        questions = typed()
    for who in few.browsers:
        for kind, texts in questions.items():
            costs: dict[int, list[float]] = {0: [], 1: []}
            rows = [0, 0]
            for round_ in range(ROUNDS):
                for place in (0, 1) if round_ % 2 else (1, 0):
                    subject = (few, many)[place]
                    found = [subject.ask(who, text) for text in texts]
                    if round_:  # the first one warms up
                        costs[place].append(sum(wall for wall, _ in found) / len(found))
                        rows[place] = sum(n for _, n in found)
            little, much = statistics.median(costs[0]), statistics.median(costs[1])
            shown = f"{kind} ({rows[0] / ASKED:.1f} and {rows[1] / ASKED:.1f} people)"
            verdict = ("yes" if much <= AIM * little else "NO") if rows[0] == rows[1] else "rows differ"
            lines.append((who, shown, little * 1000, much * 1000, much / little, verdict))
    return lines


@contextlib.contextmanager
def _urls(database: str) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        if database == "sqlite":
            yield f"sqlite:///{Path(folder) / 'few.sqlite3'}", f"sqlite:///{Path(folder) / 'many.sqlite3'}"
            return
        from tests import postgres
        from tests.conftest import create_database

        with postgres.server() as server:
            for name in ("few", "many"):
                create_database(server, name)
            yield f"{server}/few", f"{server}/many"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    words.add_argument("--many", type=int, default=300_000)
    given = words.parse_args()
    with _urls(given.database) as (first, second):
        lines = compare(Subject(first, FIRST), Subject(second, given.many))
    print(f"{'reader':14} {'typed':58} {'few':>9} {'many':>9} {'ratio':>6}  within {AIM}")
    for who, kind, little, much, ratio, verdict in lines:
        print(f"{who:14} {kind:58} {little:6.2f} ms {much:6.2f} ms {ratio:6.2f}  {verdict}")


if __name__ == "__main__":
    main()
