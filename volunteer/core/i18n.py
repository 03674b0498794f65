"""Languages: which one a reader gets, and a gettext that is bound once per request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_translations
from flask_login import current_user

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
    before = g.get("catalogue"), g.get("language")
    g.pop("catalogue", None)
    g.language = _known(language) or DEFAULT
    try:
        with force_locale(g.language):
            yield
    finally:
        g.catalogue, g.language = before
        for name in ("catalogue", "language"):
            if g.get(name) is None:
                g.pop(name, None)


def current() -> str:
    """The language being spoken right now, one of LANGUAGES."""
    return str(g.language) if "language" in g else select()


def _known(language: str | None) -> str | None:
    return language if language in LANGUAGES else None


def _catalogue() -> Any:
    catalogue = g.get("catalogue")
    if catalogue is None:
        catalogue = g.catalogue = get_translations()
    return catalogue


def gettext(message: str, **values: object) -> str:
    """Translate; unlike flask_babel's, the catalogue is looked up once per request."""
    text = str(_catalogue().ugettext(message))
    return text % values if values else text


def ngettext(one: str, many: str, count: int) -> str:
    return str(_catalogue().ungettext(one, many, count))


def pgettext(context: str, message: str) -> str:
    return str(_catalogue().upgettext(context, message))
