"""A second memory of the seals: a file outside of the database, beside the erasure journal.

The chain of seals shows what was changed in the middle of the log, not that its end was cut off, nor a
chain that was computed anew. The file does: each seal's number and digest stand in it, a line each.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from volunteer.audit.models import AuditSeal
from volunteer.core import clock
from volunteer.core.database import db

SHOWN = 20
_TAIL = 4096  # bytes, in which the last whole line of the file stands


def path() -> Path:
    """One file for each database, named after it."""
    database = sa.make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    return Path(current_app.config["ERASURE_JOURNAL"]).with_name(f"audit-seals-{Path(database).stem}.jsonl")


def missing() -> list[dict[str, object]]:
    """A line for each seal after the last one in the file."""
    statement = sa.select(AuditSeal.id, AuditSeal.digest).where(AuditSeal.id > _last())
    return [{"seal": row.id, "digest": row.digest} for row in db.session.execute(statement.order_by("id"))]


def begin(*, at: int) -> None:
    """Where there is a file already: the log goes on behind this seal, in a restored or a new database."""
    if path().exists():
        append([{"begun": at, "at": clock.now().isoformat()}])


def append(lines: list[dict[str, object]]) -> None:
    """Write lines and wait until they are on the disk."""
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    is_cut_off = file.exists() and not _end_of(file).endswith(b"\n") and file.stat().st_size > 0
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write("\n" * is_cut_off + "".join(json.dumps(line) + "\n" for line in lines))
        out.flush()
        os.fsync(out.fileno())


def known() -> dict[int, str]:
    """The digests of the seals as the file remembers them."""
    digests: dict[int, str] = {}
    file = path()
    for line in _read(file.read_text("utf-8")) if file.exists() else ():
        if "begun" in line:
            digests = {seal: digest for seal, digest in digests.items() if seal <= line["begun"]}
        else:
            digests.setdefault(line["seal"], line["digest"])
    return digests


def compare(digests: Mapping[int, str]) -> list[str]:
    """Which seals of the file are not, or not so, among `digests`."""
    wrong = [seal for seal, digest in sorted(known().items()) if digests.get(seal) != digest]
    return [_fault(seal, is_there=seal in digests) for seal in wrong[:SHOWN]]


def _fault(seal: int, *, is_there: bool) -> str:
    what = "is another one" if is_there else "is gone"
    return f"seal {seal} {what}: {path().name} remembers it"


def _last() -> int:
    """The seal up to which the file is written; 0 for a file that is not there."""
    file = path()
    lines = list(_read(_end_of(file).decode("utf-8", "replace"))) if file.exists() else []
    last = lines[-1] if lines else {"begun": 0}
    return int(last["begun"] if "begun" in last else last["seal"])


def _end_of(file: Path) -> bytes:
    with file.open("rb") as source:
        source.seek(max(0, file.stat().st_size - _TAIL))
        return source.read()


def _read(text: str) -> Iterator[dict[str, Any]]:
    """The whole lines; one that was cut off by a power cut is left out."""
    for line in text.splitlines():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict) and ("begun" in values or {"seal", "digest"} <= set(values)):
            yield values
