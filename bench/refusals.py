"""Asks for numbers that are hidden and numbers that do not exist, and tells whether the time of the refusal differs.

`python -m bench.refusals`: the bot on a port of its own; every kind of asker puts 500 questions of each sort, in
random order, never more than four a person (domain.md 2.5 slows down the fifth). The page has the ratio of the medians
and the rank test of Mann and Whitney; a control compares the absent numbers with each other.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import math
import os
import random
import re
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Line
from bench.platform import Platform
from bench.servers import ROOT, Cores, Stable
from bench.wire import Post
from sandbox.settings import Settings

OUT = ROOT / "bench" / "out"
SAID = "未查询到该编号，或您无权查看。"
A_PERSON = 4
MATTERS = 8
_NUMBER = re.compile(r"(?:WT|XS)-2026-[0-9A-Z]{4,}")
ASKERS = {"stranger": "", "employee": "employee", "liaison of another unit": "unit_liaison"}


@dataclass(slots=True)
class Sample:
    """Milliseconds of one kind of asker and of matter, in the order in which they were measured."""

    hidden: list[float] = field(default_factory=list)
    absent: list[float] = field(default_factory=list)


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """(z, two-sided p) by the normal approximation with the correction for ties; z > 0 when `first` tends higher."""
    ranks, ties = _ranks([*first, *second])
    n, m = len(first), len(second)
    u = sum(ranks[:n]) - n * (n + 1) / 2
    total = n + m
    spread = math.sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1)))) if total > 1 else 0.0
    z = (u - n * m / 2) / spread if spread else 0.0
    return z, math.erfc(abs(z) / math.sqrt(2))


def _ranks(values: Sequence[float]) -> tuple[list[float], float]:
    """Ranks from 1, equal values sharing theirs, and the sum of t³ - t over the ties."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, ties, at = [0.0] * len(values), 0.0, 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for place in range(at, end + 1):
            ranks[order[place]] = (at + end) / 2 + 1
        ties += (end - at + 1) ** 3 - (end - at + 1)
        at = end + 1
    return ranks, ties


class Trial:
    """One bot, its hidden matters, and everybody who asks for them."""

    def __init__(self, folder: Path, asks: int, cores: Cores, seed: int) -> None:
        self._settings = Settings()
        self._post, self._asks = Post(self._settings), asks
        self._stable = Stable(folder, cores, self._settings)
        self._group = folder / "group"
        self._chance = random.Random(seed)

    async def run(self) -> dict[tuple[str, str], Sample]:
        self._write_group()
        async with Platform() as platform:
            try:
                self._line = Line(self._stable.bot(platform.port, self._group).port)
                return await self._measure()
            finally:
                await asyncio.to_thread(self._stable.stop)  # the loop goes on answering the bot's last calls

    def _write_group(self) -> None:
        """The sample group with as many employees and liaisons of 恒信物流 as have to ask."""
        sample = self._settings.org
        self._group.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample / "单位.csv", self._group)
        shutil.copy(sample / "人员.csv", self._group)
        with (self._group / "人员.csv").open("a", encoding="utf-8", newline="") as lines:
            rows = csv.writer(lines)
            for asker, role in ASKERS.items():
                rows.writerows([one, "测试员", "WL", role, "", "", ""] for one in self._people(asker) if role)

    def _people(self, asker: str) -> list[str]:
        count = -(-self._asks * 4 // A_PERSON)  # two sorts of number, two of matter
        return [f"{asker.split()[0]}{at:05d}" for at in range(count)]

    async def _measure(self) -> dict[tuple[str, str], Sample]:
        hidden = {"finding": await self._findings(), "lead": [await self._lead()]}
        plan = [one for asker in ASKERS for one in self._plan(asker, hidden)]
        for asker, _, _, number in plan[:: max(1, len(plan) // 200)]:  # warm up, by people of its own
            await self._ask(f"warm{asker.split()[0]}{self._chance.random()}"[:60], f"查 {number}")
        self._chance.shuffle(plan)
        speakers = {asker: self._speakers(asker) for asker in ASKERS}
        found: dict[tuple[str, str], Sample] = {}
        for asker, kind, sort, number in plan:
            spent, words = await self._ask(next(speakers[asker]), f"查 {number}")
            if words != SAID:
                raise RuntimeError(f"not refused: {words[:80]!r}")
            sample = found.setdefault((asker, kind), Sample())
            (sample.hidden if sort == "hidden" else sample.absent).append(spent)
        return found

    def _plan(self, asker: str, hidden: dict[str, list[str]]) -> Iterator[tuple[str, str, str, str]]:
        for kind, numbers in hidden.items():
            for at in range(self._asks):
                yield asker, kind, "hidden", numbers[at % len(numbers)]
                yield asker, kind, "absent", f"WT-2026-{5000 + at}" if kind == "finding" else f"XS-2026-{at:04d}"

    def _speakers(self, asker: str) -> Iterator[str]:
        """Everybody four times, in random order."""
        people = self._people(asker) * A_PERSON
        self._chance.shuffle(people)
        return iter(people)

    async def _findings(self) -> list[str]:
        found = []
        for at in range(MATTERS):
            await self._ask("hx_caiwu", f"报送问题：恒信建设检查第{at}号档案时发现备用金超过7个月没有清理，4.2万元")
            found.append(self._number((await self._ask("hx_caiwu", "确认"))[1]))
        return found

    async def _lead(self) -> str:
        await self._ask("hx_caiwu", "报告问题线索：恒信建设项目经理赵磊收受分包商好处，有聊天截图")
        return self._number((await self._ask("hx_caiwu", "确认"))[1])

    def _number(self, words: str) -> str:
        number = _NUMBER.search(words)
        if number is None:
            raise RuntimeError(f"no number in {words[:80]!r}")
        return number[0]

    async def _ask(self, person: str, words: str) -> tuple[float, str]:
        """(milliseconds, answer); the request is sealed before the clock starts."""
        callback = self._post.text(person, words, "")
        begin = time.perf_counter()
        _, body = await self._line.ask(callback.raw)
        return (time.perf_counter() - begin) * 1000, self._post.read(body)


def page(found: dict[tuple[str, str], Sample]) -> str:
    lines = [
        "# The time of a refusal",
        "",
        "| asker | matter | asks | hidden, median ms | absent, median ms | ratio | z | p | control p |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (asker, kind), sample in sorted(found.items()):
        hidden, absent = statistics.median(sample.hidden), statistics.median(sample.absent)
        z, p = mann_whitney(sample.hidden, sample.absent)
        _, control = mann_whitney(sample.absent[::2], sample.absent[1::2])
        cells = [asker, kind, f"{len(sample.hidden)} + {len(sample.absent)}", f"{hidden:.3f}", f"{absent:.3f}"]
        lines.append(
            "| " + " | ".join([*cells, f"{hidden / absent:.4f}", f"{z:+.2f}", f"{p:.3f}", f"{control:.3f}"]) + " |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.refusals", description=__doc__)
    parser.add_argument("--asks", type=int, default=500, help="of each sort, by each kind of asker")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    folder, cores = options.out / f"refusals-{os.getpid()}", Cores.choose()
    cores.load_here()
    try:
        found = asyncio.run(Trial(folder, options.asks, cores, options.seed).run())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = page(found)
    (options.out / "refusals.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
