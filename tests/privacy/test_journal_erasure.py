"""A restored backup forgets again whom it had not forgotten yet."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import SECRET
from tests.privacy.canaries import VALUES, found_in_tables, planted
from volunteer import create_app
from volunteer.core import clock, transaction
from volunteer.core.database import db as database
from volunteer.jobs import tasks
from volunteer.people.models import Person
from volunteer.privacy import service
from volunteer.privacy.models import Erasure
from volunteer.privacy.service import journal


@pytest.fixture
def file(app, tmp_path, monkeypatch) -> Path:
    path = tmp_path / "apart" / "erasures.jsonl"
    monkeypatch.setitem(app.config, "ERASURE_JOURNAL", str(path))
    return path


def _erased() -> Person:
    person = planted()
    service.erase(person.id, by=None)
    database.session.commit()
    return person


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_the_job_writes_each_erasure_once(file):
    person = _erased()
    assert tasks.journal_erasures() == 1
    assert tasks.journal_erasures() == 0
    assert [line["person"] for line in _lines(file)] == [person.id]
    assert database.session.get_one(Erasure, person.id).journalled_at == clock.now()


def test_a_crash_between_file_and_mark_writes_a_line_twice_and_nothing_worse(file, monkeypatch):
    person = _erased()

    def crash(person_ids: list[int]) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(service, "note_written", crash)
        with pytest.raises(RuntimeError):
            tasks.journal_erasures()
    assert tasks.journal_erasures() == 1
    assert [line["person"] for line in _lines(file)] == [person.id] * 2
    assert service.reapply_erasures() == 0


def test_the_file_holds_ids_alone(file):
    _erased()
    tasks.journal_erasures()
    text = file.read_text()
    assert not [value for value in VALUES.values() if value in text]
    assert set(_lines(file)[0]) == {"person", "mark", "erased_at"}
    assert file.stat().st_mode & 0o077 == 0


def test_a_line_cut_off_by_a_power_cut_is_left_out(file):
    _erased()
    tasks.journal_erasures()
    file.write_text(file.read_text() + '{"person": 7, "ma')
    assert len(list(journal.read(file))) == 1


def test_nobody_else_is_erased_who_was_given_the_same_id(file):
    """After an old backup was restored ids are given out again; the mark tells the people apart."""
    person = make.person()
    line = journal.Line(person.id, "another-mark", clock.now())
    assert not service.reapply(line)
    assert database.session.get_one(Person, person.id).name == "陈小明"


def test_a_journal_that_is_not_there_is_an_empty_one(file):
    assert service.reapply_erasures() == 0


def test_after_a_restore_the_values_are_gone_again(fresh_url, database_kind, tmp_path):
    """Backup, erase, restore the backup, apply the journal: nothing planted is left, and again changes nothing."""
    if database_kind != "sqlite":
        pytest.skip("the copy of a file is the backup here; PostgreSQL restores through tests of the backup")
    original = Path(fresh_url.removeprefix("sqlite:///"))
    app = create_app(
        {
            "DATABASE_URL": fresh_url,
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "ERROR",
            "ERASURE_JOURNAL": str(tmp_path / "erasures.jsonl"),
        }
    )
    with app.app_context():
        with transaction.transaction():
            person_id = planted().id
        _close()
        backup = shutil.copy(original, tmp_path / "backup.sqlite3")
        with transaction.transaction():
            service.erase(person_id, by=None)
        tasks.journal_erasures()
        _close()
        shutil.copy(backup, original)
        assert set(found_in_tables()) == set(VALUES)
        _close()
        runner = app.test_cli_runner()
        assert "1 erased again" in runner.invoke(args=["reapply-erasures"]).output
        assert found_in_tables() == {}
        assert _erasures() == [(person_id, clock.now())]
        _close()
        assert "0 erased again" in runner.invoke(args=["reapply-erasures"]).output
        _close()


def _close() -> None:
    """As if everything were stopped: no connection, nothing waiting in the write-ahead log."""
    database.session.remove()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()


def _erasures() -> list[tuple[int, dt.datetime]]:
    rows = database.session.execute(sa.select(Erasure.person_id, Erasure.erased_at))
    return [(row.person_id, row.erased_at) for row in rows]
