"""In production the application refuses to start with a wrong configuration and names what is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import config
from tests.conftest import SECRET, create_database
from volunteer import create_app
from volunteer.core import crypto, database, installation
from volunteer.core.database import db, engine_options
from volunteer.core.selfcheck import UnsafeConfiguration
from volunteer.core.transaction import transaction

ROOT = Path(__file__).resolve().parents[2]
GOOD: dict[str, Any] = {
    "PRODUCTION": True,
    "SECRET_KEY": SECRET,
    "HTTPS": True,
    "BASE_URL": "https://linli.example",
    "LOG_LEVEL": "ERROR",
}


@pytest.fixture
def good(template_url: str) -> Iterator[dict[str, Any]]:
    """Settings with which production starts; the key of the other tests is put back afterwards."""
    yield {**GOOD, "DATABASE_URL": template_url}
    crypto.set_key(SECRET)


def start(settings: dict[str, Any]) -> None:
    app = create_app(settings)
    with app.app_context():
        db.engine.dispose()


def test_a_good_configuration_starts(good):
    start(good)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SECRET_KEY": config.DEFAULT_SECRET}, "SECRET_KEY is the default"),
        ({"SECRET_KEY": "x" * 31}, "SECRET_KEY is shorter than 32 characters"),
        ({"DEBUG": True}, "debug is on"),
        ({"TESTING": True}, "TESTING is on"),
        ({"HTTPS": False}, "HTTPS is off"),
        ({"BASE_URL": "http://linli.example"}, "BASE_URL is not an https address"),
        ({"WTF_CSRF_ENABLED": False}, "CSRF protection is off"),
        ({"DEMO": True}, "DEMO is on"),
        (
            {"FILES_DIR": str(ROOT / "static" / "files")},
            "FILES_DIR lies below static/, which everybody can read",
        ),
        (
            {"SMTP_HOST": "mail.example.org", "SMTP_USER": "linli"},
            "SMTP_STARTTLS is off, so the mail password would travel readable",
        ),
    ],
)
def test_one_bad_setting_is_refused_and_named(good, wrong, named):
    with pytest.raises(UnsafeConfiguration) as refusal:
        start({**good, **wrong})
    assert str(refusal.value) == f"refusing to start: {named}"


@pytest.mark.parametrize(
    "mail",
    [
        {"SMTP_HOST": "localhost", "SMTP_USER": "linli"},
        {"SMTP_HOST": "mail.example.org", "SMTP_USER": "linli", "SMTP_STARTTLS": True},
        {"SMTP_HOST": "mail.example.org"},
    ],
)
def test_a_mail_password_that_stays_here_or_goes_encrypted_starts(good, mail):
    start({**good, **mail})


def test_all_reasons_are_named_at_once(good):
    with pytest.raises(UnsafeConfiguration) as refusal:
        start({**good, "HTTPS": False, "DEMO": True, "SECRET_KEY": "short"})
    assert str(refusal.value).count(";") == 2


def test_outside_production_the_same_settings_start(good):
    start({**good, "PRODUCTION": False, "DEMO": True, "HTTPS": False, "SECRET_KEY": config.DEFAULT_SECRET})


def test_the_database_of_the_demo_is_refused_whatever_the_settings_say(good, fresh_url):
    app = create_app({**good, "PRODUCTION": False, "DATABASE_URL": fresh_url})
    with app.app_context():
        with transaction():
            installation.note(installation.DEMO, installation.COMPLETE)
        db.engine.dispose()
    with pytest.raises(UnsafeConfiguration, match="the database holds the invented people of the demo"):
        start({**good, "DATABASE_URL": fresh_url})


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("synchronous=FULL", "synchronous=NORMAL", "PRAGMA synchronous is 1, not 2"),
        ("synchronous=FULL", "synchronous=OFF", "PRAGMA synchronous is 0, not 2"),
        ("journal_mode=WAL", "journal_mode=DELETE", "PRAGMA journal_mode is delete, not wal"),
        ("foreign_keys=ON", "foreign_keys=OFF", "PRAGMA foreign_keys is 0, not 1"),
        ("recursive_triggers=ON", "recursive_triggers=OFF", "PRAGMA recursive_triggers is 0, not 1"),
        ("trusted_schema=OFF", "trusted_schema=ON", "PRAGMA trusted_schema is 1, not 0"),
        ("busy_timeout=20000", "busy_timeout=0", "PRAGMA busy_timeout is 0, not 20000"),
    ],
)
def test_a_wrong_pragma_is_refused_and_named(good, database_kind, tmp_path, monkeypatch, right, wrong, named):
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL has no pragmas")
    own = tmp_path / "own.sqlite3"
    shutil.copy(good["DATABASE_URL"].removeprefix("sqlite:///"), own)
    assert right in database.SQLITE_PRAGMAS
    changed = tuple(wrong if pragma == right else pragma for pragma in database.SQLITE_PRAGMAS)
    monkeypatch.setattr(database, "SQLITE_PRAGMAS", changed)
    with pytest.raises(UnsafeConfiguration) as refusal:
        start({**good, "DATABASE_URL": f"sqlite:///{own}"})
    assert str(refusal.value) == f"refusing to start: {named}"


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_wrong_isolation_level_is_refused_and_named(good, database_kind, level):
    if database_kind != "postgresql":
        pytest.skip("SQLite has one isolation level")
    options = {**engine_options(good["DATABASE_URL"]), "isolation_level": level}
    with pytest.raises(UnsafeConfiguration) as refusal:
        start({**good, "SQLALCHEMY_ENGINE_OPTIONS": options})
    assert f"transaction isolation is {level.lower()}, not read committed" in str(refusal.value)


def test_an_empty_schema_is_refused_and_the_remedy_named(good, database_kind, request, tmp_path):
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        server = request.getfixturevalue("postgres_server")
        create_database(server, "empty_for_selfcheck")
        url = f"{server}/empty_for_selfcheck"
    with pytest.raises(UnsafeConfiguration, match="the schema is at None, .* db upgrade"):
        start({**good, "DATABASE_URL": url})


def test_a_schema_that_is_behind_is_refused_and_the_remedy_named(good, fresh_url):
    engine = sa.create_engine(fresh_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    engine.dispose()
    with pytest.raises(UnsafeConfiguration, match="the schema is at 0002, .* db upgrade"):
        start({**good, "DATABASE_URL": fresh_url})


def test_a_database_that_cannot_be_opened_is_refused(good, database_kind, tmp_path):
    url = f"sqlite:///{tmp_path}" if database_kind == "sqlite" else "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(UnsafeConfiguration, match="the database cannot be opened"):
        start({**good, "DATABASE_URL": url})


def _command(settings: dict[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the product as an operator does, with settings from the environment."""
    environment = {name: "1" if value is True else str(value) for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_real_program_ends_with_the_reason(good):
    ended = _command({**good, "SECRET_KEY": config.DEFAULT_SECRET}, "-c", "import app")
    assert ended.returncode != 0
    assert "refusing to start: SECRET_KEY is the default" in ended.stderr


def test_the_remedy_that_is_named_works(good, tmp_path, database_kind, request):
    """`db upgrade` is how a schema gets up to date, so it must not be refused for being behind."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    else:
        server = request.getfixturevalue("postgres_server")
        create_database(server, "new_in_production")
        url = f"{server}/new_in_production"
    settings = {**good, "DATABASE_URL": url}
    ended = _command(settings, "-m", "flask", "--app", "app", "db", "upgrade")
    assert ended.returncode == 0, ended.stderr
    assert _command(settings, "-c", "import app").returncode == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PRODUCTION": "y"}, "neither 1 nor 0"),
        ({"SMTP_STARTTLS": "tls"}, "neither 1 nor 0"),
        ({"KEEP_MESSAGES_DAYS": "-1"}, "not between 1"),
        ({"SIGN_IN_ATTEMPTS": "0"}, "not between 1"),
        ({"PROXIES": "-1"}, "not between 0"),
        ({"HOURS_KINDS": "servce"}, "HOURS_KINDS"),
        ({"BASE_URL": "linli.example.org"}, "BASE_URL"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"BACKFILL_PERCENT": "many"}, "not a whole number"),
        ({"KEEP_MESSAGES_DAYS": "1000000"}, "not between 1"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_and_named(wrong, said):
    """A misspelt switch of a protection must not mean that it is off."""
    with pytest.raises(config.BadSetting, match=said):
        config.load(wrong)


def test_what_can_be_meant_is_read():
    read = config.load({"HTTPS": "On", "DEMO": "", "HOURS_KINDS": "service, training", "LOG_LEVEL": "debug"})
    assert (read["HTTPS"], read["DEMO"], read["HOURS_KINDS"]) == (True, False, "service, training")
    assert config.load({"SMTP_PASSWORD": "from a file\n"})["SMTP_PASSWORD"] == "from a file\n"
    assert config.load({}) == {setting.name: setting.default for setting in config.SETTINGS}
    for setting in config.SETTINGS:
        assert config.load(
            {
                setting.name: str(
                    int(setting.default) if isinstance(setting.default, bool) else setting.default
                )
            }
        ), setting.name
