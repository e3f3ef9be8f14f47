"""`make pictures`: plays one finding's life through the chat page in a browser, and writes docs/life/*.png.

Bot and stand-in run as in `make demo`, on free ports and a store that is thrown away. Every picture is what the page
shows at that moment: one phone of 390 x 844, or several of that size side by side.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from docs import palette
from tests.e2e.documents import document
from tests.e2e.rig import Rig

OUT = Path(__file__).parent / "life"
AUDIT, OFFICE, LIAISON, HEAD, DIRECTOR = "hx_shenji", "hx_ban", "hx_jianshel", "hx_jianshe", "hx_zhuren"
PEOPLE = (AUDIT, OFFICE, LIAISON, HEAD, DIRECTOR)
NUMBER = "WT-2026-0001"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
SCALE = 1.5
SLIP = """<body style="margin:0"><div style="width:520px;height:320px;background:#f7f3e8;font:20px 'Noto Sans CJK SC';
padding:24px;box-sizing:border-box"><h2 style="margin:0 0 18px;color:#8a1f1f;text-align:center">{title}</h2>
<p>单位：恒信建设</p><p>摘要：{words}</p><p>金额：<b>{amount}</b></p></div></body>"""


class Phones:
    """One browser window for each person."""

    def __init__(self, rig: Rig, browser: Browser) -> None:
        self.rig = rig
        self.pages: dict[str, Page] = {}
        for person in PEOPLE:
            size: ViewportSize = {"width": 390, "height": 844}
            page = browser.new_context(viewport=size, device_scale_factor=SCALE, locale="zh-CN").new_page()
            page.emulate_media(reduced_motion="reduce", color_scheme="light")
            page.goto(f"http://127.0.0.1:{rig.page_port}/")
            page.locator(f"#people button[data-userid={person}]").click()
            page.evaluate(_NO_TOASTS)
            page.wait_for_function(_CLOCK)
            self.pages[person] = page

    def say(self, person: str, *lines: str) -> None:
        """Write, and wait until the answer and all that it pushes are there."""
        for text in lines:
            field = self.pages[person].get_by_role("textbox").last
            field.fill(text)
            field.press("Enter")
            self._wait(person)

    def tap(self, person: str, button: str) -> None:
        before = self._last(person)
        self.pages[person].locator(".card:not(.closed)").get_by_role("button", name=button, exact=True).last.click()
        self._wait(person, before)

    def pick(self, person: str, name: str, data: bytes, kind: str) -> None:
        """kind: "image/jpeg" goes by the picture button, anything else by the paper clip."""
        place = 0 if kind == "image/jpeg" else 1
        field = self.pages[person].locator(".composer input[type=file]").nth(place)
        before = self._last(person)
        field.set_input_files({"name": name, "mimeType": kind, "buffer": data})
        self._wait(person, before)
        fetched = "SELECT count(*) FROM fetches WHERE state = 'due'"
        self.rig.until(lambda: self.rig.one(fetched) == 0 or None, "a file is still to be fetched", 20)
        self.rig.settle()

    def _last(self, person: str) -> int:
        return max((entry["seq"] for entry in self.rig.messages(person)), default=0)

    def _wait(self, person: str, before: int | None = None) -> None:
        def answered() -> bool | None:
            rows = self.rig.messages(person)
            asked = before if before is not None else max(row["seq"] for row in rows if row["from"] == "member")
            return any(row["from"] == "app" and row["seq"] > asked for row in rows) or None

        if before is None:
            said = self.pages[person].locator(".mine .bubble").last
            said.wait_for()
        self.rig.until(answered, f"{person} got no answer", 20)
        self.rig.settle()

    def shoot(self, name: str, *persons: str, top: str = "") -> None:
        """These people's phones as they are; `top`: on the first, the last message with these words is uppermost."""
        shots = []
        for at, person in enumerate(persons):
            page = self.pages[person]
            page.wait_for_function(_SHOWN, arg=self._last(person))
            page.evaluate(_DOWN)
            if top and at == 0:
                page.evaluate(_UP_TO, top)
            shots.append(page.screenshot(animations="disabled", caret="hide"))
        content = palette.beside(shots)
        (OUT / f"{name}.png").write_bytes(content)
        sys.stdout.write(f"{name}.png {len(content) // 1024} KB\n")


_NO_TOASTS = "() => { document.getElementById('toasts').style.display = 'none'; }"  # news for the other phones
_CLOCK = "() => document.getElementById('clock-time').textContent === '10:00'"
_SHOWN = "seq => seq === 0 || document.querySelector(`.log [data-seq='${seq}']`) !== null"
_DOWN = "() => { for (const log of document.querySelectorAll('.log')) log.scrollTop = log.scrollHeight; }"
_UP_TO = """words => { const log = document.querySelector('.log');
  const found = [...log.querySelectorAll('article')].filter(row => row.textContent.includes(words)).at(-1);
  if (found) log.scrollTop += found.getBoundingClientRect().top - log.getBoundingClientRect().top - 8; }"""


