"""The real product in a thread, a clock that can be moved, a mail sink, and a real Chromium."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.postgres import free_port
from tests.run import chromium
from volunteer import create_app
from volunteer.core import clock
from volunteer.jobs import schedule

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip
LANGUAGE_TAGS = {"zh_Hans": "zh-CN", "zh_Hant": "zh-TW", "en": "en-GB"}


class Sink:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@dataclass
class World:
    """Everything around the browser: the address, the clock, the scheduler, the mails."""

    app: Any
    address: str
    sink: Sink
    moment: dt.datetime = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    problems: list[str] = field(default_factory=list)
    is_reachable: bool = True

    def go_to(self, moment: dt.datetime) -> None:
        self.moment = moment.astimezone(dt.UTC)

    def lose_network(self, page: Page) -> None:
        """The browser is told that it is offline, and the server hangs up on everybody.

        Chromium's switch alone is not enough: while a page is loading, a request of it may still get through.
        """
        self.is_reachable = False
        page.context.set_offline(True)

    def find_network(self, page: Page) -> None:
        self.is_reachable = True
        page.context.set_offline(False)

    def answer(self, environ: Any, start_response: Any) -> Any:
        if not self.is_reachable:
            raise ConnectionAbortedError("without network")
        return self.app(environ, start_response)

    def tick(self, owner: str = "journey") -> dict[str, int] | None:
        """One round of the scheduler at the present moment."""
        done: list[Any] = []
        thread = threading.Thread(target=lambda: done.append(schedule.tick(self.app, owner)))
        thread.start()
        thread.join(60)
        return done[0]


@pytest.fixture
def world(fresh_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A running product on a database of its own."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    app = create_app(
        {
            "DATABASE_URL": fresh_url,
            "SECRET_KEY": "browser-tests-only-0123456789-abcdef",
            "BASE_URL": address,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": controller.port,
            "LOG_LEVEL": "ERROR",
            "STAFF_SECOND_FACTOR": False,  # tests/browser/test_passkey.py goes through it
        }
    )
    made = World(app, address, sink)
    monkeypatch.setattr(clock, "now", lambda: made.moment.astimezone(dt.UTC))
    server = make_server("127.0.0.1", port, made.answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        controller.stop()
        from volunteer.core.database import db

        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed: the journey in a browser was not tested")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield launched
        launched.close()


class Visitors:
    """Browsers of several people, each with an own cookie jar, watched for errors."""

    def __init__(self, browser: Browser, world: World, language: str) -> None:
        self.browser, self.world, self.language = browser, world, language
        self._contexts: list[BrowserContext] = []

    def open(self, *, wide: bool = False, scripts: bool = True) -> Page:
        context = self.browser.new_context(
            viewport=DESK if wide else PHONE,  # type: ignore[arg-type]
            locale=LANGUAGE_TAGS[self.language],
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            device_scale_factor=2,
        )
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.world.problems.append(str(error)))
        page.on("requestfailed", lambda request: self._not_loaded(request.url, request.failure))
        page.on("request", lambda request: self._own_host(request.url))
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.world.problems.append(text)

    def _not_loaded(self, url: str, reason: str | None) -> None:
        if reason != "net::ERR_ABORTED":  # somebody went on before the picture of the last page was there
            self.world.problems.append(f"failed: {url} ({reason})")

    def _own_host(self, url: str) -> None:
        if not url.startswith((self.world.address, "data:")):
            self.world.problems.append(f"another host: {url}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture(params=["zh_Hans", "en"])
def visitors(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Visitors]:
    """Browsers in the language of this run."""
    made = Visitors(browser, world, request.param)
    yield made
    made.close()


def axe_faults(page: Page) -> list[str]:
    """Serious and critical faults that axe-core finds on the page."""
    page.evaluate(AXE + ";1")
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url}: {violation['id']} ({violation['impact']}): {violation['nodes'][0]['html'][:120]}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]


def picture(page: Page, name: str, *, folder: Path = PICTURES) -> None:
    """Write a screenshot of the page; small enough for git."""
    folder.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")
    page.evaluate("() => window.scrollTo(0, 0)")
    page.screenshot(path=str(folder / f"{name}.png"), full_page=False, scale="css")


def pdf_pages(path: Path) -> int:
    """How many pages a printed PDF has (poppler)."""
    import subprocess

    assert shutil.which("pdfinfo"), "poppler-utils is not installed"
    listed = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return int(next(line.split(":")[1] for line in listed.splitlines() if line.startswith("Pages")))
