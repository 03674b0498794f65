"""`flask --app app demo`: fill an empty database with the plan, through the services."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from demo import history, plan, programme, settling
from demo.timeline import Timeline
from demo.world import PASSWORD, World
from volunteer.audit import service as audit
from volunteer.core import clock, installation
from volunteer.core.database import db
from volunteer.core.transaction import reading, transaction
from volunteer.ledger import seals
from volunteer.people.models import Person
from volunteer.people.sessions import hash_password


def run(size, if_empty):
    now = clock.now()
    the_plan = plan.build(size, clock.today())
    world = World(the_plan, programme.build(the_plan, now), now, hash_password(PASSWORD))
    timeline = Timeline()
    settling.add(timeline, world); history.add(timeline, world)
    with transaction():
        installation.note("demo", "loading")
    import time
    t=time.time()
    done=[0]
    def prog(n):
        done[0]+=n
        if done[0]%500==0: print(done[0], len(timeline), round(time.time()-t,1), flush=True)
    timeline.play(world, progress=prog)
    print("played", time.time()-t)
    with transaction():
        print(seals.seal_days(), audit.seal(clock.now()))
    print("sealed", time.time()-t)
