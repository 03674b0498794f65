"""One style sheet made from its parts, small enough for a phone; vendored files as they were taken."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from volunteer.core import stylesheet

pytestmark = pytest.mark.portable

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
FIRST_PAGE_BYTES = 80_000


def test_style_sheet_is_made_from_its_parts() -> None:
    assert (STATIC / "css" / "app.css").read_text("utf-8") == stylesheet.bundle(), (
        "run python -m volunteer.core.stylesheet"
    )


def test_first_page_loads_less_than_eighty_kilobytes() -> None:
    files = ("css/app.css", "js/app.js", "vendor/htmx.min.js", "img/logo.svg", "img/icons.svg")
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes())) for name in files}
    assert sum(sizes.values()) < FIRST_PAGE_BYTES, sizes


@pytest.mark.parametrize("folder", [STATIC / "vendor", ROOT / "tests" / "browser" / "vendor"])
def test_vendored_files_are_those_that_were_taken(folder: Path) -> None:
    listing = (folder / "VENDOR.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", listing, re.M)
    assert rows
    assert {name for name, _ in rows} == {path.name for path in folder.glob("*.js")}
    for name, expected in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected


def test_templates_carry_no_inline_script_or_style() -> None:
    for page in (ROOT / "templates").rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)", text), page


def test_every_icon_that_a_template_draws_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "img" / "icons.svg").read_text("utf-8")))
    for page in (ROOT / "templates").rglob("*.html"):
        drawn = re.findall(r'(?:icon\(|draw\(|icon=)"([a-z-]+)"', page.read_text("utf-8"))
        assert set(drawn) <= sprite, page
