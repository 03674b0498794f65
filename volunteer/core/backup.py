"""Backups: one archive with the database as of one moment, the uploaded files and a list of digests (R151).

The archive is not encrypted: phones, names and addresses in it are (DATA_KEY is
not part of it), all else is as readable as the database. Restoring goes only
into an empty place; what stands there is never overwritten.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.core import clock, migrations
from volunteer.core.database import db, is_sqlite

SQLITE, POSTGRESQL = "database.sqlite3", "database.dump"
LIST = "list.json"


class BackupFault(Exception):
    """The archive cannot be made, is damaged, or the place to restore into is not empty; said in words."""


@dataclass(frozen=True)
class Done:
    """What was written or restored."""

    archive: Path
    migration: str
    files: int


def write(archive: Path) -> Done:
    """Write a backup while people go on working; refuses to overwrite a file."""
    if archive.exists():
        raise BackupFault(f"{archive} exists already")
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        place = Path(folder)
        _copy_sqlite(place / SQLITE) if is_sqlite() else _dump_postgresql(place / POSTGRESQL)
        _copy_files(place / "files")
        with db.engine.connect() as connection:
            migration = migrations.present(connection) or ""
        digests = {str(path.relative_to(place)): _digest(path) for path in _each(place)}
        contents = {"made_at": clock.now().isoformat(), "migration": migration, "digests": digests}
        (place / LIST).write_text(json.dumps(contents, indent=1, sort_keys=True), "utf-8")
        unfinished = place / "archive"
        with tarfile.open(unfinished, "w") as tar:
            for path in [*_each(place / "files"), *(place / n for n in (SQLITE, POSTGRESQL, LIST))]:
                if path.exists():
                    tar.add(path, arcname=str(path.relative_to(place)))
        _sync(unfinished)
        unfinished.chmod(0o600)
        unfinished.rename(archive)
    return Done(archive, migration, len(digests) - 1)


def _copy_files(place: Path) -> None:
    """All uploaded files; one that an erasure takes away meanwhile is left out."""

    def copy(source: str, target: str) -> str:
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(source, target)
        return target

    if _files().is_dir():
        shutil.copytree(_files(), place, copy_function=copy)
    else:
        place.mkdir()


def restore(archive: Path) -> Done:
    """Put a backup into an empty database and an empty folder of files; every digest is compared first."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with tarfile.open(archive) as tar:
            tar.extractall(place, filter="data")
        contents = _checked(place)
        if _files().is_dir() and any(_files().iterdir()):
            raise BackupFault(f"{_files()} is not empty")
        _fill_sqlite(place / SQLITE) if is_sqlite() else _fill_postgresql(place / POSTGRESQL)
        for path in _each(place / "files"):
            target = _files() / path.relative_to(place / "files")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(path, target)
            target.chmod(0o600)
        return Done(archive, contents["migration"], len(contents["digests"]) - 1)


def _checked(place: Path) -> dict[str, Any]:
    try:
        contents: dict[str, Any] = json.loads((place / LIST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BackupFault("this is no backup of ours: its list is missing") from error
    for name, digest in contents["digests"].items():
        if not (place / name).is_file() or _digest(place / name) != digest:
            raise BackupFault(f"the archive is damaged: {name}")
    return contents


def _copy_sqlite(target: Path) -> None:
    """SQLite's own online copy: consistent while others write, unlike a copy of the file."""
    closing = contextlib.closing
    with closing(sqlite3.connect(_sqlite_path())) as source, closing(sqlite3.connect(target)) as to:
        source.backup(to)
        if to.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupFault("the copy does not pass the database's own check")


def _fill_sqlite(source: Path) -> None:
    target = Path(_sqlite_path())
    if not source.is_file():
        raise BackupFault("this backup is of a PostgreSQL database")
    if target.exists() and target.stat().st_size > 0:
        raise BackupFault(f"{target} exists already; move it away first, with -wal and -shm beside it")
    db.engine.dispose()
    shutil.copyfile(source, target)
    _sync(target)


def _dump_postgresql(target: Path) -> None:
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", _address()])


def _fill_postgresql(source: Path) -> None:
    if not source.is_file():
        raise BackupFault("this backup is of an SQLite database")
    if sa.inspect(db.engine).get_table_names():
        raise BackupFault("the database is not empty")
    db.engine.dispose()
    _run(
        [
            "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            f"--dbname={_address()}", str(source),
        ]
    )  # fmt: skip


def _run(command: list[str]) -> None:
    """The password goes by environment, not by command line, where every user of the machine could read it."""
    url = sa.make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BackupFault(f"{command[0]} is not installed") from error
    if done.returncode != 0:
        raise BackupFault(f"{command[0]}: {done.stderr.strip().splitlines()[-1:]}")


def _address() -> str:
    url = sa.make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _sqlite_path() -> str:
    return str(current_app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")


def _files() -> Path:
    return Path(current_app.config["FILES_DIR"])


def _each(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
