"""Every page in English and zh-Hant: no sentence of the source language is left on it."""

from __future__ import annotations

import html
import re

import pytest
import sqlalchemy as sa

from tests.core.test_catalogues import as_written  # noqa: F401  (a fixture)
from tests.test_routes import World, table
from volunteer.activities.rules import CATEGORIES
from volunteer.core import i18n
from volunteer.core.database import db as database
from volunteer.translations import __main__ as catalogues

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
VISITORS = ("anonymous", "member", "leader", "clerk", "staff", "admin")
PAGES = sorted(endpoint for endpoint, method in table() if method == "GET")


def stored_words() -> list[str]:
    """All Chinese that people typed, and their masked names; longest first. Categories are ours."""
    words = set(i18n.LANGUAGES.values())
    for rows in database.metadata.sorted_tables:
        for column in rows.columns:
            if isinstance(column.type, sa.String) and column.name != "category":
                found = database.session.scalars(sa.select(column).where(column.is_not(None)).distinct())
                words |= {text for text in found if isinstance(text, str) and CHINESE.search(text)}
    words |= {f"{word[0]}*" for word in words} | {f'value="{category}"' for category in CATEGORIES}
    return sorted(words, key=lambda word: (-len(word), word))


def foreign(page: str, words: list[str]) -> list[str]:
    """The Chinese of a page that is nobody's data; attributes are read like text."""
    text = html.unescape(page)
    for word in words:
        text = text.replace(word, "")
    return CHINESE.findall(text)


def pages(app, client_for, endpoint, language):
    world = World()
    rule = next(r for r in app.url_map.iter_rules(endpoint) if "GET" in (r.methods or set()))
    with app.test_request_context():
        path = app.url_for(endpoint, **world.values(endpoint, set(rule.arguments)))
    words = stored_words()
    for visitor in VISITORS:
        client = app.test_client() if visitor == "anonymous" else client_for(world.people[visitor])
        answer = client.get(path, headers={"Accept-Language": language})
        if answer.status_code not in (301, 302, 303) and answer.mimetype == "text/html":
            yield visitor, answer.text, words


@pytest.fixture(autouse=True)
def nobody_chose_a_language(monkeypatch):
    """The browser decides: people of the builders keep their own language otherwise."""
    monkeypatch.setattr(i18n, "current_user", None)


@pytest.mark.parametrize("endpoint", PAGES)
def test_no_chinese_is_left_on_an_english_page(app, client_for, as_written, endpoint):  # noqa: F811
    left = {visitor: foreign(page, words) for visitor, page, words in pages(app, client_for, endpoint, "en-GB")}
    assert {visitor: found for visitor, found in left.items() if found} == {}


@pytest.mark.parametrize("endpoint", PAGES)
def test_no_simplified_character_is_left_on_a_zh_hant_page(app, client_for, as_written, endpoint):  # noqa: F811
    known = set("年月日週一二三四五六") | {
        character for message in catalogues.read("zh_Hant") for character in str(message.string)
    }
    left = {
        visitor: sorted(set("".join(foreign(page, words))) - known)
        for visitor, page, words in pages(app, client_for, endpoint, "zh-TW")
    }
    assert {visitor: found for visitor, found in left.items() if found} == {}


@pytest.mark.parametrize(("path", "heading"), [("/sign-in", "Sign in"), ("/register", "Become a volunteer")])
def test_the_doors_speak_english(client, as_written, path, heading):  # noqa: F811
    page = client.get(path, headers={"Accept-Language": "en"}).text
    assert f"<h1>{heading}</h1>" in page
