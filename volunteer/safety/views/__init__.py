"""Pages of safety, one file per group."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("safety", __name__)

from volunteer.safety.views import confirm, counter, passkeys, reset, second_step, set_up  # noqa: E402, F401
