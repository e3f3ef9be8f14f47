"""What becomes of a submission before it is registered: back to be completed, refused, or one with another (T3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Step, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, choosing, judging, settling, tasks, texts
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED
from storage import moves
from storage.matters import Finding


@dataclass(frozen=True, slots=True)
class Deed:
    """One of the three. verb: what it is called. target: the state it leads to, and its name. ask: for the reason."""

    verb: str
    target: str
    label: str
    ask: str


DEEDS: Mapping[str, Deed] = {
    "ask_more": Deed("退回补正", "need_more", "待补正", "要补什么？一句话写清缺哪几项。"),
    "reject": Deed("不予登记", "rejected", "不予登记", "不予登记要写理由，为什么？"),
    "merge": Deed("并案", "merged", "已并案", "并案要写理由，如“重复反映”。为什么？"),
}


def start(turn: Turn) -> Reply:
    draft, slots = turn.draft, turn.meaning.slots
    draft["deed"] = turn.meaning.intent
    if slots.get("reason"):
        draft["reason"] = str(slots["reason"]).strip()
    if slots.get("target"):
        draft["target"] = str(slots["target"])
    numbers = [number for number in choosing.numbers(turn) if number != draft.get("target")]
    if draft["deed"] == "merge" and not draft.get("target") and len(numbers) == 2:
        both = " ".join(access.get_visible(turn, number).number for number in numbers)
        first, second = both.split()
        return Ask(f"哪一条并到哪一条？请这样说：“{first} 并到 {second}”。", "target")
    if len(numbers) > 1:
        raise UserError(f"{_deed(turn).verb}请一条一条办，先说其中一个编号。", keep=False)
    if numbers:
        return open_one(turn, numbers[0])
    waiting = _waiting(turn)
    if not waiting:
        return Done(f"没有找到可以{_deed(turn).verb}的问题。请带上编号，如“WT-2026-0123 退回补正：缺发现时间”。")
    only = choosing.single(turn, waiting)
    if only is not None:
        return open_one(turn, only.number)
    return choosing.ask_which(turn, waiting, "triage_which", f"要{_deed(turn).verb}哪一条？")


def _deed(turn: Turn) -> Deed:
    return DEEDS[turn.draft["deed"]]


def _waiting(turn: Turn) -> list[Finding]:
    found = moves.in_state(turn.session, "submitted")
    return [finding for finding in found if access.allowed(turn, Action.REJECT, finding)]


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return open_one(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", "triage_which")


def returned(turn: Turn, finding: Finding) -> bool:
    """`退回 0141` said of what is only submitted means: back to be completed."""
    return finding.state in ("submitted", "need_more") and bool(access.allowed(turn, Action.REJECT, finding))


def send_back(turn: Turn, number: str) -> Reply:
    """The same from the flow that returns findings; its steps are in `STEPS`."""
    reason = str(turn.draft.get("words") or turn.meaning.slots.get("reason") or "").strip()
    turn.draft.update({"deed": "ask_more"} | ({"reason": reason} if reason else {}))
    return open_one(turn, number)


def open_one(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    turn.draft["number"] = finding.number
    _check(turn, finding)
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    number, verb = finding.number, _deed(turn).verb
    if not access.allowed(turn, Action.REJECT, finding):
        office = texts.office_contact(turn)
        raise UserError(f"{verb}由来源部门负责人或监督办公室办理，{number} 请联系{office}。", keep=False)
    if finding.state == "need_more":
        raise UserError(f"{number} 已退回填报人补正，等补正后再办。", keep=False)
    if finding.state != "submitted":
        raise settling.overtaken(turn, finding)


def _target(turn: Turn, finding: Finding) -> Finding:
    """The finding that goes on; visible, another one, and not ended."""
    number = str(turn.draft["target"])
    if number == finding.number:
        turn.draft.pop("target")
        raise UserError("不能并到它自己，请换一个编号。")
    target = access.get_visible(turn, number)
    if target.state in ENDED or target.state == "need_more":
        raise UserError(f"{number} 现在是“{tasks.label(target)}”，不能并入，请换一个在办的编号。", keep=False)
    return target


def _next(turn: Turn, finding: Finding) -> Ask:
    draft, deed = turn.draft, _deed(turn)
    if draft["deed"] == "merge":
        if not draft.get("target"):
            return Ask(f"{finding.number} 并到哪一条？请回复编号，如 WT-2026-0123。", "triage_target")
        _target(turn, finding)
    if not draft.get("reason"):
        return Ask(f"{finding.number}：{deed.ask}", "triage_reason")
    return _confirmation(turn, finding)


def _confirmation(turn: Turn, finding: Finding) -> Ask:
    deed, reason = _deed(turn), turn.draft["reason"]
    lines = [f"请确认{deed.verb} {finding.number}（{choosing.title(finding)}，{finding.source_name}）："]
    if turn.draft["deed"] == "merge":
        target = _target(turn, finding)
        lines.append(f"并到：{target.number} {choosing.title(target)}")
    lines.append(f"{'要补' if turn.draft['deed'] == 'ask_more' else '理由'}：{reason}")
    lines.append(f"状态：已提交 → {deed.label}")
    lines.append("理由要改直接说；" + texts.CONFIRM)
    facts = (("编号", finding.number), ("理由", reason[:60]), ("状态", f"已提交 → {deed.label}"))
    card = Card(CardKind.BUTTONS, title=deed.verb, facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "triage_confirm", card)


def take_target(turn: Turn) -> Reply:
    said, slots = choosing.numbers(turn), turn.meaning.slots
    wanted = str(slots.get("target") or "") or next((n for n in said if n != turn.draft.get("number")), "")
    if not turn.draft.get("number"):
        mine = next((number for number in said if number != slots.get("target")), "")
        if not (mine and slots.get("target")):
            return Ask("请这样说：“WT-2026-0141 并到 WT-2026-0123”；不办了回复“取消”。", "target")
        turn.draft["target"] = wanted
        return open_one(turn, mine)
    if not wanted:
        return Ask("请回复要并入的编号，如 WT-2026-0123；不办了回复“取消”。", "triage_target")
    turn.draft["target"] = wanted
    return open_one(turn, turn.draft["number"])


def take_reason(turn: Turn) -> Reply:
    words = settling.reason_said(turn)
    finding = choosing.get(turn, turn.draft["number"])
    if not words:
        return Ask(f"{finding.number}：{_deed(turn).ask}（不办了回复“取消”）", "triage_reason")
    turn.draft["reason"] = words
    return _next(turn, finding)


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    intent = turn.meaning.intent
    if intent == "confirm":
        return _commit(turn, finding)
    if intent == "deny":
        return Ask("还没有办理。理由要改直接说；不办了回复“取消”。", "triage_confirm")
    if turn.meaning.slots.get("target"):
        turn.draft["target"] = str(turn.meaning.slots["target"])
    elif len(turn.text.strip()) > 1:
        turn.draft["reason"] = str(turn.meaning.slots.get("reason") or turn.text).strip()
    return _next(turn, finding)


def _commit(turn: Turn, finding: Finding) -> Done:
    moves.lock(turn.session, finding)
    _check(turn, finding)
    act = {"ask_more": _ask_more, "reject": _reject, "merge": _merge}[turn.draft["deed"]]
    done = act(turn, finding, turn.draft["reason"])
    choosing.touched(turn, finding)
    return Done(done)


def _ask_more(turn: Turn, finding: Finding, reason: str) -> str:
    settling.moved(turn, finding, "need_more", turn.entry("ask_more", reason))
    settling.grey(turn, finding, settling.stamped(turn, "退回补正"))
    number = finding.number
    buttons = (Button("补正", f"补正 {number}", Style.STRONG), Button("撤回", f"撤回 {number}"))
    note = f"还差：{reason}\n直接回复“补正 {number}：…”，写上缺的内容即可。"
    facts = (("编号", number), ("退回人", turn.actor.name))
    card = Card(
        CardKind.BUTTONS, f"请补正 {number}", desc=choosing.title(finding), facts=facts, note=note, buttons=buttons
    )
    told = settling.tell(turn, [finding.submitted_by], finding, card, f"{number}:more")
    return f"{number}：已提交 → 待补正。{settling.proof(turn, told)}"


def _reject(turn: Turn, finding: Finding, reason: str) -> str:
    settling.moved(turn, finding, "rejected", turn.entry("reject", reason))
    note = settling.end(turn, finding, settling.stamped(turn, "决定不予登记"))
    words = f"{finding.number} {choosing.title(finding)}：不予登记。\n理由：{reason}\n有疑问请联系{turn.actor.name}。"
    told = settling.tell(turn, settling.sources(turn, finding), finding, words + note)
    return f"{finding.number}：已提交 → 不予登记。{settling.proof(turn, told)}{note}"


def _merge(turn: Turn, finding: Finding, reason: str) -> str:
    """Both ledgers tell of it: the one that ends, and the one that goes on."""
    target = _target(turn, finding)
    moves.lock(turn.session, target)
    settling.moved(turn, finding, "merged", turn.entry("merge", reason), merged_into=target.number)
    turn.record(target.number, "take_in", after={"merged": finding.number}, reason=reason)
    note = settling.end(turn, finding, settling.stamped(turn, f"并到 {target.number}"))
    words = f"{finding.number} {choosing.title(finding)}：已并到 {target.number} 一并办理。\n理由：{reason}"
    told = settling.tell(turn, settling.sources(turn, finding), finding, words + note)
    return f"{finding.number}：已提交 → 已并案（并到 {target.number}）。{settling.proof(turn, told)}{note}"


STEPS: Mapping[str, Step] = {
    "triage_which": take_which,
    "target": take_target,
    "triage_target": take_target,
    "triage_reason": take_reason,
    "triage_confirm": take_confirm,
}

FLOW = Flow(
    name="triage",
    title="登记前的办理",
    intents=("ask_more", "reject", "merge"),
    start=start,
    steps=STEPS,
)
