"""Pages of acting: the own helpers and receipts, those one helps, the counter's, and the card's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from volunteer.acting import rules
from volunteer.acting.access import limit_cards

pages = Blueprint("acting", __name__)
pages.before_app_request(limit_cards)


@pages.context_processor
def words() -> dict[str, Any]:
    return {"rights": rules.RIGHTS, "relations": rules.RELATIONS}


# They add their routes to `pages`.
from volunteer.acting.views import card, desk, helping, mine, serving  # noqa: E402, F401 - routes
