"""Pages of safety."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("safety", __name__)
