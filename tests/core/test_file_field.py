"""One component for every file that is sent along."""

from __future__ import annotations

import re

import pytest

from tests import make
from volunteer import ROOT
from volunteer.core import files

pytestmark = pytest.mark.portable


def test_no_page_writes_a_file_field_by_hand() -> None:
    found = [
        path.name for path in (ROOT / "templates").rglob("*.html") if 'type="file"' in path.read_text("utf-8")
    ]
    assert found == ["file.html"]


def test_the_field_says_what_is_taken_and_how_large_it_may_be(client_for) -> None:
    team = make.team()
    date = make.occurrence(make.series(team))
    leader = client_for(make.leader(team))
    page = leader.get(f"/activities/{date.id}/photos").text
    field = re.search(r"<input type=\"file\"[^>]*>", page)
    assert field is not None
    assert f'accept="{files.PICTURES}"' in field[0]
    assert 'aria-describedby="file-hint file-limit"' in field[0]
    assert "照片，最多 7 MB" in page
    wrong = leader.post(f"/activities/{date.id}/photos", data={"caption": ""})
    assert wrong.status_code == 422
    assert 'aria-describedby="file-hint file-error file-limit"' in wrong.text


def test_papers_are_taken_where_they_are_asked_for(client_for) -> None:
    page = client_for(make.person()).get("/me/credentials/new").text
    assert f'accept="{files.PICTURES},application/pdf"' in page
    assert "照片或 PDF，最多 7 MB" in page
