"""The director's word on a withdrawal after registration (T12): one decides, the other hears who did and when."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, judging, naming, settling, tasks, texts, withdrawal
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.states import T, may_move
from storage import moves, people, sides
from storage.matters import Finding
from storage.people import Actor
from storage.proceedings import Consent

_SAID = {"agreed": "同意撤销", "refused": "不同意撤销"}


def start(turn: Turn) -> Reply:
    slots, draft = turn.meaning.slots, turn.draft
    draft["decision"] = "refused" if slots.get("decision") == "reject" else "agreed"
    if slots.get("reason"):
        draft["reason"] = str(slots["reason"]).strip()
    numbers = choosing.numbers(turn)
    if numbers:
        naming.one_by_one(turn)
        return _open(turn, numbers[0])
    waiting = _waiting(turn)
    if not waiting:
        return Done("现在没有等您同意的撤销申请。")
    only = choosing.single(turn, waiting)
    return _open(turn, only.number) if only else choosing.ask_which(turn, waiting, "which", "是哪一条的撤销？")


def _waiting(turn: Turn) -> list[Finding]:
    found = sides.with_pending_consent(turn.session, "withdraw")
    return [f for f in found if may_move(T.WITHDRAW, f.state) and access.allowed(turn, Action.AGREE_WITHDRAW, f)]


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _open(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", "which")


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    row = _checked(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _confirmation(turn, finding, row)


def _checked(turn: Turn, finding: Finding) -> Consent:
    """The proposal that waits; or why the speaker cannot decide it."""
    if not access.allowed(turn, Action.AGREE_WITHDRAW, finding):
        who = choosing.names(turn, withdrawal.agreeing(turn, finding)) or texts.office_contact(turn)
        raise UserError(f"登记后撤销须办公室主任同意，{finding.number} 请联系{who}。", keep=False)
    row = sides.pending_consent(turn.session, finding, "withdraw")
    if row is None:
        raise Overtaken(_settled(turn, finding), keep=False)
    if not may_move(T.WITHDRAW, finding.state):
        raise settling.overtaken(turn, finding)
    return row


def _settled(turn: Turn, finding: Finding) -> str:
    """Who decided, and when."""
    last = next(reversed(sides.consents_of(turn.session, finding, "withdraw")), None)
    if last is None or last.decided_at is None:
        return f"{finding.number} 没有等同意的撤销申请，现在是“{tasks.label(finding)}”。"
    by, when = people.name_of(turn.session, last.decided_by), wording.moment(last.decided_at, day_of(turn.now))
    return f"{finding.number} 的撤销已由{by}于{when}答复：{_SAID[last.state]}，现在是“{tasks.label(finding)}”。"


def _confirmation(turn: Turn, finding: Finding, row: Consent) -> Ask:
    agreed, state = turn.draft["decision"] == "agreed", tasks.label(finding)
    change = f"{state} → 已撤回；提醒停止，编号保留" if agreed else f"不变，仍是{state}"
    reason = turn.draft.get("reason")
    lines = [
        f"请确认{_SAID[turn.draft['decision']]} {finding.number}（{choosing.title(finding)}）：",
        f"{people.name_of(turn.session, row.by)}提出，理由：{row.reason}",
        *([f"您的意见：{reason}"] if reason else []),
        f"状态：{change}",
        texts.CONFIRM,
    ]
    facts = (("编号", finding.number), ("答复", _SAID[turn.draft["decision"]]), ("状态", change))
    return Ask(
        "\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="答复撤销", facts=facts, buttons=judging.BUTTONS)
    )


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "deny":
        return Done("好的，没有答复，撤销申请仍在等候。")
    if turn.meaning.intent not in ("confirm", "decide_withdraw"):
        if len(turn.text.strip()) > 1:
            turn.draft["reason"] = str(turn.meaning.slots.get("reason") or turn.text).strip()
        return _confirmation(turn, finding, _checked(turn, finding))
    moves.lock(turn.session, finding)
    row = _checked(turn, finding)
    choosing.touched(turn, finding)
    if turn.draft["decision"] == "agreed":
        return Done(withdrawal.carry_out(turn, finding, row.reason, row))
    return Done(_refuse(turn, finding, row))


def _refuse(turn: Turn, finding: Finding, row: Consent) -> str:
    opinion = str(turn.draft.get("reason") or "")
    entry = turn.entry("refuse_withdraw", opinion)
    if not moves.keep(turn.session, finding, entry, *withdrawal.decided(turn, row, "refused")):
        raise Overtaken(_settled(turn, finding), keep=False)
    turn.close_cards(withdrawal.group(finding), settling.stamped(turn, "答复：不同意"))
    why = f"\n意见：{opinion}" if opinion else ""
    state = tasks.label(finding)
    words = f"{finding.number} {choosing.title(finding)}：{turn.actor.name}不同意撤销，仍是“{state}”。{why}"
    told = settling.tell(turn, [row.by, finding.submitted_by, *settling.office(turn, finding)], finding, words)
    return f"{finding.number}：不同意撤销，仍是“{state}”。{settling.proof(turn, told)}"


def _help(actor: Actor) -> str | None:
    return "答复撤销：同意撤销 WT-2026-0123" if actor.has("office_director") else None


FLOW = Flow(
    name="withdrawal_decision",
    title="答复撤销",
    intents=("decide_withdraw",),
    start=start,
    steps={"which": take_which, "confirm": take_confirm},
    help=_help,
)
