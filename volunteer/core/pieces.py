"""Pieces of a page that look the same to many readers, written once and remembered.

A piece is a macro of a template. What it shows depends on its arguments and the language, and on nothing
else: not on the request, the person, the hour or the database. That makes remembering it safe: other arguments
are another piece, so nothing ever has to be forgotten. The places in the head, the foot and the rows of
the most visited list are pieces; written anew for every request they were two thirds of its price.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from flask import current_app, request
from markupsafe import Markup

from volunteer.core import i18n


def piece(template: str, macro: str, *values: object) -> Markup:
    """The macro's text; `values` must be plain and hashable, and everything that it shows."""
    return writer(template, macro)(*values)


def writer(template: str, macro: str) -> Callable[..., Markup]:
    """Writes the same piece with different values: for the rows of a list."""
    make = _made if current_app.jinja_env.auto_reload else _remembered
    return partial(make, request.script_root, i18n.current(), template, macro)


def _made(root: str, language: str, template: str, macro: str, *values: object) -> Markup:
    module = current_app.jinja_env.get_template(template).module
    return Markup(getattr(module, macro)(*values))


# A few kilobytes each. Typed, since Markup equals the same text that has yet to be escaped.
_remembered = lru_cache(maxsize=2000, typed=True)(_made)
