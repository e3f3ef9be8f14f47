"""疑似共性问题: looked for every working day, told to the office with its evidence, decided by a person (S37)."""

from __future__ import annotations

import re

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import access, morning_look, query_find, query_scope, texts
from handlers.rules import categories, quarters, wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import common_faults
from storage.common_faults import EVERYTHING_PLAIN, Fault
from storage.gatherings import CommonFault
from storage.grants import Scope
from storage.models import Due

KIND = "common_faults"
_SHOWN = 8
_STATES = {"suggested": "待定", "adopted": "已采纳", "declined": "不采纳"}
_SAID = ("causes", "advice", "reason")
_SAID_AS = {"原因": "causes", "建议": "advice"}
_SPLIT = re.compile(
    r"(?P<name>原因|建议)\s*[:：是为]+\s*(?P<said>.+?)(?=[\s，,；;。]*(?:原因|建议)\s*[:：是为]|$)", re.DOTALL
)
_ACTIONS = {True: "common_adopt", False: "common_decline"}
HOW = "回复“采纳共性问题 类别，原因：…；建议：…”或“不采纳共性问题 类别，理由：…”。"
WHOSE = "共性问题由监督办公室确认，请联系{contact}。"


def daily(turn: Turn) -> None:
    """Plan this working day's look."""
    morning_look.plan(turn, KIND)


def on_due(turn: Turn, row: Due) -> None:
    """Suggest what is new or has grown since it was decided; one message a person."""
    fresh = [fault for fault in found(turn, EVERYTHING_PLAIN) if _is_new(turn, fault)]
    for fault in fresh:
        common_faults.suggest(turn.session, turn.entry("common_suggest"), fault, turn.now)
    if not fresh:
        return
    more = [f"另有{len(fresh) - _SHOWN}类，发“共性问题”查看。"] if len(fresh) > _SHOWN else []
    words = "\n".join(["疑似共性问题（按类别统计，须人工确认）：", *map(line, fresh[:_SHOWN]), *more, HOW])
    for person in dict.fromkeys([*texts.office_staff(turn), *texts.directors(turn)]):
        turn.tell(person, words, push_key=f"{KIND}:{row.day}|{person}", matter=KIND)


def found(turn: Turn, scope: Scope, last: str = "") -> list[Fault]:
    """What is common in the four quarters that end with `last`, or with the present one."""
    policy, last = turn.policy, last or quarters.quarter_of(day_of(turn.now))
    since = last
    for _ in range(3):
        since = quarters.previous_quarter(since)
    return common_faults.found(turn.session, (since, last), scope, policy.common_units, policy.common_findings)


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
    top = turn.meaning.slots.get("top")
    faults = found(turn, query_scope.scope_of(turn))[: top if isinstance(top, int) and top > 0 else _SHOWN]
    if not faults:
        return Done("近四个季度没有达到共性标准的问题类别。")
    decides = bool(access.for_unit(turn, Action.QUERY_UNSUBMITTED))
    lines = [f"{at} {line(fault)}{_state(turn, fault) if decides else ''}" for at, fault in enumerate(faults, 1)]
    turn.recent["faults"] = [fault.category for fault in faults]
    ends = [HOW] if decides and common_faults.in_state(turn.session, "suggested") else []
    advice = "可提议联合检查、修订制度或培训。"
    return Done("\n".join([f"疑似共性问题{len(faults)}类（近四个季度）：", *lines, advice, *ends]))


def _state(turn: Turn, fault: Fault) -> str:
    known = common_faults.find(turn.session, fault.category)
    return f"｜{_STATES[known.state]}" if known else ""


def start(turn: Turn) -> Reply:
    """`采纳共性问题 资金管理`, `不采纳共性问题 资金管理，理由：…`."""
    _check(turn)
    row, slots = _meant(turn), turn.meaning.slots
    if row is None:
        waiting = [categories.name_of(one.category) for one in common_faults.in_state(turn.session, "suggested")]
        return Done(f"是哪一类？现在待定的有：{'、'.join(waiting)}。{HOW}" if waiting else "现在没有待确认的共性问题。")
    name = categories.name_of(row.category)
    if row.state != "suggested":
        return Done(f"{name}：已是“{_STATES[row.state]}”，有新增时会再提示。")
    turn.draft.update(category=row.category, adopts=slots.get("decision") == "adopt", **dict.fromkeys(_SAID, ""))
    if not turn.draft["adopts"]:
        turn.draft["reason"] = str(slots.get("reason") or "").strip()
        return _declining(turn)
    _take_said(turn)
    return _adopting(turn)


