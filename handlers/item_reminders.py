"""What the ladders of items, the year's plan and the audit plan say (domain.md S15, S56, 6.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.flow import Turn
from handlers import gathering_people, item_duties, texts
from handlers.reminding import Kind, Notice
from handlers.rules import wording
from storage import items
from storage.duties import Obligation
from storage.gatherings import Item

_ABOVE = ("office", "director", "leading")


def _get(turn: Turn, owed: Obligation) -> Item:
    found = items.find(turn.session, owed.matter)
    if found is None:
        raise LookupError("item")
    return found


def _stands(turn: Turn, owed: Obligation) -> bool:
    """Neither done nor called off, nor reported as done and waiting for the office."""
    item = items.find(turn.session, owed.matter)
    return item is not None and item.state == "open" and item.done_at is None


_PEOPLE: Mapping[str, Callable[[Turn, Item], list[str]]] = {
    "owner": item_duties.owners,
    "head": lambda turn, item: gathering_people.heads(turn, item.owner),
    "office": lambda turn, _: texts.office_staff(turn),
    "director": lambda turn, _: texts.directors(turn),
    "leading": lambda turn, _: gathering_people.leading(turn),
}


def _people(turn: Turn, owed: Obligation, audience: str) -> list[str]:
    who = _PEOPLE.get(audience)
    return who(turn, _get(turn, owed)) if who else []


def _line(turn: Turn, owed: Obligation, day: date) -> str:
    item = _get(turn, owed)
    return f"{item.number} {item_duties.title(item)}，{wording.days_left(item.due, day, turn.calendar)}"


def _fact(turn: Turn, item: Item, day: date) -> str:
    """`恒信能源经济责任审计按计划应于12月15日 周二前出具报告，还剩5个工作日`."""
    due, left = wording.day(item.due, day), wording.days_left(item.due, day, turn.calendar)
    if item.kind == "audit":
        return f"{item_duties.title(item)}按计划应于{due}前出具报告，{left}"
    verb = "报送" if item.kind == "collect" else "完成"
    return f"{item_duties.title(item)}应于{due}前{verb}，{left}"


def _words(turn: Turn, notice: Notice) -> str:
    item = _get(turn, notice.obligation)
    fact = f"{item.number} {_fact(turn, item, notice.day)}。"
    if notice.role in _ABOVE:
        return f"{fact}\n承办：{item_duties.bodies(turn, item)}。"
    if item.kind == "collect":
        return f"{fact}\n回复“会议材料：”加内容即可。"
    return f"{fact}\n完成后回复“{item.number} 完成”。"


def _kind(ladder: str, title: str, law: str) -> Kind:
    return Kind(ladder, title, law, _stands, _people, _line, _words)


KINDS: tuple[Kind, ...] = (
    _kind("item", "会议待办", "领导小组会议的处置意见转为待办，按期办结。"),
    _kind("plan", "年度监督计划", "各监督主体按年度监督计划落实，到期提醒。"),
    _kind("audit", "审计计划", "内部审计按规定频次进行，审计计划到期前15、5个工作日提醒。"),
)
