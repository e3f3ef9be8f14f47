"""The source answers an objection, with its reason; what follows from one upheld is done by its own command (S9)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, hearing, judging, naming, objection, obligations, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED
from storage import moves, people, sides
from storage.matters import Finding
from storage.proceedings import Objection

_LABELS = {"upheld": "成立", "dismissed": "不成立"}
_NEXT = "如需更正请发“{n}金额改成…”“{n}类别改为…”；不该登记的发“撤销{n}，理由：…”。"


def start(turn: Turn) -> Reply:
    _take(turn)
    found = naming.meant(turn, _waiting(turn), "答复哪一条的异议？")
    return _open(turn, found) if isinstance(found, str) else found


def _waiting(turn: Turn) -> list[Finding]:
    pending = sides.with_pending_objection(turn.session)
    return [finding for finding in pending if access.allowed(turn, Action.ANSWER_OBJECTION, finding)]


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    if slots.get("decision") in _LABELS:
        draft["decision"] = slots["decision"]
    if slots.get("reason") and str(slots["reason"]).strip(" 。") not in _LABELS.values():
        draft["words"] = str(slots["reason"])  # 不成立 is the answer and not its reason


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    _checked(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _checked(turn: Turn, finding: Finding) -> Objection:
    """The objection that waits; or why the speaker cannot answer it."""
    if not access.allowed(turn, Action.ANSWER_OBJECTION, finding):
        raise UserError(f"{finding.number} 的异议由来源监督主体{finding.source_name}答复，您不能办理。", keep=False)
    row = sides.pending_objection(turn.session, finding)
    if finding.state == "converted_to_lead":
        raise UserError(f"{finding.number}：已转办理，异议不再答复。", keep=False)
    if finding.state in ENDED - {"closed"}:
        raise Overtaken(f"{finding.number} 现在是“{tasks.label(finding)}”，异议不用答复了。", keep=False)
    if row is None:
        raise Overtaken(_settled(turn, finding), keep=False)
    if row.by == turn.actor.userid:
        raise UserError(f"{finding.number} 的异议是您提的，须由别人答复。", keep=False)
    return row


def _settled(turn: Turn, finding: Finding) -> str:
    rows = [row for row in sides.objections_of(turn.session, finding) if row.answered_at is not None]
    if not rows or rows[-1].answered_at is None:
        return f"{finding.number} 没有等答复的异议。"
    who = people.name_of(turn.session, rows[-1].answered_by)
    when = wording.moment(rows[-1].answered_at, day_of(turn.now))
    return f"该异议已由{who}于{when}答复：{_LABELS[rows[-1].state]}。"


def _next(turn: Turn, finding: Finding) -> Ask:
    draft, row = turn.draft, _checked(turn, finding)
    asked = [] if draft.get("decision") else ["成立还是不成立？"]
    asked += [] if draft.get("words") else ["理由是什么？"]
    if asked:
        return Ask(f"答复 {finding.number} 的异议（{row.text[:60]}）：{' '.join(asked)}", "details")
    label = _LABELS[draft["decision"]]
    lines = [f"请确认答复 {finding.number} 的异议：", f"异议：{row.text}"]
    lines += [f"答复：待答复 → {label}", f"理由：{draft['words']}", "要改直接说；" + texts.CONFIRM]
    facts = (("编号", finding.number), ("答复", label), ("理由", draft["words"]))
    card = Card(CardKind.BUTTONS, title="答复异议", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "confirm", card)


def take_details(turn: Turn) -> Reply:
    finding, draft, words = choosing.get(turn, turn.draft["number"]), turn.draft, turn.text.strip()
    before = dict(draft)
    _take(turn)
    if not draft.get("decision"):
        _read_decision(turn, words)
    if draft.get("words") == before.get("words") and words and draft.get("decision") == before.get("decision"):
        draft["words"] = words
    elif not draft.get("words") and len(rest := words.partition("，")[2] or words.partition(",")[2]) > 1:
        draft["words"] = rest  # 不成立，金额核实无误: both at once
    return _next(turn, finding)


def _read_decision(turn: Turn, words: str) -> None:
    if "不成立" in words or "驳回" in words or "不采纳" in words:
        turn.draft["decision"] = "dismissed"
    elif "成立" in words or "采纳" in words:
        turn.draft["decision"] = "upheld"


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        if turn.meaning.intent == "deny":
            return Ask("要改哪里？直接说“成立”“不成立”或新的理由；不办了回复“取消”。", "details")
        return take_details(turn)
    finding = choosing.get(turn, turn.draft["number"])
    moves.lock(turn.session, finding)
    row, decision, words = _checked(turn, finding), turn.draft["decision"], turn.draft["words"]
    answer = {"state": decision, "reply": words, "answered_by": turn.actor.userid, "answered_at": turn.now}
    change = moves.Altered(row, answer, {"state": "pending"})
    if not moves.keep(turn.session, finding, turn.entry("answer_objection", words), change):
        raise Overtaken(_settled(turn, finding), keep=False)
    obligations.end(turn, objection.KIND, finding.number)
    turn.close_cards(objection.group(finding), f"已由{turn.actor.name}于{choosing.stamp(turn)}答复")
    label = _LABELS[decision]
    news = f"{finding.number} 的异议已由{turn.actor.name}答复：{label}。\n理由：{words}"
    told = hearing.tell(turn, [row.by], finding, news)
    choosing.touched(turn, finding)
    after = f"\n{_NEXT.format(n=finding.number)}" if decision == "upheld" else ""
    heard = f"{heard}。" if (heard := choosing.told(turn, told)) else ""
    return Done(f"{finding.number} 的异议：待答复 → {label}。{heard}{after}")


FLOW = Flow(
    name="objection_answer",
    title="答复异议",
    intents=("answer_objection",),
    start=start,
    steps={"which": take_which, "details": take_details, "confirm": take_confirm},
)
