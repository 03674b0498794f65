"""The real product under gunicorn: started, watched and ended by process id, on loopback only."""

from __future__ import annotations

import contextlib
import http.client
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import SECRET
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def processor_seconds() -> float:
    """What all servers that have ended used, workers included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass
class Server:
    """A running gunicorn with its workers."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def workers(self) -> list[int]:
        """The process ids of the workers alive right now."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listed.read_text().split()]

    def wait_for_workers(self, count: int) -> list[int]:
        """All `count` of them, once they are there."""
        end = time.monotonic() + PATIENCE
        while len(pids := self.workers()) < count:
            self._must_live(end)
            time.sleep(0.01)
        return pids

    def kill(self, pid: int) -> None:
        """kill -9 one worker; the master starts another one."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def _must_live(self, end: float) -> None:
        if self.process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"the server is not there:\n{self.said()[-3000:]}")

    def wait_until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            self._must_live(end)
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.request("GET", "/sign-in")
                answer = connection.getresponse()
                answer.read()
                if answer.status < 500:
                    return
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end; after ten seconds end it and each worker by id."""
        pids = self.workers() if self.process.poll() is None else []
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=10)
            for pid in pids:
                self.kill(pid)


@contextlib.contextmanager
def running(
    url: str, log: Path, *, workers: int = 4, entry: str = "app:app", **environment: str
) -> Iterator[Server]:
    """Serve the database at `url` with the product's own gunicorn configuration."""
    port = free_port()
    surroundings = {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "WEB_CONCURRENCY": str(workers),
        "LOG_LEVEL": "ERROR",
        **environment,
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{port}", entry]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, cwd=ROOT, env=surroundings, stdout=sink, stderr=sink, start_new_session=True
        )
        server = Server(process, port, log)
        try:
            server.wait_for_workers(workers)
            server.wait_until_ready()
            yield server
        finally:
            server.stop()
