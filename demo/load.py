"""`flask --app app demo`: fill an empty database with the plan, through the product's own services."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo import (
    arrangements,
    doors,
    history,
    learning,
    neighbourhood,
    present,
    programme,
    recruiting,
    settling,
    shop,
    signins,
    together,
    wishes,
)
from demo.company import Company
from demo.timeline import Timeline
from demo.world import PASSWORD, World
from volunteer.audit import anchors
from volunteer.audit import service as audit
from volunteer.core import clock, installation, migrations
from volunteer.core.database import db
from volunteer.core.transaction import reading, transaction
from volunteer.ledger import seals
from volunteer.people.models import Person
from volunteer.people.sessions import hash_password

ELSEWHERE = "the demo wants an empty one: set DATABASE_URL to another, or remove it"


def run(*, size: str, if_empty: bool) -> None:
    """Load the demo of a size; a database that has people is refused, or left alone with `if_empty`."""
    console = Console()
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("PRODUCTION is on: invented people do not belong here")
    with reading():
        if migrations.present(db.session.connection()) != migrations.latest():
            raise click.ClickException("the schema is behind; run flask --app app db upgrade first")
        was_interrupted = installation.fact(installation.DEMO) == installation.LOADING
        is_taken = has_people()
    if was_interrupted:
        raise click.ClickException(f"an earlier load was interrupted in this database; {ELSEWHERE}")
    if is_taken and if_empty:
        console.print("nothing to do: the database has people already")
        return
    if is_taken:
        raise click.ClickException(f"the database has people already; {ELSEWHERE}")
    load(size, console)
    with reading():
        signins.show(console)


def load(size: str, console: Console) -> World:
    """Load the demo into an empty database; until the end it is marked as being loaded."""
    now = clock.now()
    the_plan = neighbourhood.build(size, clock.today())
    world = World(the_plan, programme.build(the_plan, now), now, hash_password(PASSWORD))
    timeline = _timeline(world)
    with transaction():
        installation.note(installation.DEMO, installation.LOADING)
    anchors.begin(at=0)
    with _progress(console) as progress:
        task = progress.add_task("邻里时间 · demo", total=len(timeline) + 1)
        timeline.play(world, progress=lambda count: progress.advance(task, count))
        _seal(world)
        progress.advance(task)
    return world


def has_people() -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(Person.id > 0))))


def _timeline(world: World) -> Timeline:
    busiest, newest = signins.busiest(world.plan, world.programme), signins.newcomer(world.plan)
    timeline = Timeline()
    settling.add(timeline, world)
    history.add(timeline, world)
    shop.add(timeline, world, known_buyer=busiest)
    wishes.add(timeline, wishes.plan(world.plan, world.now))
    present.add(timeline, world, certified=busiest, newcomer=newest)
    learning.add(timeline, world, busiest=busiest)
    arrangements.add(timeline, world)
    company = Company(world.plan, world.programme, known=busiest)
    together.add(timeline, world, company)
    doors.add(timeline, world, company)
    recruiting.add(timeline, world, known=next(iter(present.without_team(world)), busiest))
    return timeline


def _seal(world: World) -> None:
    """Close the days of the books and the audit log; from now on the database says that it is a demo."""
    with transaction():
        seals.seal_days()
        audit.seal(clock.now())
        signins.keep(world)
        installation.note(installation.DEMO, installation.COMPLETE)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
