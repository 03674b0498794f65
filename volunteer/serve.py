"""`python app.py`: pages and scheduler in one process tree, for one community on one machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

from flask import Flask

from volunteer.core.logs import say


def serve(app: Flask) -> None:
    """Run gunicorn and, if the settings say so, the scheduler; both end with this process."""
    address = os.environ.get("BIND", "127.0.0.1:5000")
    children = [
        _start([sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", address, "app:app"])
    ]
    if app.config["SCHEDULER"]:
        children.append(_start([sys.executable, "-m", "flask", "--app", "app", "scheduler"]))
    say(f"邻里时间 Linli: http://{address}   (Ctrl-C ends it)")

    def stop(number: int, frame: FrameType | None) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = children[0].wait()
    for child in children[1:]:
        child.terminate()
        child.wait(timeout=30)
    raise SystemExit(0 if code in {0, -signal.SIGTERM} else code)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child in its own session: Ctrl-C reaches it through us, once."""
    return subprocess.Popen(command, start_new_session=True)
