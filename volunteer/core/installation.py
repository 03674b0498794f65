"""What this installation is, kept in its own database: above all whether its people are invented."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Model, db, insert

DEMO = "demo"
LOADING, COMPLETE = "loading", "complete"  # values of DEMO
_ASKED = "linli_installation"


class Installation(Model):
    """One fact about the installation."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(200))


def note(name: str, value: str) -> None:
    """Keep a fact; a later value replaces it."""
    statement = insert(Installation).values(name=name, value=value)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    db.session.execute(statement)


def fact(name: str) -> str | None:
    return db.session.scalar(sa.select(Installation.value).where(Installation.name == name))


def learn() -> None:
    """Once per process, at its first request: a demo database is one, whatever the environment says."""
    app = current_app
    if _ASKED not in app.extensions:
        app.config["DEMO"] = app.config["DEMO"] or fact(DEMO) is not None
        app.extensions[_ASKED] = True


def demo_faults(connection: sa.Connection) -> list[str]:
    """For `core/selfcheck.py`: invented people and open passwords are no place for real ones."""
    if not sa.inspect(connection).has_table(Installation.__tablename__):
        return []
    is_demo = connection.scalar(sa.select(Installation.name).where(Installation.name == DEMO)) is not None
    return ["the database holds the invented people of the demo"] if is_demo else []
