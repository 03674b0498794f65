"""The figures of a run as a table on the screen, as JSON, and in the page docs/benchmarks.md."""

import json
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.aims import Aim
from bench.rounds import Measured
from bench.servers import ROOT, WORKERS

RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin, written by `make bench` -->", "<!-- figures: end -->"

Rows = list[list[str]]
HEAD = ["application", "work", "processor", "rate", "p50", "p95", "p99", "bytes", "memory", "ready after"]


def work_rows(measured: Mapping[str, Measured]) -> Rows:
    rows = []
    for name, one in measured.items():
        for kind, figures in one.work.items():
            rows.append(
                [
                    name,
                    kind,
                    f"{figures.processor:.2f} ms",
                    f"{figures.rate:.0f}/s",
                    *(f"{figures.percentile_ms(percent):.0f} ms" for percent in (50, 95, 99)),
                    f"{figures.page_bytes:,.0f}",
                    f"{one.memory_mb['Rss']:.0f} MB (PSS {one.memory_mb['Pss']:.0f})",
                    f"{statistics.median(one.start_seconds):.2f} s "
                    f"(processor {statistics.median(one.start_processor):.2f} s)",
                ]
            )
    return rows


def aim_rows(aims: Sequence[Aim]) -> Rows:
    return [
        [
            aim.what,
            _amount("≤", aim.at_most, aim.unit),
            _amount("", aim.figure, aim.unit),
            "yes" if aim.reached else "NO",
        ]
        for aim in aims
    ]


def _amount(sign: str, value: float, unit: str) -> str:
    return f"{sign} {value:.3g} {unit}".strip()


def show(console: Console, title: str, head: Sequence[str], rows: Rows) -> None:
    table = Table(title=title, title_justify="left")
    for name in head:
        table.add_column(name)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def machine() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("gunicorn", "Flask", "SQLAlchemy")},
    }


def as_json(
    measured: Mapping[str, Measured],
    aims: Sequence[Aim],
    queries: Mapping[str, int],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine(),
        "settings": {"workers": WORKERS, **settings},
        "aims": [_aim(aim) for aim in aims],
        "applications": {name: _application(one) for name, one in measured.items()},
        "queries": dict(queries),
    }


def _aim(aim: Aim) -> dict[str, Any]:
    figure = round(aim.figure, 3)
    return {"what": aim.what, "aim": aim.at_most, "figure": figure, "unit": aim.unit, "reached": aim.reached}


def _application(one: Measured) -> dict[str, Any]:
    return {
        "start_seconds": [round(seconds, 3) for seconds in one.start_seconds],
        "start_processor_seconds": one.start_processor,
        "memory_mb": {name: round(size, 1) for name, size in one.memory_mb.items()},
        "work": {
            kind: {
                "processor_ms": round(figures.processor, 3),
                "processor_ms_of_rounds": [round(value, 3) for value in figures.processor_ms],
                "rate": round(figures.rate, 1),
                **{f"p{percent}_ms": round(figures.percentile_ms(percent), 2) for percent in (50, 95, 99)},
                "bytes": figures.page_bytes,
                "statuses": dict(figures.statuses),
            }
            for kind, figures in one.work.items()
        },
    }


def write_json(result: Mapping[str, Any]) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y-%m-%d-%H%M%S', time.gmtime())}.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    return path


def write_page(parts: Sequence[str], page: Path = PAGE) -> None:
    """Put the run's tables between the page's two marks; the words around them stay."""
    text = page.read_text() if page.exists() else f"# Benchmarks\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has lost its marks: {BEGIN} … {END}")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    page.write_text("\n\n".join([before + BEGIN, *parts, END + after]))


def markdown(head: Sequence[str], rows: Rows) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [list(head), ["---"] * len(head), *rows])
