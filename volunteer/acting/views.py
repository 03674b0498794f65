"""Pages of acting."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("acting", __name__)
