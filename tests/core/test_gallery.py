"""Every component in every state, for who makes pages."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.portable


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_gallery_is_served_in_a_demo_only(app, client, monkeypatch, language):
    assert client.get("/gallery").status_code == 404
    monkeypatch.setitem(app.config, "DEMO", True)
    answer = client.get("/gallery", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("<h1") == 1
