"""Lexicons and scoring for the tests of understanding."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.understanding.engine import Understanding
from bot.understanding.meaning import Lexicon, PersonName, UnitName

HERE = Path(__file__).parent
GROUP = HERE.parents[1] / "sandbox" / "hengxin"
NOW = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001 - Chinese wall time, as people say it
TODAY = date(2026, 11, 23)

OTHER_UNITS = (
    ("HY", "华岳集团", "", "集团"), ("JJ", "纪检监察室", "HY", "纪检室、纪委"), ("SF", "审计法务部", "HY", "审法部"), ("CW", "财务管理中心", "HY", "财务中心"),
    ("CG", "物资采购中心", "HY", "采购中心"), ("AQ", "安全生产部", "HY", "安监部"), ("RZ", "人力资源部", "HY", "人资部"), ("DQ", "党群工作部", "HY", "党群部"),
    ("ZJ", "华岳重机", "HY", "重机、重机公司"), ("ZJ3", "华岳重机三分厂", "ZJ", "三分厂"), ("LT", "临港投资", "HY", "临投"), ("GW", "海川港务", "HY", "港务、港务公司"),
    ("GWS", "海川港务散货码头", "GW", "散货码头"), ("KY", "金鼎矿业", "HY", "矿业、矿业公司、金鼎"), ("YF", "云帆科技", "HY", "云帆"), ("DC", "华岳地产", "HY", "地产、地产公司"),
)  # fmt: skip
OTHER_PEOPLE = (
    ("f", "冯远", "KY"),
    ("m", "马驰", "ZJ3"),
    ("t", "唐一鸣", "LT"),
    ("x", "谢芳", "GW"),
    ("l", "罗大勇", "YF"),
    ("d", "邓丽", "KY"),
)


THIRD_UNITS = (
    ("LJ", "澜江集团", "", "集团"), ("JW", "纪检监察部", "LJ", "纪检、纪检部"), ("SJ", "内部审计部", "LJ", "内审、内审部"), ("ZC", "资产管理部", "LJ", "资管部"),
    ("DJ", "党建工作部", "LJ", "党建部"), ("GC", "工程建设部", "LJ", "工程部"), ("CW", "计划财务部", "LJ", "计财部"), ("SW", "澜江水务", "LJ", "水务、水务公司"),
    ("SWC", "城东水厂", "SW", "东厂"), ("WL", "鼎盛文旅", "LJ", "文旅、文旅公司"), ("MD", "北岭煤电", "LJ", "煤电、北岭"), ("LC", "瑞安粮储", "LJ", "粮储、粮库"),
    ("GJ", "澜江公交", "LJ", "公交、公交公司"), ("GJ2", "公交二场", "GJ", "二场"), ("HB", "碧源环保", "LJ", "环保公司、碧源"),
)  # fmt: skip
THIRD_PEOPLE = (
    ("s", "孙立新", "SW"), ("g", "高敏", "WL"), ("h", "贺军", "MD"), ("o", "欧阳雪", "LC"), ("j", "贾文涛", "GJ"), ("sl", "石磊", "SWC"), ("w", "魏建国", "HB"),
)  # fmt: skip


def workday(day: date) -> bool:
    return day.weekday() < 5


def hengxin() -> Lexicon:
    with (GROUP / "单位.csv").open(encoding="utf-8-sig") as file:
        units = [
            UnitName(r["编码"], r["名称"], tuple(filter(None, r["别名"].split("、"))), r["上级编码"])
            for r in csv.DictReader(file)
        ]
    with (GROUP / "人员.csv").open(encoding="utf-8-sig") as file:
        people = [PersonName(r["账号"], r["姓名"], r["单位编码"], r["职务"]) for r in csv.DictReader(file)]
    return Lexicon(tuple(units), tuple(people))


def other() -> Lexicon:
    units = tuple(UnitName(c, n, tuple(filter(None, a.split("、"))), p) for c, n, p, a in OTHER_UNITS)
    return Lexicon(units, tuple(PersonName(*row) for row in OTHER_PEOPLE))


def third() -> Lexicon:
    units = tuple(UnitName(c, n, tuple(filter(None, a.split("、"))), p) for c, n, p, a in THIRD_UNITS)
    return Lexicon(units, tuple(PersonName(*row) for row in THIRD_PEOPLE))


KEPT = frozenset({"desc", "reason", "opinion", "basis"})  # must be kept: our piece holds the expected one
HARD = frozenset({
    "amount_yuan", "unit", "units", "number", "numbers", "due", "new_due", "found_at", "date_from", "date_to",
    "due_from", "due_to", "expect", "receipt", "remind_at", "material_due", "time", "recovered_yuan",
})  # fmt: skip


@dataclass
class Score:
    """Counts over a file: hits, and the misses in words."""

    lines: int = 0
    right: int = 0
    found: int = 0
    wrong: int = 0
    missing: int = 0
    hard: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        return self.right / self.lines

    @property
    def f1(self) -> float:
        precision = self.found / (self.found + self.wrong)
        recall = self.found / (self.found + self.missing)
        return 2 * precision * recall / (precision + recall)


def lines(name: str) -> Iterator[dict[str, Any]]:
    with (HERE / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def fits(key: str, got: Any, want: Any) -> bool:
    if key in KEPT and isinstance(want, str):
        return isinstance(got, str) and want in got
    if isinstance(want, list) and isinstance(got, list):
        return sorted(map(str, got)) == sorted(map(str, want))
    return bool(got == want)


def score(name: str, engine: Understanding) -> Score:
    """Everything a file expects, against what the engine says with the speaker's role."""
    out = Score()
    for row in lines(name):
        meaning = engine.understand(row["text"], now=NOW, roles=frozenset({row["role"]}))
        out.lines += 1
        out.right += meaning.intent == row["intent"]
        if meaning.intent != row["intent"]:
            out.misses.append(f"{row['text']!r}: {meaning.intent} instead of {row['intent']}")
        for key, want in row["slots"].items():
            got = meaning.slots.get(key)
            if fits(key, got, want):
                out.found += 1
                continue
            out.missing += 1
            out.wrong += got is not None
            out.misses.append(f"{row['text']!r}: {key} is {got!r} instead of {want!r}")
            if got is not None and key in HARD:
                out.hard.append(out.misses[-1])
    return out
