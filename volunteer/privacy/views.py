"""Pages of privacy."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("privacy", __name__)
