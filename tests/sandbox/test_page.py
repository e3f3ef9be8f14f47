"""The chat page in a real browser, against the echo bot."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.sandbox.conftest import World

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
PAGE_FOLDER = Path(__file__).resolve().parents[2] / "sandbox" / "page"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
needs_browser = pytest.mark.skipif(
    not CHROMIUM and os.environ.get("CI") != "true", reason="no chromium on this machine (apt install chromium)"
)


@pytest.fixture
async def page(world: World) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM or None, args=ARGUMENTS)
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page = await context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        await page.goto(world.url + "/")
        await expect(page.locator("#people li")).to_have_count(14)
        yield page
        await browser.close()
        assert errors == []


def _phone(page: Page, userid: str) -> Locator:
    return page.locator(f".phone[data-userid={userid}]")


async def _open(page: Page, userid: str) -> Locator:
    await page.locator(f"#people button[data-userid={userid}]").click()
    return _phone(page, userid)


@needs_browser
async def test_a_talk_in_two_windows(page: Page, world: World) -> None:
    liaison, office = await _open(page, "hx_wuliul"), await _open(page, "hx_ban")
    await expect(page.locator(".phone")).to_have_count(2)
    field = liaison.get_by_role("textbox")
    await field.fill("第一行")
    await field.press("Shift+Enter")
    await field.press_sequentially("<b>第二行</b>")
    await field.press("Enter")
    await expect(liaison.locator(".mine .bubble")).to_have_text("第一行\n<b>第二行</b>")
    await expect(liaison.locator(".row:not(.mine) .bubble")).to_have_text("你说：第一行\n<b>第二行</b>")
    await expect(liaison.locator(".bubble b")).to_have_count(0)
    await expect(office.locator(".bubble")).to_have_count(0)
    await page.reload()
    await expect(_phone(page, "hx_wuliul").locator(".bubble")).to_have_count(2)


@needs_browser
async def test_a_card_is_clicked_and_greyed(page: Page, world: World) -> None:
    world.bot.answer = lambda fields: (
        {"MsgType": "update_button", "Button": {"ReplaceName": "已提交"}} if "Event" in fields else None
    )
    phone = await _open(page, "hx_ban")
    await world.api("message/send", world.card("T-1"))
    await phone.get_by_role("button", name="确认提交").click()
    await expect(phone.locator(".card .done")).to_have_text("已提交")
    await expect(phone.locator(".card button")).to_have_count(0)
    assert [got["EventKey"] for got in world.bot.got if got.get("Event") == "template_card_event"] == ["yes"]


@needs_browser
async def test_a_vote_and_the_lists_send_what_was_chosen(page: Page, world: World) -> None:
    phone = await _open(page, "hx_ban")
    options = [{"id": "a", "text": "上午"}, {"id": "b", "text": "下午"}]
    blocks: dict[str, Any] = {
        "card_type": "vote_interaction", "submit_button": {"text": "提交", "key": "go"},
        "checkbox": {"question_key": "q", "mode": 1, "option_list": options},
    }  # fmt: skip
    await world.api("message/send", world.card("T-2", **blocks))
    await phone.get_by_label("上午").check()
    await phone.get_by_label("下午").check()
    async with page.expect_response("**/api/click"):
        await phone.locator(".card button[data-key=yes], .card button[data-key=go]").first.click()
    assert world.bot.got[-1]["Options"] == ["a", "b"]


@needs_browser
async def test_a_push_to_somebody_else_shows_a_badge(page: Page, world: World) -> None:
    await _open(page, "hx_ban")
    await world.api("message/send", world.text("请于12月31日前报送", to="hx_wuliul"))
    badge = page.locator("#people button[data-userid=hx_wuliul] .badge")
    await expect(badge).to_have_text("1")
    await expect(page).to_have_title("(1) 演练台 · 企业微信")
    phone = await _open(page, "hx_wuliul")
    await expect(phone.locator(".bubble")).to_have_text("请于12月31日前报送")
    await expect(badge).to_be_hidden()


@needs_browser
async def test_the_keyboard_finds_a_person(page: Page) -> None:
    await page.keyboard.press("/")
    await page.keyboard.type("物流")
    await expect(page.locator("#people li:visible")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(_phone(page, "hx_wuliul").get_by_role("textbox")).to_be_focused()
    await page.keyboard.press("Control+k")
    await expect(page.locator("#search")).to_be_focused()


@needs_browser
async def test_the_clock_is_turned_to_the_quarters_end(page: Page, world: World) -> None:
    await expect(page.locator("#clock-date")).to_have_text("12月10日 周四")
    await page.get_by_role("button", name="到季末").click()
    await expect(page.locator("#clock-date")).to_have_text("12月31日 周四")
    await expect(page.locator("#clock-time")).to_have_text("09:15")
    await page.get_by_role("button", name="到季末").click()
    await expect(page.locator("#clock-date")).to_have_text("3月31日 周三")


@needs_browser
async def test_a_broken_network_shows_what_was_not_delivered(page: Page, world: World) -> None:
    phone = await _open(page, "hx_ban")
    await page.locator("#network").check()
    await phone.get_by_role("textbox").fill("断了吗")
    await phone.get_by_role("textbox").press("Enter")
    await expect(phone.locator(".state.failed")).to_contain_text("未送达")
    await page.locator("#network").uncheck()
    await phone.get_by_role("button", name="重发").click()
    await expect(phone.locator(".row:not(.mine) .bubble")).to_have_text("你说：断了吗")


@needs_browser
async def test_one_window_at_a_time_on_a_narrow_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    phone = await _open(page, "hx_ban")
    await expect(phone).to_be_visible()
    await expect(page.locator("#people")).to_be_hidden()
    await phone.get_by_role("button", name="关闭").click()
    await expect(page.locator("#people")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 390


def test_the_page_needs_nothing_from_outside_and_sets_no_markup() -> None:
    for file in PAGE_FOLDER.iterdir():
        source = file.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in source, (file.name, word)
        outside = [line for line in source.splitlines() if "://" in line and "www.w3.org" not in line]
        assert all("https?:" in line for line in outside), (file.name, outside)


async def test_the_pages_files_are_served_with_a_policy(world: World) -> None:
    for path in ("/", "/app.js", "/style.css", "/icon.svg"):
        async with world.http.get(world.url + path) as response:
            assert response.status == 200
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
