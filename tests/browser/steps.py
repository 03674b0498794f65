"""What people do on the pages, by the names of fields and the addresses of forms: the same in every language."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect


class Person:
    """One person at one browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def form(self, action: str) -> Locator:
        """The form that is sent to an address matching `action`."""
        return self.page.locator(f"form[action*='{action}']").first

    def press(self, action: str, button: str = "button:visible") -> None:
        """Send the form by its button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.form(action).locator(button).last.click()

    def submit(self) -> None:
        """Send the page's main form."""
        with self.page.expect_navigation():
            self.page.locator("main form[method='post'] button[type='submit']:visible").first.click()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"main [name='{name}']:not([type='hidden'])").first.fill(value)

    def choose(self, name: str, value: str) -> None:
        """Pick a radio button by its value."""
        self.page.locator(f"main input[name='{name}'][value='{value}']").first.check(force=True)

    def sign_in(self, number: str, password: str) -> None:
        self.open("/sign-in")
        self.fill(account=number, password=password)
        self.submit()
        expect(self.page.locator("form[action='/sign-out'], a[href='/me']").first).to_be_visible()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def number_in_address(self) -> int:
        """The last number in the present address."""
        return int(re.findall(r"\d+", self.page.url.split("?")[0].split("//")[1].split("/", 1)[1])[-1])


def no_sideways_scrolling(page: Page) -> bool:
    width: Any = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return int(width) <= 0
