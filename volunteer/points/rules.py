"""Arithmetic of the shop on plain values."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

CODE_DIGITS = 8
TOKEN_LETTERS = 26  # of 31: 128 bits
MOST_PIECES = 100  # to one order, as the table says
MOST_STOCK = 1_000_000
DEAREST = 1_000_000
FEW = 5  # so few left that the page says how many


def total(price_points: int, quantity: int) -> int:
    """What an order costs: the price as it was, times the pieces."""
    return price_points * quantity


def lacking(total_points: int, balance: int) -> int:
    return max(total_points - balance, 0)


def most_pieces(price_points: int, *, balance: int, available: int) -> int:
    """How many pieces can be ordered at once."""
    return max(min(balance // price_points, available, MOST_PIECES), 0)


def collect_until(now: dt.datetime, hours: int) -> dt.datetime:
    """The last moment to collect, on a full minute so that everybody reads the same."""
    return (now + dt.timedelta(hours=hours)).replace(second=0, microsecond=0)


def order_number(year: int, number: int) -> str:
    return f"D{year}-{number:06d}"


def is_digits(typed: str) -> bool:
    return re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", typed) is not None


def as_typed(text: str) -> str:
    """What a scanner or a hand typed, without spaces and dashes, in capitals; full-width becomes plain."""
    plain = unicodedata.normalize("NFKC", text[:200])
    return re.sub(r"[^0-9A-Z]", "", plain.upper())


def tree_paths(area_path: str) -> list[str]:
    """The paths of an area and of all areas above it: '/1/4/' gives '/1/' and '/1/4/'."""
    parts = [part for part in area_path.split("/") if part]
    return ["/" + "/".join(parts[: count + 1]) + "/" for count in range(len(parts))]
