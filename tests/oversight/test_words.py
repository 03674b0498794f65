"""Every act that the code writes into the log is called by a sentence in words.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from volunteer.oversight import words
from volunteer.points.models import CANCELLED, EXPIRED
from volunteer.wishes.rules import TRANSITIONS

ROOT = Path(__file__).resolve().parents[2] / "volunteer"


def _texts(node: ast.expr) -> Iterator[str]:
    """The constants that an expression may come to: 'a' if x else 'b' has two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def acts_of(source: str) -> set[str]:
    """Values given to `act=` (or under the key "act"), also through a name that was set before in the file."""
    tree = ast.parse(source)
    named: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, set()).update(_texts(node.value))
    found: set[str] = set()
    for node in ast.walk(tree):
        given = []
        if isinstance(node, ast.keyword) and node.arg == "act":
            given.append(node.value)
        if isinstance(node, ast.Dict):
            given += [
                v
                for k, v in zip(node.keys, node.values, strict=True)
                if isinstance(k, ast.Constant) and k.value == "act"
            ]
        for value in given:
            found |= named.get(value.id, set()) if isinstance(value, ast.Name) else set(_texts(value))
    return found


def test_every_act_has_words():
    written: set[str] = set()
    for path in ROOT.rglob("*.py"):
        if path.parent.name != "oversight" or path.name != "words.py":
            written |= acts_of(path.read_text("utf-8"))
    written |= {f"wish_{verb}" for verb in TRANSITIONS} | {f"order_{state}" for state in (CANCELLED, EXPIRED)}
    assert len(written) > 60
    assert sorted(written - set(words.ACTS)) == []


def test_the_search_for_acts_finds_each_way_of_writing_one():
    source = "act = 'a' if x else 'b'\nrecord(act=act)\nrecord(act='c')\nrecord_all([{'act': 'd'}])"
    assert acts_of(source) == {"a", "b", "c", "d"}


def test_an_act_of_long_ago_keeps_its_name_and_changes_stand_side_by_side():
    assert words.of("gone_since") == "gone_since"
    details = {"before": {"area": 1}, "after": {"area": 2}, "reason": "搬家", "empty": None}
    assert words.changes(details) == [("area", "1 → 2"), ("reason", "搬家")]
