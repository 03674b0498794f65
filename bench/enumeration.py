"""Does the time of an answer tell known accounts from unknown ones? Against the real server, in one run.

    python -m bench.enumeration [--samples 200] [--database postgresql]

Sign-in with a wrong password, the request for a forgotten password, and
registration are each sent for a known and an unknown phone in turns, in
shuffled order, from an address of their own, so that no counter of attempts
comes between. Printed are the medians, their ratio and the p value of a
two-sided Mann-Whitney test: a small p (below 0.01) together with a ratio away from
1 means that the two can be told apart. The last line is a control: the same sign-in
against a server that skips the slow comparison for unknown accounts must be found out.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa
from scipy import stats

from bench.dataset.people import PASSWORD, areas, phone
from bench.servers import ROOT, Server
from volunteer import create_app
from volunteer.areas.models import Area
from volunteer.core import clock, crypto, migrations
from volunteer.core.database import db
from volunteer.people import finding, phones
from volunteer.people.models import Person
from volunteer.people.sessions import hash_password

SECRET = "bench-only-0123456789-0123456789-0123"
KNOWN = 2_000  # people who are registered
COMMUNITY = 2
Fields = Callable[[str], dict[str, str]]


@dataclass(frozen=True)
class Page:
    """A form to be sent for a phone; `status` is the answer to every one."""

    name: str
    path: str
    fields: Fields
    status: int


PAGES = (
    Page("sign-in, wrong password", "/sign-in", lambda who: {"account": who, "password": "wrong-one-9"}, 422),
    Page("forgotten password", "/forgot", lambda who: {"account": who}, 303),
    Page(
        "registration",
        "/register",
        lambda who: {
            "name": "试验者", "phone": who, "password": "boat-9-river", "area": str(COMMUNITY),
            "born_on": "1970-05-04", "consent": "y",
        },
        303,
    ),
)  # fmt: skip


def fill(url: str) -> None:
    """A migrated database with KNOWN people who share a password."""
    app = create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    with app.app_context():
        migrations.upgrade()
        db.session.execute(sa.insert(Area.__table__), list(areas()))
        password_hash, now = hash_password(PASSWORD), clock.now()
        people = [
            {
                "id": n, "number": f"V{n:08d}", "name": f"志愿者{n}", "name_hash": finding.name_hash(f"志愿者{n}"),
                "phone": f"+86{phone(n)}", "phone_hash": phones.phone_hash(f"+86{phone(n)}"),
                "password_hash": password_hash, "area_id": COMMUNITY, "registered_at": now,
                "born_on": now.date().replace(year=1970, day=1), "email": f"someone{n}@example.org",
            }
            for n in range(1, KNOWN + 1)
        ]  # fmt: skip
        db.session.execute(sa.insert(Person.__table__), people)
        series = "INSERT INTO number_series (kind, next_number) VALUES ('volunteer', :next)"
        db.session.execute(sa.text(series), {"next": KNOWN + 1})
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


class Guesser:
    """Somebody who sends forms and looks at the clock."""

    def __init__(self, port: int) -> None:
        self.port, self.sent = port, 0

    def open(self, path: str) -> tuple[str, str]:
        """The form's CSRF token and the cookie that goes with it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        assert token is not None, f"{path} has no form"
        connection.close()
        return token[1], answer.headers["Set-Cookie"].partition(";")[0]

    def time(self, page: Page, form: tuple[str, str], who: str) -> float:
        """Seconds from sending the form to the end of the answer."""
        self.sent += 1
        token, cookie = form
        body = urlencode({"csrf_token": token, "form_key": crypto.token(), **page.fields(who)})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "X-Forwarded-For": f"10.{self.sent >> 16}.{self.sent >> 8 & 255}.{self.sent & 255}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.connect()
        begun = time.perf_counter()
        connection.request("POST", page.path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - begun
        connection.close()
        assert answer.status == page.status, f"{page.path}: {answer.status} {text[-500:].decode()}"
        return seconds


def samples(guesser: Guesser, page: Page, count: int, dice: random.Random) -> tuple[list[float], list[float]]:
    """(known, unknown) seconds, sent in pairs whose order is thrown; the first pairs warm up."""
    form = guesser.open(page.path)
    known = dice.sample(range(1, KNOWN + 1), count + 10)
    unknown = dice.sample(range(KNOWN + 1, 99_999_999), count + 10)
    took: dict[bool, list[float]] = {True: [], False: []}
    for pair in zip(known, unknown, strict=True):
        order = [True, False]
        dice.shuffle(order)
        for is_known in order:
            took[is_known].append(guesser.time(page, form, phone(pair[0 if is_known else 1])))
    return took[True][10:], took[False][10:]


def line(name: str, known: list[float], unknown: list[float]) -> str:
    first, second = statistics.median(known) * 1000, statistics.median(unknown) * 1000
    p = float(stats.mannwhitneyu(known, unknown).pvalue)
    return f"{name:40} {first:8.2f} ms {second:8.2f} ms {first / second:7.3f} {p:9.2g}"


@contextlib.contextmanager
def serving(url: str, folder: Path, target: str) -> Iterator[Guesser]:
    settings = {
        "DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR", "PROXIES": "1",
        "LINLI_INSTANCE": str(folder),
    }  # fmt: skip
    server = Server(target, str(ROOT / "gunicorn.conf.py"), folder / "log", settings, ready_path="/sign-in")
    server.start()
    try:
        yield Guesser(server.port)
    finally:
        server.stop()


def telltale() -> object:
    """For the control: the product, with unknown accounts refused at once."""
    from volunteer.people import sessions

    careful = sessions.is_right_password
    sessions.is_right_password = lambda password, stored: stored is not None and careful(password, stored)
    return create_app()


@contextlib.contextmanager
def _url(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'enumeration.sqlite3'}"
        return
    from tests import postgres
    from tests.conftest import create_database

    with postgres.server() as server:
        create_database(server, "enumeration")
        yield f"{server}/enumeration"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    words.add_argument("--samples", type=int, default=200)
    words.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    given = words.parse_args()
    dice = random.Random(int(os.environ.get("SEED", "7")))
    print(f"{'form':40} {'known':>11} {'unknown':>11} {'ratio':>7} {'p':>9}")
    results = ROOT / "bench" / "results"  # on a real disk: in memory a commit would cost nothing
    results.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=results) as name:
        folder = Path(name)
        with _url(given.database, folder) as url:
            fill(url)
            with serving(url, folder, "app:app") as guesser:
                for page in PAGES:
                    print(line(page.name, *samples(guesser, page, given.samples, dice)))
                    sys.stdout.flush()
            with serving(url, folder, "bench.enumeration:telltale()") as guesser:
                print(line("control: sign-in without the comparison", *samples(guesser, PAGES[0], 30, dice)))


if __name__ == "__main__":
    main()