def play(phones: Phones, photo: bytes, receipt: bytes) -> None:
    """The life, picture by picture; docs/life.md tells it in words."""
    rig = phones.rig
    phones.say(AUDIT, "报送问题：恒信建设备用金7个月没清，一共4.2万元，11月20日发现")
    phones.tap(AUDIT, "确认提交")
    phones.shoot("01-report", AUDIT, OFFICE)
    phones.say(OFFICE, "交办 0001 恒信建设 责任人周涛，分两个节点：12月18日完成清理，1月29日完成入账", "确认")
    phones.shoot("02-assign", OFFICE, LIAISON)
    phones.tap(LIAISON, "收到")
    phones.say(LIAISON, "0001 整改进展：已收回2.5万元，60%")
    phones.pick(LIAISON, "现场.jpg", photo, "image/jpeg")
    phones.say(LIAISON, "确认")
    phones.shoot("03-progress", LIAISON, AUDIT)
    phones.say(LIAISON, "这是0001的佐证")
    phones.pick(LIAISON, "清理明细.docx", document("备用金清理明细"), "application/octet-stream")
    phones.say(LIAISON, "确认")
    phones.pick(LIAISON, "台账.docm", document("备用金台账", macro=True), "application/octet-stream")
    phones.say(LIAISON, "取消")
    phones.say(AUDIT, "看0001的佐证", "全部")
    phones.shoot("04-evidence", LIAISON, AUDIT)
    phones.say(LIAISON, "0001第一个节点完成了", "确认")
    phones.say(LIAISON, "0001 申请延期至2027年2月26日，原因：一名原经办人离职，对账要等", "确认")
    phones.shoot("05-extension-asked", LIAISON, OFFICE)
    phones.tap(OFFICE, "同意延期")
    phones.say(OFFICE, "确认")
    phones.shoot("06-extension-granted", OFFICE, AUDIT, LIAISON)
    phones.say(LIAISON, "0001 申请验收", "制度缺失，批评教育1人")
    phones.say(LIAISON, "措施：全部收回入账，修订了备用金办法；挽回金额：4.2万元", "确认")
    phones.shoot("07-applied", LIAISON, AUDIT)
    phones.tap(AUDIT, "退回")
    phones.say(AUDIT, "收款回单缺一张，12月25日前补", "确认")
    phones.shoot("08-returned", AUDIT, LIAISON, HEAD)
    rig.ask("/api/clock", {"now": "2026-11-24T10:00:00+08:00", "rate": 0})
    phones.pick(LIAISON, "回单.jpg", receipt, "image/jpeg")
    phones.say(LIAISON, "确认", "0001 申请验收", "补了收款回单，全部收回入账", "确认")
    phones.shoot("09-applied-again", LIAISON, AUDIT)
    phones.tap(AUDIT, "通过")
    phones.say(LIAISON, "同意销号 0001")
    phones.say(AUDIT, "确认")
    phones.shoot("10-closed", AUDIT, LIAISON)
    phones.say(OFFICE, f"留痕 {NUMBER}", "全部")
    phones.shoot("11-trail", OFFICE, OFFICE, top="全部")
    phones.say(DIRECTOR, "重启 0001，原因：抽查发现又挂账1.2万元，依据：抽查记录", "确认")
    phones.say(DIRECTOR, "查 0001")
    phones.shoot("12-second-round", DIRECTOR, LIAISON)


def _first_day(rig: Rig) -> None:
    """The stand-in has heard the bot's clock; what the bot tells the office on its first start is out of the way."""
    rig.until(lambda: rig.ask("/api/clock")["now"].startswith("2026-11-23T10:00") or None, "the clock is not heard")
    rig.settle()
    rig.ask("/api/forget", {})


def _photo(browser: Browser, title: str, words: str, amount: str) -> bytes:
    """A slip of paper as a JPEG."""
    page = browser.new_page(viewport={"width": 520, "height": 320})
    page.set_content(SLIP.format(title=title, words=words, amount=amount))
    content = page.screenshot(type="jpeg", quality=80)
    page.close()
    return content


def main() -> None:
    chromium = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), "")
    if not chromium:
        sys.exit("no chromium on this machine (apt install chromium fonts-noto-cjk)")
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        rig = Rig(Path(folder))
        rig.start()
        try:
            _first_day(rig)
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            photo = _photo(browser, "备用金收回凭证", "员工备用金归还", "25,000.00 元")
            receipt = _photo(browser, "收款回单", "备用金余款收回", "17,000.00 元")
            play(Phones(rig, browser), photo, receipt)
            browser.close()
        finally:
            rig.close()


if __name__ == "__main__":
    main()
