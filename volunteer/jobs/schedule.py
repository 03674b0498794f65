"""The schedule: a few jobs every minute, each reconciling from the tables.

What is due is derived, never remembered: a day of downtime, a double start or
a jump of the clock needs no special code. A lease keeps a second scheduler idle.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from typing import Any

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.jobs import lease, tasks

log = structlog.get_logger()
EVERY_SECONDS = 60


def owner_name() -> str:
    """Who we are in the lease row; new for every process."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:80]


def tick(app: Flask, owner: str) -> dict[str, int] | None:
    """One round of all jobs; None while another scheduler holds the lease."""
    with app.app_context():
        if not lease.hold(owner):
            return None
        done: dict[str, int] = {}
        for name, task in tasks.EVERY_MINUTE:
            done[name] = _run(name, task)
            if not lease.hold(owner):  # a long job may have outlived it
                break
        return done


def _run(name: str, task: tasks.Task) -> int:
    """Run one job; its failure is logged and never keeps the others from running."""
    try:
        with_context = task()
    except Exception:
        db.session.rollback()
        log.exception("job failed", job=name)
        return 0
    if with_context:
        log.info("job", job=name, count=with_context)
    return with_context


def run(app: Flask, *, stop: threading.Event | None = None) -> None:
    """Tick every minute until SIGTERM, SIGINT or `stop`; the first tick is now."""
    owner = owner_name()
    scheduler = BlockingScheduler(timezone="UTC")
    scheduler.add_job(
        tick,
        "interval",
        seconds=EVERY_SECONDS,
        args=(app, owner),
        next_run_time=clock.now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,  # the default of one second drops a late tick without a word
    )
    _stop_on_signals(scheduler)
    if stop is not None:
        threading.Thread(target=lambda: (stop.wait(), scheduler.shutdown(wait=False)), daemon=True).start()
    try:
        scheduler.start()
    finally:
        with app.app_context():
            lease.give_back(owner)


def _stop_on_signals(scheduler: Any) -> None:
    if threading.current_thread() is not threading.main_thread():
        return

    def stop(*_: Any) -> None:
        threading.Thread(target=scheduler.shutdown, kwargs={"wait": True}, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
