"""Pages of credentials."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("credentials", __name__)
