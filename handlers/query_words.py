"""How findings are shown in answers: the card, the peer's card, single fields, and a line of a list."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import stages
from handlers.rules import categories, wording
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.states import LABELS, OPEN, FindingState
from storage import moves, people, searches
from storage.matters import Finding

MOVED = "已转办理"  # S49: all that the responsible side, or a peer, may know of what became a lead
_TITLE = 24
_OPEN = frozenset(state.value for state in OPEN)


def card(turn: Turn, finding: Finding) -> str:
    """At most five lines, for one who may read it all."""
    money = _money(finding)
    lines = [
        "｜".join((finding.number, state_label(finding.state), *marks(finding))),
        "｜".join((finding.unit_name or "责任单位待定", *_kind(finding))),
        f"{finding.desc}（涉及{money}）" if money and money.removesuffix("元") not in finding.desc else finding.desc,
        "；".join(filter(None, (_who_and_when(turn, finding), stages.line(turn, finding)))),
        _latest(turn, finding),
    ]
    return "\n".join(line for line in lines if line)


def marks(finding: Finding) -> list[str]:
    """`第2轮` of one that was reopened, `重点督办` (T11, S45)."""
    again = [f"第{finding.cycle}轮"] if finding.cycle > 1 else []
    return again + (["重点督办"] if finding.key_supervised else [])


def short_card(turn: Turn, finding: Finding) -> str:
    """Two lines, when several were asked for."""
    first = f"{finding.number}｜{state_label(finding.state)}｜{finding.unit_name or '责任单位待定'}"
    return f"{first}\n  {title(finding)}；{_who_and_when(turn, finding)}"


def peer_card(turn: Turn, finding: Finding) -> str:
    """What another member unit may know (S4): number, category, unit, state, term."""
    term = f"时限{wording.day(finding.due, day_of(turn.now))}" if finding.due else "时限未定"
    kind = f"{categories.name_of(finding.category)}｜{finding.unit_name or '责任单位待定'}"
    return f"{finding.number}｜{peer_state(finding.state)}\n{kind}\n{term}"


def fields(turn: Turn, finding: Finding, wanted: tuple[str, ...]) -> str:
    """Only what was asked for, a line each; what we have no field for brings the card."""
    known = {
        "measures": lambda: f"整改要求：{finding.requirement or '未填'}\n整改措施：{_measures(turn, finding)}",
        "person": lambda: f"责任人：{person_of(turn, finding)}",
        "due": lambda: f"时限：{due_words(turn, finding.state, finding.due)}",
        "status": lambda: f"状态：{state_label(finding.state)}",
        "progress": lambda: _latest(turn, finding) or "进展：尚未填报",
        "amount": lambda: f"金额：{_money(finding) or '未填'}",
        "requirement": lambda: f"整改要求：{finding.requirement or '未填'}",
        "unit": lambda: f"责任单位：{finding.unit_name or '待定'}",
        "source": lambda: f"来源：{finding.source_name}",
        "category": lambda: f"类别：{categories.name_of(finding.category)}",
    }
    lines = [known[field]() for field in wanted if field in known]
    if not lines:
        return card(turn, finding)
    return "\n".join([f"{finding.number}｜{state_label(finding.state)}｜{title(finding)}", *lines])


def line(turn: Turn, at: int, row: searches.Line, *, amount: bool = False) -> str:
    """`1 WT-2026-0125｜恒信建设｜标题｜12月10日 周四`; a peer reads category and state instead of the title."""
    if amount and row.amount_fen is not None:
        return f"{line(turn, at, row)}｜{wording.money_fen(row.amount_fen)}"
    due = due_words(turn, row.state, row.due)
    unit = row.unit_name or "单位待定"
    if row.full:
        return f"{at} {row.number}｜{unit}｜{_cut(row.title)}｜{due}"
    kind = f"{categories.name_of(row.category)}｜{unit}"
    state = peer_state(row.state)
    return f"{at} {row.number}｜{kind}｜{state}" + (f"｜{due}" if row.state in _OPEN and row.due else "")


def due_words(turn: Turn, state: str, due: date | None) -> str:
    """The day it is due with its weekday, how long it is overdue, or what became of it."""
    today = day_of(turn.now)
    if state not in _OPEN or due is None:
        return state_label(state) if state not in _OPEN else f"{state_label(state)}，时限未定"
    if due < today:
        return wording.days_left(due, today, turn.calendar).removeprefix("已")
    return wording.day(due, today)


def state_label(state: str) -> str:
    return LABELS[FindingState(state)]


def peer_state(state: str) -> str:
    """The state as somebody reads it who may not know that there is a lead (domain.md 2.5)."""
    return MOVED if state == "converted_to_lead" else state_label(state)


def title(finding: Finding) -> str:
    return _cut(finding.title or finding.desc)


def person_of(turn: Turn, finding: Finding) -> str:
    return people.name_of(turn.session, finding.resp_person) if finding.resp_person else "未定"


def _kind(finding: Finding) -> tuple[str, str]:
    return categories.name_of(finding.category), wording.severity_name(finding.severity)


def _who_and_when(turn: Turn, finding: Finding) -> str:
    today = day_of(turn.now)
    if finding.state == "closed" and finding.closed_at is not None:
        return f"{wording.day(day_of(finding.closed_at), today)}销号"
    if finding.due is None:
        return "待交办，责任人和时限未定" if finding.state in ("submitted", "registered") else ""
    who = f"责任人{person_of(turn, finding)}，" if finding.resp_person else ""
    left = f"，{wording.days_left(finding.due, today, turn.calendar)}" if finding.state in _OPEN else ""
    return f"{who}时限{wording.day(finding.due, today)}{left}"


def _latest(turn: Turn, finding: Finding) -> str:
    last = moves.latest_of(turn.session, finding)
    if last is None:
        return ""
    local = last.at.astimezone(SHANGHAI)
    share = f" {last.percent}%" if last.percent is not None else ""
    return f"最近进展（{local.month}月{local.day}日{share}）：{last.text}"


def _measures(turn: Turn, finding: Finding) -> str:
    reports = moves.progress_of(turn.session, finding)
    return "；".join(report.text for report in reports[-3:]) or "尚未填报"


def _money(finding: Finding) -> str:
    return wording.money_fen(finding.amount_fen) if finding.amount_fen is not None else finding.amount_text


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _TITLE else f"{flat[: _TITLE - 1]}…"
