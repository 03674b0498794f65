"""The product as a subject: its data, its server, and how a person signs in and signs up.

The only file of bench/ that knows the product's addresses and forms.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from bench.load import Answer, Connection, Fields, build
from bench.servers import ROOT, Server
from bench.subjects import PRODUCT, count_rows

READY = "/"
LIST = "/?after=0-0"  # who asks for more than the first few dates gets fifty
SIGN_IN = "/sign-in"
SIGN_UP = re.compile(r"/activities/(\d+)/sign-up$")
SIGN_UPS_EACH = (
    12  # of the fifty on the page, those that do not begin together (see bench/dataset/activities.py)
)
READERS = 20  # signed-in people who take turns at the list
SECRET_KEY = "only-for-benchmarks-0123456789-0123456789"


class UnexpectedPage(Exception):
    """A page is not what this file knows: change both together."""


class Product:
    """Makes its data in `folder`; people sign in on the running server, each once."""

    name = PRODUCT

    def __init__(self, folder: Path) -> None:
        self.database = make_database(folder / "product.sqlite3")
        self.server = Server(
            target="app:app",
            settings="gunicorn.conf.py",
            log=folder / "product.log",
            environment=environment(self.database),
            ready_path=READY,
        )
        self._readers: list[Visitor] = []
        self._next_person = READERS + 1

    def list_requests(self, count: int) -> list[bytes]:
        if not self._readers:
            self._readers = [self._visitor(person) for person in range(1, READERS + 1)]
        return [self._readers[n % READERS].request("GET", LIST) for n in range(count)]

    def sign_up_requests(self, count: int) -> list[bytes]:
        """Each person signs up for a dozen activities of the page, each form with the page's own keys."""
        requests: list[bytes] = []
        while len(requests) < count:
            requests += list(self._sign_ups(self._visitor(self._next_person)))
            self._next_person += 1
        return requests[:count]

    def signed_up(self) -> int:
        return count_rows(self.database, "sign_up")

    def _visitor(self, person: int) -> "Visitor":
        from bench.dataset.people import PASSWORD, phone

        visitor = Visitor(self.server.port)
        visitor.sign_in(phone(person), PASSWORD)
        return visitor

    def _sign_ups(self, visitor: "Visitor") -> Iterator[bytes]:
        page = visitor.get(LIST)
        buttons = [button for form in forms(page) for button in form.buttons]
        found = {int(at[1]): button for button in buttons if (at := SIGN_UP.match(button.action))}
        if len(found) < SIGN_UPS_EACH:
            raise UnexpectedPage(f"{LIST} offers {len(found)} sign-ups instead of up to fifty")
        for occurrence in list(one_of_each_start(self.database, found))[:SIGN_UPS_EACH]:
            yield visitor.request("POST", found[occurrence].action, found[occurrence].fields)


def make_database(path: Path, *options: str) -> Path:
    """A fresh migrated database with the data set, made in a process of its own."""
    command = [sys.executable, "-m", "bench.dataset", *options]
    subprocess.run(command, cwd=ROOT, env=environment(path), check=True, capture_output=True)
    return path


def environment(database: Path) -> dict[str, str]:
    """The product's settings for a run: as shipped, but for the database and the secret."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "DATABASE_URL": f"sqlite:///{database}",
        "SECRET_KEY": SECRET_KEY,
        "LOG_LEVEL": "WARNING",
        "DAY_LIMIT_HOURS": "0",  # a dozen sign-ups of one person: the limit is asked all the same
        "OLDER_DAY_LIMIT_HOURS": "0",
    }


def one_of_each_start(database: Path, occurrences: Mapping[int, object]) -> Iterator[int]:
    """Of the occurrences one for each time of starting: the others would overlap (R025)."""
    import sqlite3
    from contextlib import closing

    marks = ",".join("?" * len(occurrences))
    query = f"SELECT id FROM occurrence WHERE id IN ({marks}) GROUP BY starts_at ORDER BY starts_at"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        yield from (row[0] for row in connection.execute(query, list(occurrences)))


class Visitor:
    """A person's browser: cookies, pages, forms."""

    def __init__(self, port: int) -> None:
        self.connection = Connection(port)
        self.cookies: dict[str, str] = {}

    def sign_in(self, account: str, password: str) -> None:
        form = next(form for form in forms(self.get(SIGN_IN)) if "csrf_token" in form.hidden)
        typed = {**form.hidden, "account": account, "password": password}
        answer = self._send(self.request("POST", SIGN_IN, typed))
        if answer.status not in {302, 303}:
            raise UnexpectedPage(f"signing in answers {answer.status}")

    def get(self, path: str) -> str:
        answer = self._send(self.request("GET", path))
        if answer.status != 200:
            raise UnexpectedPage(f"{path} answers {answer.status}")
        return answer.body.decode()

    def request(self, method: str, path: str, form: Fields | None = None) -> bytes:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        return build(method, path, form=form, headers=headers if self.cookies else None)

    def _send(self, request: bytes) -> Answer:
        answer = self.connection.send(request)
        for line in answer.headers("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@dataclass
class Button:
    """Where it sends the form it stands in, with which fields: the form's, then its own."""

    action: str
    fields: list[tuple[str, str]]


@dataclass
class Form:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(has.get("action", "")))
        if tag == "input" and has.get("type") == "hidden" and self.found:
            self.found[-1].hidden[has["name"]] = has.get("value", "")
        if tag == "button" and "formaction" in has and self.found:
            own = [(has["name"], has.get("value", ""))] if "name" in has else []
            self.found[-1].buttons.append(Button(has["formaction"], [*self.found[-1].hidden.items(), *own]))


def forms(page: str) -> list[Form]:
    parser = _Forms()
    parser.feed(page)
    return parser.found


def count_queries(folder: Path, database: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Statements of each page with many rows, and how many more they are than with few."""
    small = make_database(folder / "small.sqlite3", "--small")
    many, few = _queries(database), _queries(small)
    return many, {page: many[page] - few[page] for page in many}


def _queries(database: Path) -> dict[str, int]:
    command = [sys.executable, "-m", "bench.queries"]
    done = subprocess.run(command, cwd=ROOT, env=environment(database), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise UnexpectedPage("bench.queries failed, see above")
    counted: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counted
