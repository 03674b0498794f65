"""The erasure journal: a file outside of the database, so that a restored backup forgets again (R146).

A line holds the person's id, when, and a mark of the record (a digest of number and time of
registration), nothing personal. The mark keeps a later person who was given the same id, after a
backup was restored, from being erased for the earlier one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from volunteer.core import clock
from volunteer.core.database import db
from volunteer.people.models import Person
from volunteer.privacy.models import Erasure
from volunteer.privacy.service.erasing import erase

BATCH = 500


@dataclass(frozen=True)
class Line:
    """One erasure as the file remembers it."""

    person_id: int
    mark: str
    erased_at: dt.datetime


def path() -> Path:
    return Path(current_app.config["ERASURE_JOURNAL"])


def missing() -> list[Line]:
    """Erasures that have not reached the file yet, oldest first."""
    rows = db.session.execute(
        sa.select(Erasure.person_id, Erasure.erased_at, Person.number, Person.registered_at)
        .join(Person, Person.id == Erasure.person_id)
        .where(Erasure.journalled_at.is_(None))
        .order_by(Erasure.erased_at, Erasure.person_id)
        .limit(BATCH)
    )
    return [Line(row.person_id, _mark(row.number, row.registered_at), row.erased_at) for row in rows]


def append(lines: Iterable[Line]) -> None:
    """Write lines and wait until they are on the disk."""
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(
        json.dumps({"person": line.person_id, "mark": line.mark, "erased_at": line.erased_at.isoformat()})
        + "\n"
        for line in lines
    )
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def note_written(person_ids: list[int]) -> None:
    """After `append`; a crash in between writes the line twice, which does no harm."""
    db.session.execute(
        sa.update(Erasure)
        .where(Erasure.person_id.in_(person_ids))
        .values(journalled_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def read(file: Path) -> Iterator[Line]:
    """The lines of a journal; a last one that was cut off by a power cut is left out."""
    for text in file.read_text("utf-8").splitlines():
        try:
            values = json.loads(text)
            yield Line(values["person"], values["mark"], dt.datetime.fromisoformat(values["erased_at"]))
        except (ValueError, KeyError, TypeError):
            continue


def reapply(line: Line) -> bool:
    """Erase again who came back with a backup; False when there is nothing to do. In a transaction of its own."""
    person = db.session.get(Person, line.person_id)
    if person is None or _mark(person.number, person.registered_at) != line.mark:
        return False
    if not erase(line.person_id, by=None, at=line.erased_at):
        return False
    note_written([line.person_id])
    return True


def reapply_erasures(file: Path | None = None) -> int:
    """Erase everybody in the journal again, in the caller's transaction; returns how many had come back."""
    file = file or path()
    return sum(reapply(line) for line in read(file)) if file.exists() else 0


def _mark(number: str, registered_at: dt.datetime) -> str:
    text = f"{number}|{registered_at.astimezone(dt.UTC).isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
