"""What was ended after the backup was made stays ended in the restored house (R151)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import make
from tests.conftest import SECRET
from tests.core.test_backup import empty_url  # noqa: F401 - a fixture
from volunteer import create_app
from volunteer.areas.models import Area
from volunteer.core import backup, clock
from volunteer.core.database import db
from volunteer.core.transaction import reading, transaction
from volunteer.people import sessions
from volunteer.people.models import COMMUNITY_STAFF, Person, SignInSession
from volunteer.safety import service
from volunteer.safety.models import ResetRequest, ResetToken


def house(url: str, folder: Path) -> Any:
    return create_app(
        {
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "ERROR",
            "FILES_DIR": str(folder / "files"),
            "ERASURE_JOURNAL": str(folder / "erasures.jsonl"),
        }
    )


def _let_in(person: Person) -> None:
    """Signed in, with a code on a slip, and having asked for a link that has not been sent."""
    now = clock.now()
    db.session.add(SignInSession(token_hash="a" * 64, person_id=person.id, created_at=now, last_seen_at=now))
    service.ask(account=person.number)
    staff = make.staff(COMMUNITY_STAFF, db.session.get_one(Area, person.area_id))
    service.give_code(actor=make.actor(staff), person_id=person.id)
    db.session.commit()


def _ways_in() -> list[int]:
    """How many sign-ins, codes in force and requests not answered there are."""
    open_ones = (
        sa.select(SignInSession.token_hash),
        sa.select(ResetToken.token_hash).where(ResetToken.used_at.is_(None)),
        sa.select(ResetRequest.id).where(ResetRequest.handled_at.is_(None)),
    )
    with reading():
        return [len(db.session.scalars(statement).all()) for statement in open_ones]


def _close() -> None:
    db.session.remove()
    db.engine.dispose()


@pytest.fixture
def archive(fresh_url: str, tmp_path: Path) -> Path:
    """A backup made while somebody was signed in, who signed out afterwards."""
    with house(fresh_url, tmp_path / "first").app_context():
        _let_in(make.person())
        backup.write(tmp_path / "backup.tar")
        with transaction():
            sessions.end("a" * 64)
        assert _ways_in()[0] == 0
        _close()
    return tmp_path / "backup.tar"


def test_nobody_is_signed_in_after_a_restore(archive: Path, empty_url: str, tmp_path: Path) -> None:  # noqa: F811
    app = house(empty_url, tmp_path / "second")
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=["restore", str(archive)])
        assert answer.exit_code == 0, answer.output
        assert "1 sign-ins ended" in answer.output
        assert _ways_in() == [0, 0, 0]
        _close()


def test_the_archive_alone_brings_the_ended_sign_in_back(
    archive: Path,
    empty_url: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    """The control: without the command's last step the old cookie would open the house."""
    with house(empty_url, tmp_path / "second").app_context():
        backup.restore(archive)
        assert _ways_in() == [1, 1, 1]
        _close()
