"""`python app.py`: pages and scheduler in one process tree, for one community on one machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask

from volunteer.core.logs import say

LOOK_EVERY = 0.5  # seconds
PAUSE = 5.0  # before a scheduler that died is started again: it may die at once, again and again
log = structlog.get_logger()


def serve(app: Flask) -> None:
    """Run gunicorn and, if the settings say so, the scheduler; both end with this process."""
    address = os.environ.get("BIND", "127.0.0.1:5000")
    house = _House(
        pages=_start("gunicorn", "-c", "gunicorn.conf.py", "-b", address, "app:app"),
        scheduler=_start_scheduler() if app.config["SCHEDULER"] else None,
    )
    say(f"邻里时间 Linli: http://{address}   (Ctrl-C ends it)")
    signal.signal(signal.SIGTERM, house.stop)
    signal.signal(signal.SIGINT, house.stop)
    code = house.watch()
    raise SystemExit(0 if code in {0, -signal.SIGTERM} else code)


@dataclass
class _House:
    """The pages, and the scheduler beside them, if any."""

    pages: subprocess.Popen[bytes]
    scheduler: subprocess.Popen[bytes] | None
    is_stopping: bool = False

    def stop(self, *_: Any) -> None:
        self.is_stopping = True
        for child in (self.pages, self.scheduler):
            if child is not None:
                child.terminate()

    def watch(self) -> int:
        """Until the pages end, with which code; a scheduler that dies before is started again."""
        while (code := self.pages.poll()) is None:
            self._mend()
            time.sleep(LOOK_EVERY)
        if self.scheduler is not None:
            self.scheduler.terminate()
            self.scheduler.wait(timeout=30)
        return code

    def _mend(self) -> None:
        if self.scheduler is None or self.is_stopping or (code := self.scheduler.poll()) is None:
            return
        log.error("the scheduler has ended and is started again", code=code)
        time.sleep(PAUSE)
        if not self.is_stopping:
            self.scheduler = _start_scheduler()


def _start_scheduler() -> subprocess.Popen[bytes]:
    return _start("flask", "--app", "app", "scheduler")


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A child in its own session: Ctrl-C reaches it through us, once."""
    return subprocess.Popen([sys.executable, "-m", module, *arguments], start_new_session=True)
