"""`make run`: bring the database up to date, load the demo when it is empty, serve.

A database that somebody began without the demo is served as it is.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from flask import Flask
from rich.console import Console

from demo import load, signins
from volunteer import ROOT, create_app
from volunteer.core import installation, migrations
from volunteer.core.database import db, is_sqlite
from volunteer.core.transaction import reading
from volunteer.serve import serve


def main() -> None:
    os.chdir(ROOT)
    app = create_app()
    logging.getLogger("alembic").setLevel("WARNING")
    with app.app_context():
        try:
            is_demo = prepare(app, Console())
        except KeyboardInterrupt:
            raise SystemExit("Interrupted: the next start begins again.") from None
        db.engine.dispose()
    if is_demo:
        os.environ["DEMO"] = "1"  # for the processes that serve; the database says so as well
    serve(app)


def prepare(app: Flask, console: Console) -> bool:
    """Migrations and demo data where they are missing; prints the sign-ins. False when it is no demo."""
    _migrate()
    if _state() == installation.LOADING:
        _begin_again(app, console)
    if _is_empty():
        console.print("The database is empty. Loading invented people of a real sub-district, once.")
        load.load(os.environ.get("LINLI_DEMO_SIZE", "full"), console)
    if _state() != installation.COMPLETE:
        console.print("This database is not a demo: sign in with your own account.")
        return False
    with reading():
        signins.show(console)
    return True


def _migrate() -> None:
    """Run the migrations only if the schema is behind: comparing two numbers is quick."""
    with reading():
        present = migrations.present(db.session.connection())
    if present != migrations.latest():
        migrations.upgrade()


def _state() -> str | None:
    with reading():
        return installation.fact(installation.DEMO)


def _is_empty() -> bool:
    with reading():
        return not load.has_people()


def _begin_again(app: Flask, console: Console) -> None:
    """A load that was interrupted leaves half a demo, of which nothing is worth keeping."""
    if not is_sqlite():
        raise SystemExit("Loading the demo was interrupted: drop this database and create it anew.")
    console.print("Loading the demo was interrupted the last time: beginning again.")
    db.session.remove()
    db.engine.dispose()
    file = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    for ending in ("", "-wal", "-shm"):
        Path(file + ending).unlink(missing_ok=True)
    _migrate()


if __name__ == "__main__":
    main()
