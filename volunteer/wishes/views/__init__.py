"""Pages of wishes: the wall, what claimers and wishers do, and the staff's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Blueprint
from flask_login import login_required

from volunteer.wishes import words as wish_words

pages = Blueprint("wishes", __name__)
View = TypeVar("View", bound=Callable[..., Any])


def signed_in(view: View) -> View:
    """`login_required` with the view's own type."""
    return cast(View, login_required(view))


@pages.context_processor
def words() -> dict[str, Any]:
    return {"words": wish_words}


from volunteer.wishes.views import claims, contact, desk, follow_ups, new, wall  # noqa: E402, F401 - they add their routes
