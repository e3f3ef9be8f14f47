"""How a joint inspection is told: its line, whom it looks at, on what it rests (domain.md S37, S39)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.flow import Turn
from handlers import gathering_people, texts
from handlers.rules import categories, quarters, wording
from storage import inspections
from storage.gatherings import Inspection

STATES = {"proposed": "待批准", "approved": "已批准", "declined": "未批准", "done": "已办结"}
_SHOWN = 5
_QUARTERS = 4  # domain.md 7.5: what is common shows in four quarters


def since(turn: Turn) -> date:
    """The first day of the four quarters that end with this one."""
    quarter = quarters.quarter_of(texts.today_of(turn))
    for _ in range(_QUARTERS - 1):
        quarter = quarters.previous_quarter(quarter)
    return quarters.quarter_start(quarter)


def basis(turn: Turn, category: str) -> dict[str, Any]:
    """Where the category was found in four quarters, unit by unit; it goes into the proposal as it is now."""
    found = inspections.counts(turn.session, category, since(turn)) if category else []
    if not found:
        return {}
    units = [{"unit": unit, "name": name, "count": number} for unit, name, number in found]
    return {"category": category, "since": since(turn).isoformat(), "units": units}


def basis_words(facts: Mapping[str, Any]) -> str:
    """`近四个季度采购招标类问题7条，涉及3家：恒信建设4条、恒信物流2条…`, or ""."""
    units: Sequence[Mapping[str, Any]] = facts.get("units") or ()
    if not units:
        return ""
    total = sum(int(one["count"]) for one in units)
    named = "、".join(f"{one['name']}{one['count']}条" for one in units[:_SHOWN])
    more = f"等{len(units)}家" if len(units) > _SHOWN else ""
    return f"近四个季度{categories.name_of(str(facts['category']))}类问题{total}条，涉及{len(units)}家：{named}{more}"


def period(turn: Turn, begins: date | None, ends: date | None) -> str:
    """`12月1日 周二至12月31日 周四`, or 时间待定."""
    today = texts.today_of(turn)
    if ends is None:
        return "时间待定"
    if begins is None or begins == ends:
        return f"{wording.day(ends, today)}前"
    return f"{wording.day(begins, today)}至{wording.day(ends, today)}"


def line(turn: Turn, row: Inspection) -> str:
    """`LJ-2026-0001 恒信能源联合检查｜审计部、财务部｜12月1日 周二至12月31日 周四`."""
    return f"{row.number} {row.topic}｜{gathering_people.names(turn, row.orgs)}｜{period(turn, row.begins, row.ends)}"
