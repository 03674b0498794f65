"""`make test`, `make sure` and `make proof`: the suite on SQLite, on PostgreSQL, and in a real browser.

`make test` stays within ten minutes on two cores. It leaves out what is marked `thorough` (crawls
of every page, quick versions of the proofs) and, on PostgreSQL, what is `portable`: one page each,
whatever database stands below (conftest.py marks those with a `client`); every page is still
opened there by every kind of visitor. `make sure`, which is what CI runs, gives `--whole` and
leaves out nothing but, on PostgreSQL, what touches no database.

Real parts that are missing are installed when that is allowed (Debian, root).
What cannot be had is said loudly at the end, with what was therefore not
tested; under CI=true that is a failure.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
WORKERS = "2"


def chromium() -> str | None:
    """The browser's program, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def install_missing() -> None:
    """Chromium, fonts for Chinese, poppler and PostgreSQL from the system's packages, when we may."""
    wanted = []
    if chromium() is None:
        wanted += ["chromium"]
    if shutil.which("pdftoppm") is None:
        wanted += ["poppler-utils"]
    if not _has_chinese_font():
        wanted += ["fonts-noto-cjk", "fonts-liberation"]
    if postgres.binaries() is None:
        wanted += ["postgresql"]
    if not wanted or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"installing {', '.join(wanted)} from the system's packages", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdout": subprocess.DEVNULL, "env": environment}
    subprocess.run(["apt-get", "update"], check=False, **quiet)  # type: ignore[call-overload]
    subprocess.run(  # type: ignore[call-overload]
        ["apt-get", "install", "-y", "--no-install-recommends", *wanted], check=False, **quiet
    )


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    print("\n$ pytest " + " ".join(arguments), flush=True)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return 0 if code == 5 else code  # 5: nothing was selected


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proof", action="store_true", help="the long proofs instead of the quick suite")
    parser.add_argument(
        "--whole", action="store_true", help="thorough tests, and portable ones on PostgreSQL, as well"
    )
    choice = parser.parse_args()
    began = time.monotonic()
    install_missing()
    marks = "proof" if choice.proof else "not proof and not browser"
    if not choice.proof and not choice.whole:
        marks += " and not thorough"
    not_run: list[str] = []
    failures = 0
    spread = (
        ["-n", WORKERS, "--dist", "worksteal"] if not choice.proof else ["-s"]
    )  # proofs say their figures
    failures += pytest(*spread, "-m", marks) != 0
    if postgres.binaries() is not None:
        there = marks if choice.whole or choice.proof else f"{marks} and not portable"
        failures += pytest(*spread, "-m", there, "--database", "postgresql") != 0
    else:
        not_run.append("every test on PostgreSQL: the server is not installed (apt-get install postgresql)")
    if not choice.proof:
        if chromium() is not None:
            failures += pytest("-m", "browser") != 0  # one at a time: pages are waited for by the clock
        else:
            not_run.append("the journey in a browser: Chromium is not installed (apt-get install chromium)")
    print(f"\n{time.monotonic() - began:.0f} seconds", flush=True)
    for words in not_run:
        print(f"NOT TESTED: {words}", file=sys.stderr, flush=True)
    if not_run and os.environ.get("CI", "").lower() == "true":
        failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
