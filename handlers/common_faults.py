"""疑似共性问题: looked for every working day, told to the office with its evidence, decided by a person (S37)."""

from __future__ import annotations

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Flow, Reply, Turn
from handlers import access, morning_look, query_find, query_scope, texts
from handlers.rules import categories, quarters, wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import common_faults
from storage.common_faults import EVERYTHING_PLAIN, Fault
from storage.gatherings import CommonFault
from storage.models import Due
from storage.searches import Scope

KIND = "common_faults"
_SHOWN = 8
_STATES = {"suggested": "待定", "adopted": "已采纳", "declined": "不采纳"}
HOW = "回复“采纳共性问题 类别”或“不采纳共性问题 类别，理由：…”。"
WHOSE = "共性问题由监督办公室确认，请联系{contact}。"


def daily(turn: Turn) -> None:
    """Plan this working day's look."""
    morning_look.plan(turn, KIND)


def on_due(turn: Turn, row: Due) -> None:
    """Suggest what is new or has grown since it was decided; one message a person."""
    fresh = [fault for fault in _found(turn, EVERYTHING_PLAIN) if _is_new(turn, fault)]
    for fault in fresh:
        common_faults.suggest(turn.session, turn.entry("common_suggest"), fault, turn.now)
    if not fresh:
        return
    more = [f"另有{len(fresh) - _SHOWN}类，发“共性问题”查看。"] if len(fresh) > _SHOWN else []
    words = "\n".join(["疑似共性问题（按类别统计，须人工确认）：", *map(line, fresh[:_SHOWN]), *more, HOW])
    for person in dict.fromkeys([*texts.office_staff(turn), *texts.directors(turn)]):
        turn.tell(person, words, push_key=f"{KIND}:{row.day}|{person}", matter=KIND)


def _found(turn: Turn, scope: Scope) -> list[Fault]:
    policy, since = turn.policy, quarters.quarter_of(day_of(turn.now))
    for _ in range(3):
        since = quarters.previous_quarter(since)
    return common_faults.found(turn.session, since, scope, policy.common_units, policy.common_findings)


def _is_new(turn: Turn, fault: Fault) -> bool:
    """Never suggested; or decided, and now in more units or more often by as much as makes a common fault."""
    known = common_faults.find(turn.session, fault.category)
    if known is None:
        return True
    grown = fault.units > known.units or fault.findings >= known.findings + turn.policy.common_findings
    return known.state != "suggested" and grown


def line(fault: Fault) -> str:
    """`财务资金·资金管理｜3家5条｜12.8万元｜依据：…｜原因：…`."""
    parts = [categories.name_of(fault.category), f"{fault.units}家{fault.findings}条"]
    parts += [wording.money_fen(fault.amount_fen)] if fault.amount_fen else []
    for name, told in (("依据", fault.bases), ("原因", fault.causes)):
        if told:
            parts.append(f"{name}：{'、'.join(f'{word}（{many}）' for word, many in told)}")
    return "｜".join(parts)


def show(turn: Turn) -> Done:
    """`共性问题`: what is so common among what the person may read, with what the office made of it."""
    query_find.scope_or_refuse(turn)
    found = _found(turn, query_scope.scope_of(turn))
    top = turn.meaning.slots.get("top")
    found = found[: top if isinstance(top, int) and top > 0 else _SHOWN]
    if not found:
        return Done("近四个季度没有达到共性标准的问题类别。")
    decides = bool(access.for_unit(turn, Action.QUERY_UNSUBMITTED))
    lines = [f"{at} {line(fault)}{_state(turn, fault) if decides else ''}" for at, fault in enumerate(found, 1)]
    turn.recent["faults"] = [fault.category for fault in found]
    ends = [HOW] if decides and common_faults.in_state(turn.session, "suggested") else []
    advice = "可提议联合检查、修订制度或培训。"
    return Done("\n".join([f"疑似共性问题{len(found)}类（近四个季度）：", *lines, advice, *ends]))


def _state(turn: Turn, fault: Fault) -> str:
    known = common_faults.find(turn.session, fault.category)
    return f"｜{_STATES[known.state]}" if known else ""


def start(turn: Turn) -> Reply:
    """`采纳共性问题 资金管理`, `不采纳共性问题 资金管理，理由：…`."""
    if not access.for_unit(turn, Action.QUERY_UNSUBMITTED):
        raise UserError(FOREIGN_UNIT)
    if not access.for_unit(turn, Action.ASSIGN):
        raise UserError(WHOSE.format(contact=texts.office_contact(turn)), keep=False)
    row, slots = _meant(turn), turn.meaning.slots
    if row is None:
        waiting = [categories.name_of(one.category) for one in common_faults.in_state(turn.session, "suggested")]
        return Done(f"是哪一类？现在待定的有：{'、'.join(waiting)}。{HOW}" if waiting else "现在没有待确认的共性问题。")
    name = categories.name_of(row.category)
    if row.state != "suggested":
        return Done(f"{name}：已是“{_STATES[row.state]}”，有新增时会再提示。")
    adopts, reason = slots.get("decision") == "adopt", str(slots.get("reason") or "").strip()
    if not adopts and not reason:
        return Done(f"不采纳要写理由，请这样说：“不采纳共性问题 {name}，理由：…”。")
    entry = turn.entry("common_adopt" if adopts else "common_decline", reason)
    if not common_faults.decide(turn.session, entry, row, "adopted" if adopts else "declined", reason):
        return Done(f"{name}刚才已由别人决定：{_STATES[row.state]}。")
    after = "可发“{name}共性问题建议组织联合检查”。" if adopts else "明显增多时才再提示。"
    return Done(f"{name}：待定 → {'已采纳为共性问题' if adopts else '不采纳'}。{after.format(name=name[:4])}")


def _meant(turn: Turn) -> CommonFault | None:
    said = str(turn.meaning.slots.get("which") or "").strip()
    listed = [str(code) for code in turn.recent.get("faults") or ()]
    if said.isdecimal():
        at = int(said) - 1
        return common_faults.find(turn.session, listed[at]) if 0 <= at < len(listed) else None
    waiting = common_faults.in_state(turn.session, "suggested")
    if not said:
        return waiting[0] if len(waiting) == 1 else None
    code = categories.find_code(said)
    found = [row for row in waiting if said in categories.name_of(row.category)]
    return common_faults.find(turn.session, code) if code else found[0] if len(found) == 1 else None


FLOW = Flow(name=KIND, title="共性问题", intents=("common_decision",), start=start, on_due={KIND: on_due}, daily=daily)
