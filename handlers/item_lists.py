"""What is to be done, by kind, body and year; and how much of the audit plan is done (domain.md S14, S56)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.flow import Done, Turn
from handlers import gathering_people, gathering_rights, item_changes, item_duties, query_lists, texts
from handlers.rules import wording
from storage import items, units
from storage.gatherings import Item

LIST = "items"  # in turn.recent["list"]
_HEADS = {"decision": "待办", "plan": "监督计划", "audit": "审计计划", "collect": "收集事项", "": "待办和计划"}


def start(turn: Turn) -> Done:
    slots = turn.meaning.slots
    if not gathering_rights.takes_part(turn):
        raise gathering_rights.shut(turn)
    spec = {"kind": LIST, "of": str(slots.get("kind") or ""), "year": int(slots.get("year") or 0)}
    named = [str(one) for one in (slots.get("org"), slots.get("unit"), *(slots.get("orgs") or ())) if one]
    spec["units"] = gathering_people.codes_of(turn, named)
    return _listed(turn, spec)


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """The rest of the list, as things stand now."""
    return _listed(turn, spec, whole=True)


def _listed(turn: Turn, spec: Mapping[str, Any], *, whole: bool = False) -> Done:
    found = _found(turn, spec)
    label = _HEADS.get(spec["of"], _HEADS[""])
    where = gathering_people.names(turn, spec["units"])
    year = f"{spec['year']}年" if spec["year"] else ""
    head = f"{year}{where}{label}"
    turn.recent["numbers"] = [item.number for item in found]
    if not found:
        return Done(f"现在没有您可以查看的{head}。")
    lines = [f"{at} {item_duties.line(turn, item)}{_mark(turn, item)}" for at, item in enumerate(found, 1)]
    if whole:
        return query_lists.rest(turn, f"{head}{len(found)}项：", lines)
    return query_lists.first_page(turn, f"{head}{len(found)}项：", lines, dict(spec))


def _found(turn: Turn, spec: Mapping[str, Any]) -> list[Item]:
    kinds = (spec["of"],) if spec["of"] else ("decision", "plan", "audit")
    year, wanted = spec["year"], set(spec["units"])
    if year:
        found = items.due_between(turn.session, kinds, date(year, 1, 1), date(year, 12, 31))
    else:
        found = items.open_items(turn.session, kinds)
    if wanted:
        found = [item for item in found if wanted & {item.owner, item.unit or "", *item.helpers}]
    return [item for item in found if gathering_rights.may_see_item(turn, item)]


def _mark(turn: Turn, item: Item) -> str:
    """`（已逾期3个工作日）`, `（待确认办结）`, `（已办结）`."""
    if item_changes.reported(item):
        return "（待确认办结）"
    if item.state == "done":
        return "（已办结）"
    return f"（{wording.days_left(item.due, texts.today_of(turn), turn.calendar)}）"


def coverage(turn: Turn) -> Done:
    """已审 7/应审 9（77.8%），未审：…; and which subsidiaries the plan leaves out (S14)."""
    if not gathering_rights.may_see_coverage(turn):
        raise gathering_rights.refuse(turn, "审计覆盖情况由审计部门和监督办公室查看。")
    year = int(turn.meaning.slots.get("year") or texts.today_of(turn).year)
    entries = [e for e in items.due_between(turn.session, ("audit",), date(year, 1, 1), date(year, 12, 31)) if e.unit]
    asked = list(dict.fromkeys(str(entry.unit) for entry in entries))
    if not asked:
        return Done(f"{year}年还没有登记审计计划。登记如“审计计划：恒信能源经济责任审计，12月15日前出报告”。")
    open_units = {entry.unit for entry in entries if entry.state == "open"}
    missing = [code for code in asked if code in open_units]
    have = len(asked) - len(missing)
    lines = [f"{year}年审计：已审 {have}/应审 {len(asked)}（{wording.percent(have, len(asked))}）"]
    lines[0] += f"，未审：{gathering_people.names(turn, missing)}。" if missing else "，已全部完成。"
    out = _left_out(turn, asked)
    lines += [f"未列入计划的权属企业{len(out)}家：{'、'.join(out[:8])}{'等' if len(out) > 8 else ''}。"] if out else []
    return Done("\n".join(lines))


def _left_out(turn: Turn, asked: list[str]) -> list[str]:
    everybody = units.all_units(turn.session, texts.today_of(turn))
    return [unit.name for unit in everybody if unit.kind == "权属企业" and unit.code not in asked]
