"""What is measured: an application with its server, its data and the requests it is asked."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

from bench.anchors import bare_sqlite3
from bench.load import build
from bench.servers import Server

BARE = "bare sqlite3"
ORM = "bare ORM"
PRODUCT = "Linli"


class Subject(Protocol):
    """Requests are made before the clock starts, so that signing in or reading a form is not counted."""

    name: str
    server: Server

    def list_requests(self, count: int) -> list[bytes]: ...

    def sign_up_requests(self, count: int) -> list[bytes]:
        """Each a new pair of person and activity that must be accepted."""

    def signed_up(self) -> int:
        """The sign-ups in the database: what was acknowledged must be there."""


class Anchor:
    def __init__(self, name: str, module: str, folder: Path) -> None:
        self.name = name
        self.database = folder / f"{module}.sqlite"
        bare_sqlite3.fill(self.database)
        self.server = Server(
            target=f"bench.anchors.{module}:create_app()",
            settings="bench/anchors/gunicorn.conf.py",
            log=folder / f"{module}.log",
            environment={"BENCH_DATABASE": str(self.database)},
        )
        self._asked = 0

    def list_requests(self, count: int) -> list[bytes]:
        return [build("GET", "/list")] * count

    def sign_up_requests(self, count: int) -> list[bytes]:
        first, self._asked = self._asked, self._asked + count
        return [build("POST", "/sign-up", form=self._pair(n)) for n in range(first, self._asked)]

    def signed_up(self) -> int:
        return count_rows(self.database, "sign_up")

    @staticmethod
    def _pair(n: int) -> dict[str, str]:
        person, activity = divmod(n, bare_sqlite3.ACTIVITIES)
        return {"activity": str(activity + 1), "person": str(person + 1)}


def anchors(folder: Path) -> list[Subject]:
    return [Anchor(BARE, "bare_sqlite3", folder), Anchor(ORM, "bare_orm", folder)]


def count_rows(database: Path, table: str) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])
