"""One application under gunicorn: started, asked what it costs, and ended by its process id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Connection, NoAnswer, build

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30
STOP_SECONDS = 10


class ServerFault(Exception):
    """The server did not start, or lost a worker while it was measured."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`target` is gunicorn's "module:callable()", `settings` its configuration file.

    `start_processor` is what the last start cost master and workers until the first answer, in seconds.
    """

    target: str
    settings: str
    log: Path
    environment: Mapping[str, str]
    ready_path: str = "/ready"
    port: int = field(default_factory=free_port)
    start_processor: float = 0.0
    _process: subprocess.Popen[bytes] | None = None
    _workers: tuple[int, ...] = ()

    def start(self) -> float:
        """Start it and return the seconds until it answered."""
        begun = time.perf_counter()
        # The configuration file gives what the application ships with; these make all of them alike.
        options = {
            "config": self.settings,
            "bind": f"127.0.0.1:{self.port}",
            "workers": str(WORKERS),
            "worker-class": "sync",
            "threads": "1",
            "max-requests": "0",
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *(f"--{k}={v}" for k, v in options.items()), self.target],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - begun > START_SECONDS:
                self.stop()
                raise ServerFault(f"{self.target} does not answer:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.005)
        seconds = time.perf_counter() - begun
        everybody = (self._process.pid, *self.workers())
        self.start_processor = sum(_processor_ticks(process) for process in everybody) / TICKS_PER_SECOND
        return seconds

    def stop(self) -> None:
        """End the master, and after a while whatever is left of its own process group."""
        if (process := self._process) is None:
            return
        self._process, self._workers = None, ()
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def workers(self) -> tuple[int, ...]:
        """The workers' process ids; a worker that was replaced makes every figure doubtful."""
        assert self._process is not None, "not started"
        children = _children(self._process.pid)
        for _ in range(200):
            if len(children) == WORKERS:
                break
            time.sleep(0.01)
            children = _children(self._process.pid)
        if len(children) != WORKERS or (self._workers and children != self._workers):
            raise ServerFault(f"{self.target} has workers {children}, had {self._workers}, see {self.log}")
        self._workers = children
        return children

    def processor_seconds(self) -> float:
        """User and system time of the workers since their start."""
        return sum(_processor_ticks(worker) for worker in self.workers()) / TICKS_PER_SECOND

    def memory_mb(self) -> dict[str, float]:
        """The largest worker's resident and proportional memory (shared pages divided)."""
        sizes = [_memory_kb(worker) for worker in self.workers()]
        return {name: max(size[name] for size in sizes) / 1024 for name in ("Rss", "Pss")}

    def _answers(self) -> bool:
        connection = Connection(self.port)
        try:
            return connection.send(build("GET", self.ready_path)).status == 200
        except (OSError, NoAnswer, ValueError):  # a socket may connect to itself while the port is still free
            return False
        finally:
            connection.close()


def _stat(process: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on; the second may hold spaces."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _children(parent: int) -> tuple[int, ...]:
    children = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int(_stat(int(entry.name))[1]) == parent:
                    children.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended while we looked
    return tuple(sorted(children))


def _processor_ticks(process: int) -> int:
    user, system = _stat(process)[11:13]
    return int(user) + int(system)


def _memory_kb(process: int) -> dict[str, int]:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
