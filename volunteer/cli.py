"""The commands of `flask --app app …`."""

from __future__ import annotations

import datetime as dt
import getpass
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from volunteer.audit import anchors
from volunteer.audit import service as audit
from volunteer.core.checks import Check
from volunteer.core.errors import NotDone
from volunteer.core.transaction import reading, transaction
from volunteer.outbox import dispatch


def init(app: Flask) -> None:
    """Register all commands."""
    for command in (
        create_admin,
        set_rate,
        scheduler,
        send,
        outbox,
        check_books,
        check_audit,
        retain,
        backup,
        restore,
        reapply_erasures,
        demo,
    ):
        app.cli.add_command(command)


@click.command("create-admin")
@click.option("--name", prompt=True, help="name of the administrator")
@click.option("--phone", prompt=True, help="mobile phone, used to sign in")
@click.option("--area-name", default="街道", help="name of the sub-district, when there is none yet")
@click.option(
    "--password", default=None, help="asked for when not given; PASSWORD in the environment works too"
)
def create_admin(name: str, phone: str, area_name: str, password: str | None) -> None:
    """Make the first system administrator (there are no default accounts)."""
    import os

    from volunteer.people import service as people
    from volunteer.people.sessions import hash_password

    secret = password or os.environ.get("PASSWORD") or getpass.getpass("Password: ")
    try:
        with reading():
            people.check_password(secret, phone=phone, name=name)
        hashed = hash_password(secret)
        with transaction():
            number = people.create_admin(name=name, phone=phone, password_hash=hashed, area_name=area_name)
    except NotDone as answer:
        raise click.ClickException(answer.message) from answer
    click.echo(f"{name}: {number}")


@click.command("set-rate")
@click.option("--points-per-hour", type=int, prompt=True, help="what an hour of service earns; 0: nothing")
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="first day; today when not given"
)
def set_rate(points_per_hour: int, valid_from: dt.datetime | None) -> None:
    """Say how many points an hour earns from a day on; staff of the sub-district have a page for it."""
    from volunteer.core import clock
    from volunteer.hours import service as hours

    try:
        with transaction():
            day = valid_from.date() if valid_from else clock.today()
            hours.set_rate(actor_id=None, points_per_hour=points_per_hour, valid_from=day)
    except NotDone as answer:
        raise click.ClickException(answer.message) from answer
    click.echo(f"{day}: {points_per_hour} points an hour")


@click.command("scheduler")
def scheduler() -> None:
    """Run the jobs, every minute, until ended; a second scheduler stays idle."""
    from volunteer.jobs import schedule

    schedule.run(_app())


@click.command("send")
def send() -> None:
    """Send what is due now, once."""
    from volunteer.jobs.addresses import recipients

    if not current_app.config["SMTP_HOST"]:
        raise click.ClickException("SMTP_HOST is not set")
    for state, count in sorted(dispatch.send_due(recipients).items()):
        click.echo(f"{state}: {count}")


@click.group("outbox")
def outbox() -> None:
    """Messages waiting to be sent."""


@outbox.command("status")
def outbox_status() -> None:
    """How many messages are in which state, by channel."""
    with reading():
        counts = dispatch.status()
    for (channel, state), count in sorted(counts.items()):
        click.echo(f"{channel:8} {state:10} {count}")
    if not counts:
        click.echo("no messages")


@outbox.command("retry")
def outbox_retry() -> None:
    """Send anew what failed or waits for the mail server, if it is still useful; say how many."""
    with transaction():
        count = dispatch.retry()
    click.echo(f"to be sent again: {count}")


@click.command("check-books")
def check_books() -> None:
    """Check accounts, transfers, sign-ups, records, orders and wishes; exit 1 on any fault."""
    from volunteer.reports import books

    with reading():
        result = books.check()
    _report(result)


@click.command("check-audit")
def check_audit() -> None:
    """Recompute the audit log's chain of seals, compare it with the file; exit 1 on any fault."""
    from volunteer.reports import trail

    with reading():
        result = trail.check()
    _report(result)


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="only count")
def retain(dry_run: bool) -> None:
    """Delete or empty what is older than its kind may grow; the scheduler does it every night."""
    from volunteer.core import clock
    from volunteer.jobs import retention as declared
    from volunteer.privacy.service import retention

    now = clock.now()
    with reading():
        due = retention.due(now)
    counts = due if dry_run else declared.run(due, now)
    for kind, count in counts.items():
        click.echo(f"{kind:20} {count}{' (dry run)' if dry_run else ''}")
    if failed := sorted(due.keys() - counts.keys()):
        raise click.ClickException(f"failed, see the log: {', '.join(failed)}")


@click.command("backup")
@click.argument("archive", type=click.Path(path_type=Path))
def backup(archive: Path) -> None:
    """Write database and uploaded files into one archive, while people go on working."""
    from volunteer.core import backup as backups

    try:
        done = backups.write(archive)
    except backups.BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{archive}: migration {done.migration}, {done.files} files")


@click.command("restore")
@click.argument("archive", type=click.Path(path_type=Path, exists=True))
def restore(archive: Path) -> None:
    """Put an archive into an empty place: up to date, the erased erased again, nobody signed in, all checked."""
    from volunteer.core import backup as backups
    from volunteer.core import migrations
    from volunteer.privacy import service as privacy
    from volunteer.reports import books
    from volunteer.safety import service as safety

    try:
        done = backups.restore(archive)
    except backups.BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{archive}: migration {done.migration}, {done.files} files")
    migrations.upgrade()
    with transaction():
        click.echo(f"{privacy.reapply_erasures()} erased again")
        click.echo(f"{safety.end_all_ways_in()} sign-ins ended")
    with reading():
        anchors.begin(at=audit.last_seal_id())
        result = books.check()
    _report(result)


@click.command("reapply-erasures")
@click.argument("journal", type=click.Path(path_type=Path, exists=True), required=False)
def reapply_erasures(journal: Path | None) -> None:
    """Erase everybody again who stands in the erasure journal; do it after restoring a backup by hand."""
    from volunteer.privacy import service as privacy

    with transaction():
        count = privacy.reapply_erasures(journal)
    click.echo(f"{count} erased again")


@click.command("demo")
@click.option("--size", type=click.Choice(["small", "full"]), default="full", help="one community or all 13")
@click.option("--if-empty", is_flag=True, help="do nothing when there are people already")
def demo(size: str, if_empty: bool) -> None:
    """Fill an empty database with the invented people of a real sub-district."""
    from demo import load

    load.run(size=size, if_empty=if_empty)


def _report(result: Check) -> None:
    for name, count in result.counts.items():
        click.echo(f"{name}: {count:,} checked")
    for fault in result.faults:
        click.echo(f"FAULT {fault}", err=True)
    click.echo(f"{len(result.faults)} faults")
    if result.faults:
        raise SystemExit(1)


def _app() -> Any:
    return current_app._get_current_object()  # type: ignore[attr-defined]