def _check(turn: Turn) -> None:
    """The office's matter, when it is asked for and again when it is confirmed."""
    if not access.for_unit(turn, Action.QUERY_UNSUBMITTED):
        raise UserError(FOREIGN_UNIT)
    if not access.for_unit(turn, Action.ASSIGN):
        raise UserError(WHOSE.format(contact=texts.office_contact(turn)), keep=False)


def take_analysis(turn: Turn) -> Reply:
    """原因 and 建议, both or one; a sentence without either word is what was asked for first."""
    if not _take_said(turn) and (said := turn.text.strip()):
        turn.draft[next(name for name in ("causes", "advice") if not turn.draft[name])] = said
    return _adopting(turn)


def take_reason(turn: Turn) -> Reply:
    """Why it is none."""
    turn.draft["reason"] = re.sub(r"^\s*(?:理由|原因)\s*[:：是为]*\s*", "", turn.text).strip()
    return _declining(turn)


def take_confirm(turn: Turn) -> Reply:
    """The decision itself; anything else is a correction of it."""
    draft = turn.draft
    if turn.meaning.intent == "deny":
        return Done("好的，没有改动。")
    if turn.meaning.intent != "confirm":
        return take_analysis(turn) if draft["adopts"] and _SPLIT.search(turn.text) else _confirmation(turn)
    _check(turn)
    row = common_faults.find(turn.session, draft["category"])
    if row is None:
        return Done("没有找到这一类，没有改动。")
    name, entry = categories.name_of(row.category), turn.entry(_ACTIONS[draft["adopts"]], draft["reason"])
    state = "adopted" if draft["adopts"] else "declined"
    if not common_faults.decide(turn.session, entry, row, state, draft["reason"], draft["causes"], draft["advice"]):
        return Done(f"{name}刚才已由别人决定：{_STATES[row.state]}。")
    after = (
        f"原因和建议写入季度报告。可发“{name[:4]}共性问题建议组织联合检查”。"
        if draft["adopts"]
        else "明显增多时才再提示。"
    )
    return Done(f"{name}：待定 → {'已采纳为共性问题' if draft['adopts'] else '不采纳'}。{after}")


def _take_said(turn: Turn) -> bool:
    """Keep what stands behind 原因 and 建议 in the message; whether any did."""
    found = {_SAID_AS[one["name"]]: one["said"].strip(" ，,；;。\n") for one in _SPLIT.finditer(turn.text)}
    turn.draft.update({name: said for name, said in found.items() if said})
    return any(found.values())


def _adopting(turn: Turn) -> Reply:
    missing = [word for name, word in (("causes", "原因"), ("advice", "建议")) if not turn.draft[name]]
    if missing:
        words = f"请写明{'和'.join(missing)}，如“原因：授权不清；建议：修订授权手册”。"
        return Ask(f"{_evidence(turn)}\n{words}", "analysis")
    return _confirmation(turn)


def _declining(turn: Turn) -> Reply:
    if not turn.draft["reason"]:
        return Ask(f"{_evidence(turn)}\n不采纳要写理由，请说明。", "reason")
    return _confirmation(turn)


def _confirmation(turn: Turn) -> Ask:
    draft = turn.draft
    said = ("原因", draft["causes"]), ("建议", draft["advice"]), ("理由", draft["reason"])
    lines = [f"请确认{'采纳为' if draft['adopts'] else '不采纳'}共性问题：", _evidence(turn)]
    lines += [f"{name}：{words}" for name, words in said if words]
    state = "已采纳" if draft["adopts"] else "不采纳"
    return Ask("\n".join([*lines, f"状态：待定 → {state}", texts.CONFIRM]), "confirm")


def _evidence(turn: Turn) -> str:
    """How it stands now; how it stood when it was suggested, where it has become less since."""
    code = turn.draft["category"]
    fault = next((one for one in found(turn, query_scope.scope_of(turn)) if one.category == code), None)
    if fault is not None:
        return line(fault)
    row = common_faults.find(turn.session, code)
    return f"{categories.name_of(code)}｜{f'提示时{row.units}家{row.findings}条' if row else ''}"


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
    named = [row for row in waiting if said in categories.name_of(row.category)]
    return common_faults.find(turn.session, code) if code else named[0] if len(named) == 1 else None


FLOW = Flow(
    name=KIND,
    title="共性问题",
    intents=("common_decision",),
    start=start,
    steps={"analysis": take_analysis, "reason": take_reason, "confirm": take_confirm},
    on_due={KIND: on_due},
    daily=daily,
)
