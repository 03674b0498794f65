"""Where an entry on 'my time' came from, told by the slice that made it.

Slices above register how to describe their operations ('order:12' → the
item's name), since hours may not look upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """`title` in the reader's language, an optional line below it, and where it leads."""

    title: str
    meta: str = ""
    href: str | None = None


Describe = Callable[[list[str]], Mapping[str, Origin]]
_DESCRIBERS: dict[str, Describe] = {}


def register(prefix: str, describe: Describe) -> None:
    """`describe` gets all operations of a page that begin with `prefix` and answers in one statement."""
    _DESCRIBERS[prefix] = describe


def of(operations: Iterable[str]) -> dict[str, Origin]:
    """The origins that are known, by operation."""
    found: dict[str, Origin] = {}
    wanted = sorted(set(operations))
    for prefix, describe in _DESCRIBERS.items():
        own = [operation for operation in wanted if operation.startswith(prefix)]
        if own:
            found |= describe(own)
    return found
