"""A PostgreSQL server of our own for the tests: on a free port, in a throw-away folder, ended afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_OPTIONS = "-c fsync=off -c full_page_writes=off -c max_connections=120 -c lc_messages=C -c timezone=UTC"


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, or None when no server is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).parent if on_path else None


def _run(command: list[str]) -> None:
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(options: str = _OPTIONS) -> Iterator[str]:
    """Start a server and give its address without a database name ('postgresql://…:port')."""
    tools = binaries()
    assert tools is not None, "PostgreSQL is not installed"
    folder = Path(tempfile.mkdtemp(prefix="linli-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    port = free_port()
    data = folder / "data"
    try:
        _run(
            [str(tools / "initdb"), "-D", str(data), "-U", "linli", "-A", "trust", "-E", "UTF8", "--locale=C"]
        )
        arguments = f"-p {port} -k {folder} -h 127.0.0.1 {options}"
        _run(
            [
                str(tools / "pg_ctl"),
                "-D",
                str(data),
                "-w",
                "-l",
                str(folder / "log"),
                "-o",
                arguments,
                "start",
            ]
        )
        yield f"postgresql://linli@127.0.0.1:{port}"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _run([str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"])
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)
