"""Languages: which one a reader gets, and a gettext whose catalogues are read once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import Translations
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, force_locale
from flask_login import current_user
from markupsafe import Markup

LANGUAGES = {"zh_Hans": "简体中文", "zh_Hant": "繁體中文", "en": "English"}
TAGS = {"zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant", "en": "en"}
DEFAULT = "zh_Hans"
babel = Babel()


def init(app: Flask) -> None:
    app.config.update(BABEL_DEFAULT_LOCALE=DEFAULT, BABEL_TRANSLATION_DIRECTORIES="translations")
    babel.init_app(app, locale_selector=select, timezone_selector=lambda: app.config["TIME_ZONE"])
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext
    )
    # Jinja's own way through three wrappers takes five times as long, and pages are full of sentences.
    app.jinja_env.globals["_"] = _in_template


def select() -> str:
    """The reader's language: own choice, then this browser's choice, then what the browser asks for."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        own = getattr(current_user, "language", None)
        g.language = (
            own or _known(session.get("language")) or pick(request.headers.get("Accept-Language", ""))
        )
    return str(g.language)


def pick(header: str) -> str:
    """The best of our languages for an Accept-Language header; Chinese by script or region (RFC 4647)."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if tag and 0 < weight <= 1:
            wishes.append((-weight, place, tag.lower()))
    for _weight, _place, tag in sorted(wishes):
        if tag.startswith("zh"):
            traditional = any(part in {"hant", "tw", "hk", "mo"} for part in tag.split("-")[1:])
            return "zh_Hant" if traditional and "hans" not in tag else "zh_Hans"
        if tag.startswith("en"):
            return "en"
    return DEFAULT


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak the reader's language inside the block: messages go out in *their* language."""
    before = g.get("language")
    g.language = _known(language) or DEFAULT
    try:
        with force_locale(g.language):
            yield
    finally:
        if before is None:
            g.pop("language", None)
        else:
            g.language = before


def current() -> str:
    """The language being spoken right now, one of LANGUAGES."""
    return str(g.get("language") or select())


def label(text: str, english: str | None) -> str:
    """What somebody typed, in the English wording for English readers where there is one."""
    return (english or text) if current() == "en" else text


def _known(language: str | None) -> str | None:
    return language if language in LANGUAGES else None


def _catalogue() -> Any:
    return _read(current_app.root_path, current())


@lru_cache(maxsize=16)
def _read(root: str, language: str) -> Any:
    return Translations.load(Path(root) / "translations", [language])


def gettext(message: str, **values: object) -> str:
    """Translate; flask_babel's works out the locale at each call."""
    text = str(_catalogue().ugettext(message))
    return text % values if values else text


def _in_template(message: str, /, **values: object) -> Markup:
    """The same for templates: the sentence may hold markup, its values are escaped."""
    text = _as_markup(current_app.root_path, current(), message)
    return text % values if "%" in text else text


@lru_cache(maxsize=2000)
def _as_markup(root: str, language: str, message: str) -> Markup:
    return Markup(_read(root, language).ugettext(message))


def ngettext(one: str, many: str, count: int) -> str:
    return str(_catalogue().ungettext(one, many, count))


def pgettext(context: str, message: str) -> str:
    return str(_catalogue().upgettext(context, message))
