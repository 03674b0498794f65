"""Start the programs of worker.py, end them by process id, and count what became of the messages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import sqlalchemy as sa

from tests.conftest import SECRET
from tests.faults.server import ROOT
from volunteer.core.database import db
from volunteer.outbox.models import EMAIL, Message

PATIENCE = 90.0


def start(which: str, url: str, **environment: str) -> subprocess.Popen[str]:
    surroundings = {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "LOG_LEVEL": "CRITICAL",
        "SMTP_HOST": "",
        **environment,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker", which],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    """kill -9, unless it has ended by itself."""
    process.kill()
    process.communicate()


def states(channel: str = EMAIL) -> Counter[str]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Message.state, sa.func.count()).where(Message.channel == channel).group_by(Message.state)
    )
    counted: Counter[str] = Counter({state: int(count) for state, count in rows})
    db.session.remove()
    return counted
