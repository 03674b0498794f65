"""Every page in English and zh-Hant: no sentence of the source language is left on it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.core.test_catalogues import as_written  # noqa: F401  (a fixture)
from tests.test_routes import table
from tests.world import World
from volunteer.activities.rules import CATEGORIES
from volunteer.attendance.models import WallScreen
from volunteer.core import i18n
from volunteer.core.database import db as database
from volunteer.people.models import Person
from volunteer.translations import __main__ as catalogues

pytestmark = pytest.mark.portable

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
# What has to be Chinese says so: the State Council's plan, as it is pasted.
IN_CHINESE = re.compile(r'<p class="pre" lang="zh-Hans">.*?</p>', re.DOTALL)
VISITORS = ("anonymous", "member", "leader", "clerk", "staff", "admin")


def stored_words() -> list[str]:
    """All Chinese that people typed, and their masked names; longest first. Categories are ours."""
    words = set(i18n.LANGUAGES.values())
    for rows in database.metadata.sorted_tables:
        columns = [column for column in rows.columns if column.name != "category"]
        for row in database.session.execute(sa.select(*columns)):
            words |= {text for cell in row for text in _texts(cell) if CHINESE.search(text)}
    words |= {f"{word[0]}*" for word in words} | {f'value="{category}"' for category in CATEGORIES}
    return sorted(words, key=lambda word: (-len(word), word))


def _texts(cell: Any) -> Iterator[str]:
    """What a column holds in words, JSON taken apart."""
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, dict):
        for value in cell.values():
            yield from _texts(value)


def foreign(page: str, words: list[str]) -> list[str]:
    """The Chinese of a page that is nobody's data; attributes are read like text."""
    text = html.unescape(IN_CHINESE.sub("", page))
    for word in words:
        text = text.replace(word, "")
    return CHINESE.findall(text)


def pages(app: Flask, client_for: Callable[..., Any], language: str) -> Iterator[tuple[str, list[str]]]:
    """Each page that each visitor may open, with the Chinese on it that is nobody's data."""
    world = World()
    spoken = {"en-GB": "en", "zh-TW": "zh_Hant"}[language]
    database.session.execute(sa.update(Person).values(language=spoken))  # a card speaks its holder's language
    database.session.execute(sa.update(WallScreen).values(language=spoken))  # chosen when it was made
    clients = {
        name: client_for(world.people[name]) if name in world.people else app.test_client()
        for name in VISITORS
    }
    words = stored_words()
    for endpoint in sorted(endpoint for endpoint, method in table() if method == "GET"):
        rule = next(r for r in app.url_map.iter_rules(endpoint) if "GET" in (r.methods or set()))
        with app.test_request_context():
            path = app.url_for(endpoint, **world.values(endpoint, set(rule.arguments)))
        for visitor, client in clients.items():
            answer = client.get(path, headers={"Accept-Language": language})
            if answer.status_code not in (301, 302, 303) and answer.mimetype == "text/html":
                yield f"{endpoint} as {visitor}", foreign(answer.text, words)


@pytest.fixture(autouse=True)
def nobody_chose_a_language(monkeypatch):
    """The browser decides: people of the builders keep their own language otherwise."""
    monkeypatch.setattr(i18n, "current_user", None)


@pytest.mark.thorough
def test_no_chinese_is_left_on_any_english_page(app, client_for, as_written):  # noqa: F811
    left = {page: found for page, found in pages(app, client_for, "en-GB") if found}
    assert left == {}


@pytest.mark.thorough
def test_no_simplified_character_is_left_on_any_zh_hant_page(app, client_for, as_written):  # noqa: F811
    known = set("年月日週一二三四五六") | {
        character for message in catalogues.read("zh_Hant") for character in str(message.string)
    }
    left = {page: sorted(set("".join(found)) - known) for page, found in pages(app, client_for, "zh-TW")}
    assert {page: characters for page, characters in left.items() if characters} == {}


@pytest.mark.parametrize(("path", "heading"), [("/sign-in", "Sign in"), ("/register", "Become a volunteer")])
def test_the_doors_speak_english(client, as_written, path, heading):  # noqa: F811
    page = client.get(path, headers={"Accept-Language": "en"}).text
    assert f"<h1>{heading}</h1>" in page
