"""A confirmed finding becomes a record: its number, its state, its ledger entries, and the word to the office."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.flow import Turn
from handlers import (
    access,
    finding_similar,
    finding_words,
    proofs,
    quarter_state,
    quarter_task,
    report_count,
    tendency,
    texts,
)
from handlers.finding_draft import DESC_LIMIT, Item
from handlers.rules import numbering, quarters, tags, wording
from handlers.rules.moments import as_date
from storage import counters, evidence, findings, units

_NAMED, _LISTED = 8, 8  # how many numbers are told one by one


def file_all(turn: Turn) -> str:
    """Write every finding of the draft; returns what the submitter hears."""
    items, source = turn.draft["items"], turn.draft["source"]
    merging = any(item.get("merge_into") for item in items)  # T3: only what is not registered yet can be merged
    direct = registers(turn, source) and not merging
    numbers = [file(turn, item, source, direct) for item in items]
    told = _tell_office(turn, list(zip(numbers, items, strict=True)), source["name"], direct)
    turn.recent["numbers"], turn.recent["submitted"] = numbers, numbers[-1]
    done = _quarter_done(turn, source["code"], items) + _reports(turn, items)
    merged = finding_similar.merge(turn, list(zip(numbers, items, strict=True)))
    return _proof(numbers, items, direct, texts.names(turn, told)) + done + merged


def _reports(turn: Turn, items: list[Item]) -> str:
    """What was filed under a special report counts there (S33)."""
    named = dict.fromkeys(str(item["source_ref"]) for item in items if item.get("source_ref"))
    return "".join(f"\n{report_count.filed(turn, number)}" for number in named)


def _quarter_done(turn: Turn, source: str, items: list[Item]) -> str:
    """A finding is one half of the quarter's report (S32): said when it was the missing one."""
    states = [quarter_task.touch(turn, source, period) for period in dict.fromkeys(item["quarter"] for item in items)]
    done = [state for state in states if state is not None and state.submitted_at == turn.now]
    return "".join(f"\n{state.label}{quarter_state.proof(state, turn.calendar)}" for state in done)


def registers(turn: Turn, source: dict[str, Any]) -> bool:
    """Whether his confirmation registers at once (contract.md): by what he is in the source itself."""
    return not source.get("self_check") and access.registers_directly(turn, source["code"])


def file(turn: Turn, item: Item, source: dict[str, Any], direct: bool) -> str:
    today = texts.today_of(turn)
    serial = counters.next_value(turn.session, f"WT-{today.year}")
    number = numbering.serial_number(numbering.FINDING, today.year, serial)
    values = _values(turn, item, source, today) | {"number": number, "state": "submitted"}
    pictures = proofs.pieces(turn, turn.draft.get("media", []), evidence.REPORTED)
    registered = turn.entry("register") if direct else None
    findings.add(turn.session, turn.entry("submit"), *pictures, registered=registered, **values)
    if item.get("nature") == "tendency":
        tendency.plan(turn, number, source["code"])
    return number


def _values(turn: Turn, item: Item, source: dict[str, Any], today: date) -> dict[str, Any]:
    unit = units.get_unit(turn.session, item["unit"]) if item.get("unit") else None
    desc, due = str(item["desc"]), as_date(item.get("due"))
    wish = f"建议{wording.day(due, today)}前完成" if due else ""
    return {
        "source": source["code"], "source_name": source["name"], "supervision_type": source["type"],
        "method": str(item.get("method") or "")[:20], "quarter": item["quarter"],
        "late": item["quarter"] < quarters.quarter_of(today), "found_at": as_date(item.get("found_at")),
        "title": str(item.get("title") or desc.splitlines()[0])[:30], "desc": desc[:DESC_LIMIT],
        "raw_text": item.get("raw") or "\n".join(turn.draft["raw"]), "category": item.get("category") or "QT",
        "nature": _nature(item), "severity": finding_words.severity(item),
        "amount_fen": item.get("amount_fen"), "amount_text": item.get("amount_text") or "",
        "basis": str(item.get("basis") or "")[:200], "unit": unit.code if unit else None,
        "unit_name": unit.name if unit else "", "unit_path": unit.path if unit else "",
        "named_person": str(item.get("person") or "")[:40],
        "requirement": "；".join(part for part in (str(item.get("requirement") or ""), wish) if part),
        "rect_type": item["rect_type"] if item.get("rect_type") in wording.RECT_TYPES else "",
        "visibility": "restricted" if item.get("level") else "normal",
        "is_repeat": bool(item.get("repeat")), "repeat_of": str(item.get("repeat_of") or "")[:16],
        "submitted_by": turn.actor.userid, "submitted_at": turn.now, "source_ref": _report(turn, item, source["code"]),
        "focus": str(item.get("focus") or "")[:80], "control_phase": tags.phase(desc),
        "content_domain": tags.domain(item.get("category") or "QT"), "subject_level": str(item.get("level") or ""),
    }  # fmt: skip


def _report(turn: Turn, item: Item, source: str) -> str:
    """The special report of the same source that the words name."""
    number = item.get("source_ref") or report_count.number_in("\n".join(turn.draft["raw"]))
    item["source_ref"] = number if report_count.may_file_under(turn, number, source) else ""
    return str(item["source_ref"])


def _nature(item: Item) -> str:
    value = str(item.get("nature") or "mgmt")
    return value if value in wording.NATURES else "mgmt"


def _tell_office(turn: Turn, filed: list[tuple[str, Item]], source_name: str, direct: bool) -> list[str]:
    """A card each for one or two findings, otherwise one list; restricted ones go to the director (S8)."""
    today, told = texts.today_of(turn), []
    plain = [(number, item) for number, item in filed if not item.get("level")]
    closed = [(number, item) for number, item in filed if item.get("level")]
    for people, group in ((texts.office_staff(turn), plain), (texts.directors(turn), closed)):
        for person in people:
            if not group or person == turn.actor.userid:
                continue
            told.append(person)
            if len(group) > 2:
                turn.tell(person, _list(group, source_name, direct))
                continue
            for number, item in group:
                card = finding_words.office_card(number, item, source_name, direct, today)
                turn.tell(person, card, group=f"{number}:new", matter=number)
    return list(dict.fromkeys(told))


def _list(filed: list[tuple[str, Item]], source_name: str, direct: bool) -> str:
    state = "已登记，待交办" if direct else "待登记"
    lines = [f"{number} {finding_words.head(item)}" for number, item in filed[:_LISTED]]
    if len(filed) > _LISTED:
        lines.append(f"……至 {filed[-1][0]}")
    return "\n".join([f"{source_name}报送{len(filed)}个问题，{state}：", *lines, f"回复“交办 {filed[0][0]}”逐条交办。"])


def _run(numbers: list[str]) -> str:
    """All of them while they are few; issued in one turn, more are told by the first and the last."""
    return "、".join(numbers) if len(numbers) <= _NAMED else f"{numbers[0]} 至 {numbers[-1]}"


def _proof(numbers: list[str], items: list[Item], direct: bool, told: str) -> str:
    state = "已登记" if direct else "已提交"
    if len(numbers) == 1:
        unit = items[0].get("unit_name") or "责任单位待定"
        first = f"{state} {numbers[0]}（{unit}）"
    else:
        first = f"{state}{len(numbers)}条：{_run(numbers)}"
    heard = f"，已通知监督办公室{told}" if told else ""
    wait = "" if direct else "待监督办公室登记后交办。\n"
    return f"{first}{heard}。\n{wait}想看进度，随时发“{numbers[-1].rsplit('-', 1)[1]}”。"
