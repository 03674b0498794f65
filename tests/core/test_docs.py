"""The documentation says what is."""

from __future__ import annotations

from pathlib import Path

import pytest

import config

pytestmark = pytest.mark.portable

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented_with_its_meaning():
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert [s.name for s in config.SETTINGS if f"| `{s.name}` |" not in text or s.meaning not in text] == []


def test_every_command_is_documented(application):
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    names = [name for name in application.cli.commands if name != "db"]
    assert [name for name in names if f"flask --app app {name}" not in text] == []


def test_every_runtime_dependency_has_its_reason():
    import re
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    names = [re.split(r"[><=\[]", name)[0] for name in project["dependencies"]]
    assert [name for name in names if name.lower() not in text.lower()] == []


def test_the_lock_holds_hashes_and_no_addresses():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "--hash=sha256:" in text
        assert "http" not in text
