"""A remembered piece is always the one that its arguments and the language make."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from volunteer.core import i18n, pieces

TAG = ("components/tag.html", "tag")


@pytest.fixture(autouse=True)
def request_of_somebody(app: Flask):
    with app.test_request_context():
        yield


def test_a_piece_is_written_once():
    assert pieces.piece(*TAG, "新") is pieces.piece(*TAG, "新")
    assert pieces.piece(*TAG, "新") != pieces.piece(*TAG, "旧")


def test_text_never_passes_for_markup_that_reads_the_same():
    assert "<b>x</b>" in pieces.piece(*TAG, Markup("<b>x</b>"))
    assert "&lt;b&gt;x&lt;/b&gt;" in pieces.piece(*TAG, "<b>x</b>")


def test_each_language_has_its_own():
    with i18n.speaking("zh_Hans"):
        assert "公开数字" in pieces.piece("layout/foot.html", "foot")
    with i18n.speaking("zh_Hant"):
        assert "公開數字" in pieces.piece("layout/foot.html", "foot")


def test_what_is_left_open_in_the_head_is_escaped():
    head = pieces.piece(
        "layout/head.html", "head", None, "activities", "activities.home", 0, False, True, "zh-Hans"
    )
    filled = head % {"token": "t", "address": '/?a="><script>', "name": "<i>"}
    assert "<script>" not in filled
    assert "<i>" not in filled
    assert "%(" not in filled
