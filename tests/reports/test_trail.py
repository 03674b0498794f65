"""`check-audit` finds a log that was cut off, computed anew or emptied by whoever can write the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from volunteer.audit import anchors
from volunteer.audit import service as audit
from volunteer.audit.models import AuditEntry, AuditSeal
from volunteer.core import clock
from volunteer.core.database import db as database
from volunteer.jobs import tasks
from volunteer.ledger import triggers
from volunteer.reports import trail

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def file(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(app.config, "ERASURE_JOURNAL", str(tmp_path / "apart" / "erasures.jsonl"))
    return anchors.path()


@pytest.fixture
def sealed(db: Any, file: Path) -> Path:
    """Three seals, remembered by the file, and somebody who is registered."""
    make.person()
    for hours in (3, 2, 1):
        _seal_one(clock.now() - hours * HOUR)
    assert trail.check().faults == []
    return file


def _seal_one(moment: dt.datetime) -> None:
    with clock.fixed(moment):
        audit.record(actor_id=None, act="tested", kind="test")
        database.session.commit()
    with clock.fixed(moment + HOUR / 2):
        assert tasks.seal_audit() == 1


def _without_triggers() -> None:
    """What whoever can write the database can do."""
    dialect = database.engine.dialect.name
    for table in ("audit_entry", "audit_seal"):
        for statement in triggers.drop_append_only(table, dialect):
            database.session.execute(sa.text(statement))


def _delete_after(seal_id: int, entry_id: int) -> None:
    _without_triggers()
    database.session.execute(sa.delete(AuditSeal).where(AuditSeal.id > seal_id))
    database.session.execute(sa.delete(AuditEntry).where(AuditEntry.id > entry_id))
    database.session.commit()


def _cut_tail() -> None:
    first = database.session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id)).first()
    assert first is not None
    _delete_after(first.id, first.last_id)


def _cut_tail_and_go_on() -> None:
    """The next seals may get the numbers of those that are gone."""
    _cut_tail()
    _seal_one(clock.now() + HOUR)


def _empty() -> None:
    _delete_after(0, 0)


def _compute_anew() -> None:
    """Change an entry and all seals behind it, digests and all."""
    _without_triggers()
    database.session.execute(sa.update(AuditEntry).values(act="other"))
    database.session.execute(sa.delete(AuditSeal))
    database.session.commit()
    audit.seal(clock.now())
    database.session.commit()


ATTACKS: dict[str, Callable[[], None]] = {
    "the end is cut off": _cut_tail,
    "the end is cut off, and the log goes on": _cut_tail_and_go_on,
    "all is gone": _empty,
    "the chain is computed anew": _compute_anew,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_file_shows_what_the_chain_does_not(sealed: Path, attack: str) -> None:
    ATTACKS[attack]()
    assert trail.check().faults != []


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack != "all is gone"])
def test_without_the_file_nobody_would_see_it(sealed: Path, attack: str) -> None:
    """The control: it is the file that shows it."""
    ATTACKS[attack]()
    sealed.unlink()
    assert trail.check().faults == []


def test_an_empty_log_is_a_fault_where_people_are_registered(db: Any, file: Path) -> None:
    assert trail.check().faults == []
    make.person()
    assert trail.check().faults == ["the log is empty, although people are registered"]


def test_what_was_not_written_yet_is_written_the_next_time(sealed: Path, monkeypatch: Any) -> None:
    def crash(lines: Any) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(anchors, "append", crash)
        with pytest.raises(OSError):
            _seal_one(clock.now() + HOUR)
    assert len(anchors.known()) == 3
    tasks.seal_audit()
    assert len(anchors.known()) == 4
    assert trail.check().faults == []


def test_a_line_cut_off_by_a_power_cut_is_written_again(sealed: Path) -> None:
    whole = sealed.read_text()
    sealed.write_text(whole[:-30])
    assert len(anchors.known()) == 2
    tasks.seal_audit()
    assert len(anchors.known()) == 3
    assert trail.check().faults == []


def test_after_a_restore_the_file_goes_on_where_the_backup_ended(sealed: Path) -> None:
    _cut_tail()
    anchors.begin(at=audit.last_seal_id())
    assert trail.check().faults == []
    _seal_one(clock.now() + HOUR)
    assert len(anchors.known()) == 2
    assert trail.check().faults == []


def test_a_place_without_a_file_needs_no_beginning(file: Path) -> None:
    anchors.begin(at=0)
    assert not file.exists()


def test_only_the_owner_reads_the_file(sealed: Path) -> None:
    assert sealed.stat().st_mode & 0o077 == 0
