"""The love supermarket: shop, orders, counter, items."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from volunteer.core import inputs
from volunteer.people.identity import login_manager
from volunteer.points import origins  # noqa: F401 - names movements of points on 'my time'

pages = Blueprint("points", __name__)


@pages.before_request
def require_sign_in() -> ResponseReturnValue | None:
    if current_user.is_authenticated:
        return None
    answer: ResponseReturnValue = login_manager.unauthorized()
    return answer


def page_mark(name: str) -> int | None:
    """After or before which order the page goes on."""
    text = request.args.get(name)
    return inputs.whole_number(text, least=0, most=10**15) if text else None


from volunteer.points.views import counter, items, orders, shop  # noqa: E402, F401 - they add their routes to `pages`
