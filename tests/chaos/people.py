"""People who report, confirm, ask and note what they were told, through the stand-in's phone."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.anonymous import words as words_of_the_path
from tests.chaos.site import Site, reminded_at, responsible
from tests.e2e.rig import words

CONFIRM = re.compile("回复“确认”")
NUMBER = re.compile(r"WT-\d{4}-\d{4,}")
RECORDED = re.compile(r"已(?:登记|提交) (WT-\d{4}-\d{4,})")
NOTED = re.compile(r"^(?!请确认)[\s\S]*周五")  # no echo of a talk that was left open
REPORTED = re.compile(r"第\d+次进展")
FILED = re.compile("模板已发给您|以哪个部门")
DENIED = "未成功，请稍后重发。"
OWED = 60.0  # seconds within which what was taken is answered by message
PATIENCE = 40  # times that somebody says it again
FILES = 0.1  # of what the others do not ask or report
PAUSE = 1.0  # before somebody says it again who heard nothing, or that it had failed
UNITS = ("恒信建设", "恒信物流", "恒信能源", "恒信置业", "恒信资本")
MATTERS = ("备用金超过7个月没有清理", "供应商准入资料不全", "大额采购没有比价记录", "车辆加油台账缺失")


@dataclass(frozen=True, slots=True)
class Heard:
    """How it went: told (what was wanted), denied (未成功, or the anonymous path's), lost (no answer), odd (others)."""

    how: str
    text: str
    smooth: bool  # answered at the first attempt


@dataclass(slots=True)
class Book:
    """What people were told. markers: words that stand in one deed only."""

    recorded: dict[str, str] = field(default_factory=dict)  # findings: marker -> the number that was told
    reported: set[str] = field(default_factory=set)  # progress that was confirmed
    promised: Counter[str] = field(default_factory=Counter)  # of whom how many were told that it was noted
    denied: set[str] = field(default_factory=set)  # told 未成功, and nothing else afterwards
    doubtful: dict[str, str] = field(default_factory=dict)  # confirmed, but nobody said what came of it -> the person
    faults: list[str] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)  # HTTP statuses of deliveries, 0: none came
    latencies: list[float] = field(default_factory=list)  # of what was answered at the first attempt, milliseconds


class Pace:
    """So many a second, never more at once than have come together in a second."""

    def __init__(self, rate: float) -> None:
        self._rate, self._next = rate, time.monotonic()

    async def take(self) -> None:
        now = time.monotonic()
        self._next = max(self._next + 1 / self._rate, now - 1)
        await asyncio.sleep(max(0.0, self._next - now))

    def free(self) -> bool:
        """Whether one may go at once; takes it then."""
        now = time.monotonic()
        if self._next + 1 / self._rate > now:
            return False
        self._next = max(self._next + 1 / self._rate, now - 1)
        return True


