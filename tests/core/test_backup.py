"""Backups are made while people work, and a restored one has the same balances (R151)."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import SECRET, create_database
from volunteer import create_app
from volunteer.core import backup, crypto
from volunteer.core.database import db
from volunteer.core.transaction import reading
from volunteer.ledger import check as books
from volunteer.ledger.models import Account, Transfer


def house(url: str, folder: Path) -> Any:
    return create_app(
        {"DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR", "FILES_DIR": str(folder)}
    )


@pytest.fixture
def empty_url(database_kind, request, tmp_path) -> str:
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    server = request.getfixturevalue("postgres_server")
    name = f"restored_{crypto.letters(8).lower()}"
    create_database(server, name)
    return f"{server}/{name}"


def state() -> tuple[Any, ...]:
    with reading():
        transfers = [tuple(row) for row in db.session.execute(sa.select(Transfer.__table__).order_by("id"))]
        accounts = db.session.scalar(sa.select(sa.func.count()).select_from(Account))
        return transfers, accounts, books.book_totals(), books.check().faults


@pytest.fixture
def backed_up(fresh_url, tmp_path) -> tuple[Path, Any]:
    """A backup of a house with two people with points and one uploaded file."""
    files = tmp_path / "files"
    (files / "ab").mkdir(parents=True)
    (files / "ab" / "cdef").write_bytes(b"sealed")
    app = house(fresh_url, files)
    with app.app_context():
        for amount in (120, 35):
            make.points(make.person(), amount)
        before = state()
        backup.write(tmp_path / "backup.tar")
        db.session.remove()
        db.engine.dispose()
    return tmp_path / "backup.tar", before


def test_a_restored_backup_has_every_transfer_balance_and_file(backed_up, empty_url, tmp_path):
    archive, before = backed_up
    app = house(empty_url, tmp_path / "restored-files")
    with app.app_context():
        done = backup.restore(archive)
        assert state() == before
        assert done.files == 1
        assert before[0]
        db.session.remove()
        db.engine.dispose()
    assert (tmp_path / "restored-files" / "ab" / "cdef").read_bytes() == b"sealed"


def test_a_database_that_is_not_empty_is_never_overwritten(backed_up, fresh_url, tmp_path):
    archive, before = backed_up
    with house(fresh_url, tmp_path / "elsewhere").app_context():
        with pytest.raises(backup.BackupFault, match=r"exists already|not empty"):
            backup.restore(archive)
        assert state() == before
        db.session.remove()
        db.engine.dispose()


def test_a_damaged_archive_is_refused_before_anything_is_written(backed_up, empty_url, tmp_path):
    archive, _ = backed_up
    folder = tmp_path / "taken-apart"
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (folder / "files" / "ab" / "cdef").write_bytes(b"forged")
    with tarfile.open(tmp_path / "forged.tar", "w") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                tar.add(path, arcname=str(path.relative_to(folder)))
    with house(empty_url, tmp_path / "restored-files").app_context():
        with pytest.raises(backup.BackupFault, match="damaged"):
            backup.restore(tmp_path / "forged.tar")
        assert not (tmp_path / "restored-files").exists()
        db.engine.dispose()


def test_an_existing_archive_is_not_overwritten(backed_up, fresh_url, tmp_path):
    archive, _ = backed_up
    content = archive.read_bytes()
    with house(fresh_url, tmp_path / "files").app_context():
        with pytest.raises(backup.BackupFault, match="exists already"):
            backup.write(archive)
        db.engine.dispose()
    assert archive.read_bytes() == content


def test_the_archive_is_readable_by_the_owner_alone(backed_up):
    archive, _ = backed_up
    assert archive.stat().st_mode & 0o077 == 0


def test_a_plain_copy_of_a_live_database_may_miss_what_is_committed(database_kind, fresh_url, tmp_path):
    """The control: what stands in the write-ahead log is not in the file that `cp` takes."""
    if database_kind != "sqlite":
        pytest.skip("the trap of SQLite's files")
    with house(fresh_url, tmp_path / "files").app_context():
        make.points(make.person(), 50)
        with reading():
            count = db.session.scalar(sa.select(sa.func.count()).select_from(Transfer))
        source = Path(fresh_url.removeprefix("sqlite:///"))
        (tmp_path / "cp.sqlite3").write_bytes(source.read_bytes())
        copied = sqlite3.connect(tmp_path / "cp.sqlite3")
        found = copied.execute("SELECT count(*) FROM transfer").fetchone()[0]
        copied.close()
        assert found < count
        backup.write(tmp_path / "right.tar")
        with tarfile.open(tmp_path / "right.tar") as tar:
            tar.extract("database.sqlite3", tmp_path, filter="data")
        right = sqlite3.connect(tmp_path / "database.sqlite3")
        assert right.execute("SELECT count(*) FROM transfer").fetchone()[0] == count
        right.close()
        db.session.remove()
        db.engine.dispose()


def test_a_file_that_is_erased_meanwhile_does_not_end_the_backup(fresh_url, tmp_path, monkeypatch):
    files = tmp_path / "files"
    (files / "ab").mkdir(parents=True)
    for name in ("first", "second"):
        (files / "ab" / name).write_bytes(b"sealed")
    real = shutil.copy2

    def copy(source, target, **more):
        (files / "ab" / "second").unlink(missing_ok=True)
        (files / "ab" / "first").unlink(missing_ok=True)
        return real(source, target, **more)

    monkeypatch.setattr(shutil, "copy2", copy)
    with house(fresh_url, files).app_context():
        assert backup.write(tmp_path / "backup.tar").files == 0  # and no more than that
        db.engine.dispose()
