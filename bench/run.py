"""Measure the product beside the two bare applications, all under gunicorn, in one run.

python -m bench.run                    everything, about five minutes
python -m bench.run --anchors-only     the bare applications alone: what this machine can do
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench import report
from bench.aims import Aim, aims
from bench.rounds import measure
from bench.subjects import Subject, anchors

BUSY = 1.0
CONSOLE = Console(width=None if sys.stdout.isatty() else 160)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the product beside two bare applications.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=800, help="per application, kind of work and round")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--anchors-only", action="store_true")
    parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
    return parser.parse_args()


def main() -> None:
    asked = options()
    report.RESULTS.mkdir(parents=True, exist_ok=True)
    # Beside the results, on a real disk: in /tmp, which may be memory, a commit would cost nothing.
    with tempfile.TemporaryDirectory(prefix="run-", dir=report.RESULTS) as folder:
        _run(asked, Path(folder))


def _run(asked: argparse.Namespace, folder: Path) -> None:
    load_before = os.getloadavg()[0]
    subjects: list[Subject] = anchors(folder)
    queries: dict[str, int] = {}
    growth: dict[str, int] = {}
    if not asked.anchors_only:
        from bench import product  # not needed for the anchors

        CONSOLE.print("making the product's data set …")
        subject = product.Product(folder)
        CONSOLE.print("counting queries …")
        queries, growth = product.count_queries(folder, subject.database)
        subjects.append(subject)
    measured = measure(
        subjects,
        rounds=asked.rounds,
        requests=asked.requests,
        clients=asked.clients,
        tell=lambda line: CONSOLE.print(line, highlight=False),
    )
    reached: list[Aim] = [] if asked.anchors_only else aims(measured, queries, growth)
    settings = {name: getattr(asked, name) for name in ("rounds", "requests", "clients")}
    settings["load_average_before"] = load_before
    result = report.as_json(measured, reached, queries, settings)
    rows = report.work_rows(measured)
    report.show(CONSOLE, "Work", report.HEAD, rows)
    parts = [_words(result), report.markdown(report.HEAD, rows)]
    if reached:
        head = ["aim", "limit", "figure", "reached"]
        report.show(CONSOLE, "Aims", head, report.aim_rows(reached))
        parts.insert(1, report.markdown(head, report.aim_rows(reached)))
        page_rows = [[page, str(number), f"{growth[page]:+d}"] for page, number in sorted(queries.items())]
        page_head = ["page", "queries", "more than with few rows"]
        report.show(CONSOLE, "Queries", page_head, page_rows)
        parts.append(report.markdown(page_head, page_rows))
    CONSOLE.print(_busy(load_before), end="")
    CONSOLE.print(f"written: {report.write_json(result)}")
    if reached and not asked.no_page:
        report.write_page(parts)


def _busy(load_average: float) -> str:
    """Said where the machine was busy before the run: then only processor times and their ratios count."""
    if load_average < BUSY:
        return ""
    return f"The machine was busy (load {load_average:.1f}): rate, latency and time to ready say little. "


def _words(result: dict[str, object]) -> str:
    machine = ", ".join(f"{key} {value}" for key, value in dict(result["machine"]).items())  # type: ignore[call-overload]  # JSON
    busy = _busy(dict(result["settings"])["load_average_before"])  # type: ignore[call-overload]  # JSON
    return f"{busy}Run of {result['made_at']} on {machine}; settings {result['settings']}."


if __name__ == "__main__":
    main()
