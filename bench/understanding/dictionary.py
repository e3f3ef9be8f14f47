"""The slots of the baseline: regular expressions for numbers, days and money, a dictionary for units and people."""

from __future__ import annotations

import re
from typing import Any

from bench.understanding import corpus
from bench.understanding.corpus import Said
from tests.understanding import samples

_NUMBER = re.compile(r"\b(?:WT|XS|BG|JJ|HY|YT|LJ|DB|JH)-\d{4}-[0-9A-Z]{4}\b", re.IGNORECASE)
_SERIAL = re.compile(r"(?<![\d.年月日号-])(\d{3,4})(?![\d年月日元万%.-])")
_LEAD = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Z]*[A-Z])(?=[0-9A-Z]*\d)([0-9A-Z]{4})(?![0-9A-Za-z])")
_RECEIPT = re.compile(r"\d{4}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}")
_MONEY = re.compile(r"(约|大概|左右)?(\d[\d,]*(?:\.\d+)?)\s*(亿|万)?元?(?=[^\d年月日号条项个%]|$)")
_DAY = re.compile(r"(?:(\d{4})[年\-.])?(\d{1,2})[月\-.](\d{1,2})[日号]?")
_QUARTER = re.compile(r"(?:(\d{4})年)?第?([一二三四1-4])季度")
_PERCENT = re.compile(r"(\d{1,3})\s*%")
_REASON = re.compile(r"(?:理由|原因|因为)[:：是]?(.+)$")
_DESC = re.compile(r"^[^:：]{0,12}[:：](.+)$", re.DOTALL)
_TIMES = {"亿": 10**8, "万": 10**4, None: 1}


def slots(said: Said, intent: str) -> dict[str, Any]:
    """Whatever the expressions find, under the names that the intent makes likely."""
    text = said.text
    out: dict[str, Any] = {}
    if receipt := _RECEIPT.search(text):
        out["receipt"] = re.sub(r"\D", "", receipt[0])
        text = text.replace(receipt[0], " ")
    out.update(_numbers(text, intent))
    days = [_iso(found) for found in _DAY.finditer(text)]
    if days:
        key = {"apply_extension": "new_due", "decide_extension": "new_due", "assign": "due", "return": "due"}.get(
            intent
        )
        out[key or ("found_at" if intent == "submit_finding" else "date")] = days[-1] if key else days[0]
    if money := [found for found in _MONEY.finditer(text) if found[3] or "元" in found[0]]:
        value = round(float(money[0][2].replace(",", "")) * _TIMES[money[0][3]])
        out.update({"amount_text": money[0][0]} if money[0][1] else {"amount_yuan": value})
    if quarter := _QUARTER.search(text):
        out["quarter"] = f"{quarter[1] or samples.TODAY.year}Q{'一二三四1234'.index(quarter[2]) % 4 + 1}"
    elif "本季度" in text:
        out["quarter"] = "2026Q4"
    if percent := _PERCENT.search(text):
        out["percent"] = int(percent[1])
    out.update(_names(said.group, text))
    if reason := _REASON.search(text):
        out["reason"] = reason[1].strip()
    described = _DESC.match(text)
    out["desc"] = (described[1] if described else text).strip()
    return out


def _numbers(text: str, intent: str) -> dict[str, Any]:
    found = [number.upper() for number in _NUMBER.findall(text)]
    if not found and (intent.startswith(("lead", "transfer")) or _LEAD.search(text)):
        found = [f"XS-2026-{code}" for code in _LEAD.findall(text)]
    if not found:
        found = [f"WT-2026-{serial.zfill(4)}" for serial in _SERIAL.findall(text)]
    found = list(dict.fromkeys(found))
    return {"number": found[0]} if len(found) == 1 else {"numbers": found} if found else {}


def _iso(found: re.Match[str]) -> str:
    return f"{int(found[1] or samples.TODAY.year):04}-{int(found[2]):02}-{int(found[3]):02}"


def _names(group: str, text: str) -> dict[str, Any]:
    """The longest name of a unit wins; a person by his whole name."""
    lexicon = corpus.LEXICONS[group]()
    names = sorted(
        ((name, unit.name) for unit in lexicon.units for name in (unit.name, *unit.aliases)),
        key=lambda pair: -len(pair[0]),
    )
    out: dict[str, Any] = {}
    found = next((whole for name, whole in names if name in text), None)
    if found is not None:
        out["unit"] = found
        out["org"] = found
    elif re.search(r"我们(?:公司|单位|部门)?|本单位|我司", text):
        out["unit"] = "SELF"
    person = next((person.name for person in lexicon.people if person.name in text), None)
    if person is not None:
        out["person"] = person
    return out
