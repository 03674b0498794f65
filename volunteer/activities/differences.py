"""What a change made another, for the log: each name with what stood there before and what stands there now."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The names of `before` that hold something else in `after`."""
    return {
        name: [_plain(value), _plain(after[name])] for name, value in before.items() if value != after[name]
    }


def split(changed: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    """The same as two entries of the log, `before` and `after`."""
    return {
        "before": {name: old for name, (old, _new) in changed.items()},
        "after": {name: new for name, (_old, new) in changed.items()},
    }


def lines(old: str, new: str) -> tuple[list[str], list[str]]:
    """Of a text the lines that go and those that come."""
    before, after = old.splitlines(), new.splitlines()
    gone: list[str] = []
    come: list[str] = []
    for what, first, last, new_first, new_last in SequenceMatcher(None, before, after, False).get_opcodes():
        if what != "equal":
            gone += before[first:last]
            come += after[new_first:new_last]
    return gone, come


def _plain(value: Any) -> Any:
    """As the log keeps it: days and hours as text."""
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int | list | None) else str(value)
