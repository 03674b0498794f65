"""One style sheet for the browser, many small parts for people.

`python -m volunteer.core.stylesheet` writes static/css/app.css from static/css/parts/.
A test compares the two, so a forgotten run does not go unseen.
"""

from __future__ import annotations

import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
FIRST = ("tokens", "base", "layout", "bottom-nav")
LAST = ("print",)


def bundle(parts: Path = CSS / "parts") -> str:
    """All parts in order: tokens and layout first, components by name, print last."""
    names = sorted(path.stem for path in parts.glob("*.css"))
    middle = [name for name in names if name not in FIRST + LAST]
    return "".join(_squeeze((parts / f"{name}.css").read_text("utf-8")) for name in (*FIRST, *middle, *LAST))


def write(target: Path = CSS / "app.css") -> None:
    target.write_text(bundle(), "utf-8")


def _squeeze(css: str) -> str:
    """Without comments, indents and empty lines; nothing cleverer, so that it stays readable."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in css.splitlines() if line.strip())


if __name__ == "__main__":
    write()