class Crowd:
    """Everybody who talks. pace: of messages; deeds: of what is confirmed, since each deed is a card to the office."""

    def __init__(self, site: Site, seed: int, *, pace: float = 1000.0, deeds: float = 1000.0) -> None:
        self._site, self._dice = site, random.Random(seed)
        self._pace, self._deeds = Pace(pace), Pace(deeds)
        self._serial = itertools.count(1)
        self._session: aiohttp.ClientSession | None = None
        self._read: dict[str, int] = {}
        self.book = Book()
        self._interrupted: set[str] = set()  # who was left in the middle of something, and may be misunderstood

    async def __aenter__(self) -> Crowd:
        timeout = aiohttp.ClientTimeout(total=120)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def talk(self, submitters: int, over: asyncio.Event) -> None:
        """Some of the group report and ask, those responsible tell their progress, until it is over."""
        ours = self._site.people[:submitters]
        matters = list(reminded_at())[-6:]  # their reminders come after the run: who promises hears none
        await asyncio.gather(
            *(self._submitter(person, over) for person in ours),
            *(self._worker(responsible(matter), matter, over) for matter in matters),
        )

    async def _submitter(self, person: str, over: asyncio.Event) -> None:
        mine: list[str] = []
        while not over.is_set():
            if mine and self._dice.random() < 0.5:
                await self._ask(person, self._dice.choice(mine))
            elif self._dice.random() < FILES:
                await self._take_away(person)
            elif self._deeds.free():
                mine += await self._submit(person)
            else:
                await self._change_mind(person)

    async def _worker(self, person: str, matter: str, over: asyncio.Event) -> None:
        while not over.is_set():
            if self._deeds.free():
                await self._progress(person, matter)
                await self._promise(person, matter)
            await self._ask(person, matter)

    async def _submit(self, person: str) -> list[str]:
        """Reports and confirms; the number, if he was told one."""
        serial = next(self._serial)
        marker = f"第{serial}号档案"
        told = f"报送问题：{UNITS[serial % 5]}检查{marker}时发现{MATTERS[serial % 4]}，需要整改"
        if not await self._open(person, told):
            return []
        number = await self._confirm(person, marker, RECORDED)
        if not number:
            return []
        self.book.recorded[marker] = number
        return [number]

    async def _progress(self, person: str, matter: str) -> None:
        marker = f"已核对第{next(self._serial)}号凭证"
        if await self._open(person, f"{matter} 整改进展：{marker}") and await self._confirm(person, marker, REPORTED):
            self.book.reported.add(marker)

    async def _promise(self, person: str, matter: str) -> None:
        """No question comes back: what is carried out twice is there twice."""
        if (await self._hear(person, f"收到 {matter}，周五前报", NOTED)).how == "told":
            self.book.promised[person] += 1

    async def _ask(self, person: str, number: str) -> None:
        heard = await self._hear(person, f"查 {number}", re.compile(number))
        if heard.how == "odd":
            self.book.faults.append(f"asked for {number}, heard {heard.text[:80]!r}")

    async def _take_away(self, person: str) -> None:
        """A file that says the same whenever it is asked for: that each came, and came once, is the judge's."""
        heard = await self._hear(person, "台账模板", FILED)
        if heard.how == "odd" and heard.smooth and person not in self._interrupted:
            self.book.faults.append(f"wanted a file, heard {heard.text[:80]!r}")
        await self._hear(person, "取消", re.compile("取消"))

    async def _change_mind(self, person: str) -> None:
        told = f"报送问题：{UNITS[0]}检查第{next(self._serial)}号样本时发现{MATTERS[0]}，需要整改"
        if await self._open(person, told):
            await self._hear(person, "取消", re.compile("取消"))

    async def _open(self, person: str, told: str) -> bool:
        """Says it until he is asked to confirm; what an earlier try left open is taken back first."""
        for _ in range(PATIENCE):
            heard = await self._hear(person, told, CONFIRM)
            if heard.how == "told":
                return True
            if heard.how == "odd":
                if heard.smooth and person not in self._interrupted:
                    self.book.faults.append(f"wanted to be asked, heard {heard.text[:80]!r}")
                await self._hear(person, "取消", re.compile(""))
        self.book.faults.append("nobody took a report for a long time")
        return False

    async def _confirm(self, person: str, marker: str, wanted: re.Pattern[str]) -> str:
        """What was told of the deed; "" when it stayed open what came of it, or came to nothing."""
        before, denied = await self._mark(person), False
        for _ in range(PATIENCE):
            heard = await self._hear(person, "确认", wanted)
            if heard.how == "told":
                return _what(heard.text, wanted)
            if heard.how == "odd":
                break
            denied = denied or heard.how == "denied"
        late = await self._late(person, before, wanted, 0.0)
        if denied and not late:
            self.book.denied.add(marker)
        self.book.doubtful[marker] = person
        return _what(late, wanted) if late else ""

    async def _hear(self, person: str, told: str, wanted: re.Pattern[str]) -> Heard:
        await self._pace.take()
        before = await self._mark(person)
        answer = await self._post("/api/say", {"userid": person, "text": told})
        self.book.attempts.update(str(status) for status in answer["https"])
        heard = await self._judge(person, answer, wanted, before)
        self.book.heard[heard.how] += 1
        if heard.how in ("denied", "lost"):
            self._interrupted.add(person)
            await asyncio.sleep(PAUSE)
        return heard

    async def _judge(self, person: str, answer: dict[str, Any], wanted: re.Pattern[str], before: int) -> Heard:
        smooth = answer["https"] == [200]
        if answer["problem"]:
            self.book.faults.append(f"a reply that the platform does not take: {answer['problem']}")
        if smooth:
            self.book.latencies.append(float(answer["ms"]))
        if answer["reply"]:
            return Heard(_how(str(answer["reply"]), wanted), str(answer["reply"]), smooth)
        if answer["status"] != "empty":
            return Heard("lost", "", smooth=False)
        if text := await self._late(person, before, re.compile(f"{wanted.pattern}|{DENIED}"), OWED):
            return Heard(_how(text, wanted), text, smooth=False)
        if text := await self._late(person, before, re.compile(""), 0.0):  # of a talk that was left open before
            return Heard("odd", text, smooth=False)
        self.book.faults.append(f"{person} was answered 200 and heard nothing for {OWED:.0f} s")
        return Heard("lost", "", smooth=False)

    async def _late(self, person: str, before: int, wanted: re.Pattern[str], seconds: float) -> str:
        """The words of what was sent to him after `before` and is what was wanted; "" when there is none."""
        until = time.monotonic() + seconds
        while True:
            for entry in await self._messages(person, before):
                if entry["from"] == "app" and entry["seq"] > before and wanted.search(words(entry)):
                    return words(entry)
            if time.monotonic() >= until:
                return ""
            await asyncio.sleep(0.2)

    async def _mark(self, person: str) -> int:
        """How far the person has read: what comes from now on stands behind it."""
        entries = await self._messages(person, self._read.get(person, 0))
        self._read[person] = max((entry["rev"] for entry in entries), default=self._read.get(person, 0))
        return self._read[person]

    async def _messages(self, person: str, after: int) -> list[dict[str, Any]]:
        assert self._session is not None
        where = f"http://127.0.0.1:{self._site.page_port}/api/messages"
        async with self._session.get(where, params={"userid": person, "after": after}) as response:
            found: list[dict[str, Any]] = await response.json()
            return found

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert self._session is not None
        async with self._session.post(f"http://127.0.0.1:{self._site.page_port}{path}", json=body) as response:
            found: dict[str, Any] = await response.json()
            assert response.status == 200, found
            return found


def _how(text: str, wanted: re.Pattern[str]) -> str:
    return "told" if wanted.search(text) else "denied" if text in (DENIED, words_of_the_path.LATER) else "odd"


def _what(text: str, wanted: re.Pattern[str]) -> str:
    """The number, where the words have one."""
    found = wanted.search(text)
    assert found is not None
    return found[found.re.groups]
