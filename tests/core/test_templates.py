"""Templates name every macro that they import."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2] / "templates"


@pytest.mark.portable
def test_no_template_imports_what_it_does_not_name() -> None:
    jinja, unused = Environment(), []
    for path in sorted(ROOT.rglob("*.html")):
        tree = jinja.parse(path.read_text("utf-8"))
        named = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
        for line in tree.find_all(nodes.FromImport):
            imported = {name[1] if isinstance(name, tuple) else name for name in line.names}
            unused += [(path.relative_to(ROOT).as_posix(), name) for name in sorted(imported - named)]
    assert unused == []
