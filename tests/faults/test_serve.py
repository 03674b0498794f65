"""`python app.py`: a scheduler that dies is started again, pages that die end everything."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SECRET
from tests.faults.server import ROOT
from tests.postgres import free_port

pytestmark = pytest.mark.thorough
PATIENCE = 60.0


class House:
    """The process that was started, with its children."""

    def __init__(self, url: str, log: Path) -> None:
        self.log = log
        surroundings = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SECRET, "SCHEDULER": "1"}
        surroundings |= {"BIND": f"127.0.0.1:{free_port()}", "WEB_CONCURRENCY": "1", "SMTP_HOST": ""}
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=surroundings, stdout=file, stderr=file
            )

    def child(self, word: str) -> int | None:
        """The process id of the child with that word in its command, while it lives."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in listed.read_text().split():
            with contextlib.suppress(OSError):
                if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return int(pid)
        return None

    def wait(self, condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"waited for {what}:\n{self.log.read_text()[-3000:]}"
            time.sleep(0.05)

    def wait_for(self, word: str, *, but: int = 0) -> int:
        self.wait(lambda: self.child(word) not in {None, but}, word)
        return self.child(word) or 0


@pytest.fixture
def running(fresh_url: str, tmp_path: Path) -> Iterator[House]:
    started = House(fresh_url, tmp_path / "log")
    try:
        started.wait_for("gunicorn")
        started.wait_for("scheduler")
        yield started
    finally:
        started.process.terminate()  # which ends the children as well
        started.process.wait(PATIENCE)


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_a_scheduler_that_dies_is_started_again_and_all_end_together(running: House) -> None:
    pages, first = running.wait_for("gunicorn"), running.wait_for("scheduler")
    os.kill(first, signal.SIGKILL)
    second = running.wait_for("scheduler", but=first)
    assert "the scheduler has ended and is started again" in running.log.read_text()
    assert running.child("gunicorn") == pages
    running.process.terminate()
    assert running.process.wait(PATIENCE) == 0
    assert is_gone(pages)
    assert is_gone(second)


def test_pages_that_die_end_the_scheduler_too(running: House) -> None:
    pages, scheduler = running.wait_for("gunicorn"), running.wait_for("scheduler")
    os.kill(pages, signal.SIGKILL)
    assert running.process.wait(PATIENCE) != 0
    assert is_gone(scheduler)
