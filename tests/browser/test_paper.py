"""The paper round trip: a printed sheet, signed by hand, comes back as three words and a photo."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors, World, axe_faults, pdf_pages, picture
from tests.browser.roll_call_world import held, recorded, sign_in
from tests.browser.steps import no_sideways_scrolling

pytestmark = pytest.mark.browser
NAMES = ("陈桂芳", "王建国", "李秀英", "欧阳建国", "赵小二")


@pytest.fixture
def chinese(browser: Browser, world: World) -> Any:
    made = Visitors(browser, world, "zh_Hans")
    yield made
    made.close()


def press(page: Page, text: str) -> None:
    with page.expect_navigation():
        page.locator("main button", has_text=text).first.click()


def ink(paper: Path) -> float:
    """How much of the first printed page is dark, in percent: an empty page would have none."""
    subprocess.run(
        ["pdftoppm", "-r", "60", "-png", "-f", "1", "-l", "1", "-singlefile", str(paper), str(paper)],
        check=True,
    )
    printed = Image.open(f"{paper}.png").convert("L")
    return sum(printed.histogram()[:128]) * 100 / (printed.width * printed.height)


def photo() -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "JPEG")
    return {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.parametrize("scripts", [True, False])
def test_there_and_back(world: World, chinese: Visitors, tmp_path: Path, scripts: bool) -> None:
    at = held(world, NAMES)
    desk = chinese.open(wide=True)
    sign_in(world, desk, at.leader_id)
    desk.goto(f"{world.address}/activities/{at.occurrence_id}/roster")
    press(desk, "打印签到表")
    for row, name in enumerate(NAMES, 1):
        expect(desk.locator("tbody tr").nth(row - 1)).to_contain_text(f"{row}{name}")
    paper = tmp_path / "sheet.pdf"
    desk.pdf(path=str(paper), prefer_css_page_size=True)
    assert pdf_pages(paper) == 1
    assert ink(paper) > 1
    assert axe_faults(desk) == []
    entry = f"{desk.url}/entry"  # where the code on the sheet leads

    phone = chinese.open(scripts=scripts)
    sign_in(world, phone, at.leader_id)
    phone.goto(entry)
    assert no_sideways_scrolling(phone)
    phone.fill("#text", "2 缺席；五 早走 30")
    press(phone, "看一看结果")
    expect(phone.locator("mark")).to_have_text("五")
    expect(phone.locator("#text")).to_have_value("2 缺席；五 早走 30")
    phone.fill("#text", "2 缺席；５早走３０")
    press(phone, "看一看结果")
    expect(phone.locator("[data-record]")).to_have_text("记录 5 人，共 7 小时 30 分")
    assert no_sideways_scrolling(phone)
    if scripts:
        assert axe_faults(phone) == []
        picture(phone, "zh-29-paper-entry")
    phone.set_input_files("#file", photo())
    press(phone, "记录 5 人")
    assert "/batches/" in phone.url
    expect(phone.locator("main")).to_contain_text("纸质签到表")
    assert recorded(world) == dict(
        zip(at.people, ["present", "absent", "present", "present", "left_early"], strict=True)
    )
    answer = phone.request.get(f"{phone.url}/photo")
    assert answer.headers["content-type"] == "image/jpeg"
    assert world.problems == []


def test_a_long_list_repeats_its_head_on_the_next_page(
    world: World, chinese: Visitors, tmp_path: Path
) -> None:
    at = held(world, tuple(f"陈小{n}" for n in range(40)))
    desk = chinese.open(wide=True)
    sign_in(world, desk, at.leader_id)
    desk.goto(f"{world.address}/activities/{at.occurrence_id}/roster")
    press(desk, "打印签到表")
    paper = tmp_path / "long.pdf"
    desk.pdf(path=str(paper), prefer_css_page_size=True)
    assert pdf_pages(paper) == 3
    text = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    assert text.count("签名") >= 3
