"""Addresses that leave the product on paper, in mails and QR codes, and the codes themselves."""

from __future__ import annotations

from typing import Any

import segno
from flask import current_app, url_for


def outside_address(endpoint: str, **values: Any) -> str:
    """The whole address of a page under BASE_URL, however the present request came in."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + url_for(endpoint, **values)


def picture(text: str, *, scale: int) -> str:
    """A QR code of middle error correction, as the source of an image."""
    return str(segno.make(text, error="m").svg_data_uri(scale=scale, border=2))
