"""Programs that the proofs start several times at once and kill: `python -m tests.faults.worker <which>`.

They are the product's own jobs with shorter pauses; settings come from the environment.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import time

from volunteer import create_app
from volunteer.core import clock
from volunteer.jobs import lease, schedule, tasks
from volunteer.jobs.addresses import recipients
from volunteer.outbox import dispatch, kinds

TEST_KIND = "proof_note"
kinds.register(TEST_KIND, subject="第 %(number)s 条", body="这是第 %(number)s 条消息。")


def send_for_ever() -> None:
    """A dispatcher that never waits long, until it is killed."""
    dispatch.LEASE = dt.timedelta(seconds=float(os.environ["LEASE_SECONDS"]))
    dispatch._pause = lambda attempts: dt.timedelta(seconds=random.uniform(0.1, 0.4))
    app = create_app()
    with app.app_context():
        while True:
            dispatch.send_due(recipients)
            time.sleep(0.05)


def tick_for_a_while() -> None:
    """A scheduler that ticks at the moments it is told, all of them started at the same second."""
    app = create_app()
    owner = schedule.owner_name()
    if os.environ.get("NO_LEASE"):  # as if the lease had run out in the middle
        lease.hold = lambda owner: True
    if os.environ.get("ONLY"):
        tasks.EVERY_MINUTE = tuple(pair for pair in tasks.EVERY_MINUTE if pair[0] == os.environ["ONLY"])
    time.sleep(max(0.0, float(os.environ["START_AT"]) - time.time()))
    for moment in os.environ["MOMENTS"].split(","):
        with clock.fixed(dt.datetime.fromisoformat(moment)):
            done = schedule.tick(app, owner)
        print("idle" if done is None else done, flush=True)


if __name__ == "__main__":
    {"send": send_for_ever, "tick": tick_for_a_while}[sys.argv[1]]()
