"""The end of a lead (3.5.1): each body is through with it, its reporter is answered, and it is closed with a result."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Step, Turn
from handlers import (
    lead_access,
    lead_circle,
    lead_contents,
    lead_rectify,
    lead_steps,
    lead_terms,
    lead_told,
    lead_transfer,
    texts,
    unnamed_answer,
)
from handlers.lead_terms import ACCT, FEEDBACK, FUNC, SIGN
from handlers.rules import lead_states, wording
from handlers.rules.lead_permissions import LeadAction, Sight
from handlers.rules.lead_states import RESULTS, L, LeadState, may_move
from storage import lead_moves
from storage.matters import Lead, LeadSlip
from storage.moves import Altered

_WHICH = "办理结果是哪一类？"
_BACK = ["推送", "不推送"]


def begin(turn: Turn) -> Reply:
    """`7K3M办结，结果：…` and `7K3M结案`, begun by the decision's flow."""
    lead, slip = _get(turn)
    draft = turn.draft
    result = str(draft.get("result") or lead.result_class)
    if not result:
        return Ask(f"{_WHICH}\n{texts.options(list(RESULTS.values()))}", "close_result")
    draft["result"] = result
    _check(turn, lead, slip)
    if slip is not None and "push" not in draft and _flows_back(turn, lead, slip):
        return Ask(f"是否推送反向衔接待办给追责部门？\n{texts.options(_BACK)}", "close_back")
    rectifies = slip is None and result == lead_rectify.RESULT
    asked = lead_rectify.question(turn) if rectifies else None
    if asked is not None:
        return asked
    draft["state"] = lead.state
    lines = [f"请确认 {lead.number} {_deed(lead, slip)}", f"结果：{RESULTS[result]}"]
    lines += lead_rectify.lines(turn) if rectifies else []
    if draft.get("push"):
        lines.append("同时推送反向衔接待办给追责部门；追责部门只看到纪检认定的结论。")
    if slip is None:
        lines.append(f"状态：{lead_steps.label(lead)} → 已结案")
    return lead_steps.confirm(lead, "线索办结", lines, "close_confirm")


def _get(turn: Turn) -> tuple[Lead, LeadSlip | None]:
    """The lead, and the slip with which the speaker is through; without one it is the lead itself that is closed."""
    number = turn.draft["number"]
    lead = lead_access.get(turn, number, LeadAction.VIEW_STATUS)
    slip = lead_circle.own_slip(turn, lead, ("signed",))
    lead = lead_access.get(turn, number, LeadAction.FEED_BACK if slip is not None else LeadAction.CLOSE)
    return lead, slip


def _deed(lead: Lead, slip: LeadSlip | None) -> str:
    return "办结" if slip is not None else "结案"


def _flows_back(turn: Turn, lead: Lead, slip: LeadSlip) -> bool:
    """S52: the discipline body punished, and nobody has held them to account for it yet; or it is asked for."""
    if slip.destination != "disc":
        return False
    result = str(turn.draft["result"])
    there = [where for where, one in lead_moves.slips_now(turn.session, lead).items() if one.state != "refused"]
    asked = bool(turn.draft.get("backflow")) and result == "disciplined" and "acct" not in there
    return asked or lead_states.flows_back(result, lead.nature, there)


def take_back(turn: Turn) -> Reply:
    at = texts.chosen(turn, _BACK)
    if at is None and turn.meaning.intent in ("confirm", "deny"):
        at = 0 if turn.meaning.intent == "confirm" else 1
    if at is None and "推送" in turn.text:
        at = 1 if "不" in turn.text else 0
    if at is None:
        return Ask(f"请回复序号：是否推送反向衔接待办？\n{texts.options(_BACK)}", "close_back")
    turn.draft["push"] = at == 0
    return begin(turn)


def _check(turn: Turn, lead: Lead, slip: LeadSlip | None) -> None:
    """Why it cannot be ended yet, in words."""
    result = str(turn.draft["result"])
    if result == "tolerated" and lead.tolerance not in ("exempt", "lighter"):
        lacking = "、".join(lead_states.tolerance_lacks({}))
        raise UserError(
            f"{lead.number} 适用容错须先补：{lacking}。\n请发“{lead.number} 容错：适用情形：…”。", keep=False
        )
    if slip is not None:
        return
    if lead.state in (LeadState.CLOSED, LeadState.NOT_ACCEPTED):
        raise UserError(f"{lead.number} 已经{lead_steps.label(lead)}。", keep=False)
    open_ = [one for one in lead_moves.slips_now(turn.session, lead).values() if one.state in ("sent", "signed")]
    if open_:
        names = "、".join(lead_access.body_name(turn, one.destination) for one in open_)
        raise UserError(f"{lead.number} 还在{names}办理，办结后再结案。", keep=False)
    if lead.state in (LeadState.DISPOSAL, LeadState.SHELVED) and lead.real_name:
        raise UserError(f"{lead.number} 是实名反映，请先反馈：发“{lead.number} 反馈反映人：…”。", keep=False)
    if lead.state not in (LeadState.DISPOSAL, LeadState.FEEDBACK, LeadState.SHELVED):
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，还不能结案。", keep=False)


def take_result(turn: Turn) -> Reply:
    at = texts.chosen(turn, list(RESULTS.values()))
    said = turn.meaning.slots.get("result")
    if at is None and not said:
        return Ask(f"请回复序号。\n{texts.options(list(RESULTS.values()))}", "close_result")
    turn.draft["result"] = str(said) if said else list(RESULTS)[at or 0]
    return begin(turn)


def take_offer(turn: Turn) -> Reply:
    return lead_rectify.take_offer(turn) or begin(turn)


def take_finding(turn: Turn) -> Reply:
    return lead_rectify.take_words(turn, _get(turn)[0]) or begin(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有登记。")
    if turn.meaning.intent != "confirm":
        at = texts.chosen(turn, list(RESULTS.values()))
        if at is not None or turn.meaning.slots.get("result"):
            return take_result(turn)
        if turn.draft.get("finding") and lead_steps.words_said(turn):
            return take_finding(turn)
        return Ask(f"要改结果直接说；不改就{texts.CONFIRM}。", "close_confirm")
    lead, slip = _get(turn)
    lead_steps.settled_again(turn, lead)
    _check(turn, lead, slip)
    turn.recent["numbers"] = [lead.number]
    return _through(turn, lead, slip) if slip is not None else _close(turn, lead)


def _through(turn: Turn, lead: Lead, slip: LeadSlip) -> Reply:
    """One body is through with it; with the last one the fifteen days for the answer begin (S42)."""
    draft = turn.draft
    result = str(draft["result"])
    words = str(draft.get("reason") or "")
    pieces = [lead_contents.note(turn, lead, lead_contents.RESULT, words or RESULTS[result])]
    done = Altered(slip, {"state": "done", "done_at": turn.now}, {"state": "signed"})
    if may_move(L.DISPOSE, lead.state):
        lead_steps.moved(turn, lead, L.DISPOSE, "lead_dispose")
    lead_steps.kept(turn, lead, "lead_done", done, *pieces, result_class=result)
    _stop(turn, lead, slip)
    body = lead_access.body_name(turn, slip.destination)
    text = f"{lead.number} {body}已办结：{RESULTS[result]}。"
    if "push" in draft:
        text += _push(turn, lead)
    rest = [one for one in lead_moves.slips_now(turn.session, lead).values() if one.state in ("sent", "signed")]
    if rest:
        names = "、".join(lead_access.body_name(turn, one.destination) for one in rest)
        return Done(f"{text}{names}还在办理。")
    return Done(text + _last(turn, lead))


def _stop(turn: Turn, lead: Lead, slip: LeadSlip) -> None:
    parts: tuple[str, ...] = (f"{SIGN}-{slip.id}",)
    if slip.destination == "acct":
        parts = (*parts, *ACCT)
    elif slip.destination == "disc":
        parts = (*parts, lead_terms.DISPOSAL, lead_terms.INQUIRY, lead_terms.INQUIRY_REPORT, lead_terms.PRELIM_DISC)
    elif slip.destination.startswith("func:"):
        parts = (*parts, FUNC)
    lead_terms.stop(turn, lead.number, *parts)


def _last(turn: Turn, lead: Lead) -> str:
    """Nobody has it in hand any more: a named reporter is answered, of another nothing is owed."""
    lead_terms.stop(turn, lead.number, lead_terms.DISPOSAL)
    if lead.real_name:
        due = lead_terms.start(turn, lead, FEEDBACK)
        day = wording.day(due, texts.today_of(turn))
        return f"\n请在{day}前反馈实名反映人：发“{lead.number} 反馈反映人：…”，再结案。"
    lead_steps.moved(turn, lead, L.FEED_BACK, "lead_feed_back")
    return f"\n可以结案：发“{lead.number} 结案”。"


def _push(turn: Turn, lead: Lead) -> str:
    """S52: the accountability body goes on from what the discipline body found; it sees that result and no more."""
    if not turn.draft["push"]:
        lead_steps.kept(turn, lead, "lead_back_flow", backflow="declined")
        return ""
    lead_steps.kept(turn, lead, "lead_back_flow", backflow="pushed")
    words = f"反向衔接待办：依据纪检认定事实研究违规追责（编号 {lead.number}）。\n签收请回复“签收 {lead.number}”。"
    lead_transfer.send(turn, lead, "acct", L.TRANSFER_MORE, words=words)
    return "已推送反向衔接待办。"


def _close(turn: Turn, lead: Lead) -> Done:
    result = str(turn.draft["result"])
    pieces = []
    if turn.draft.get("reason"):
        pieces.append(lead_contents.note(turn, lead, lead_contents.RESULT, str(turn.draft["reason"])))
    if may_move(L.FEED_BACK, lead.state):
        lead_steps.moved(turn, lead, L.FEED_BACK, "lead_feed_back")
    row = L.CLOSE_SHELVED if lead.state == LeadState.SHELVED else L.CLOSE
    lead_steps.moved(turn, lead, row, "lead_close", *pieces, result_class=result, closed_at=turn.now)
    lead_terms.stop_all(turn, lead.number)
    filed = lead_rectify.file(turn, lead) if result == lead_rectify.RESULT else ""
    turn.recent["numbers"] = [lead.number]
    return Done(f"{lead.number} 已结案：{RESULTS[result]}。有新线索可发“重启 {lead.number}，新线索：…”。{filed}")


def start(turn: Turn) -> Reply:
    """`7K3M 反馈反映人：…`: the named reporter has his answer."""
    number = lead_steps.said(turn)
    if not number:
        raise UserError.hidden()
    turn.draft["number"] = number
    if turn.meaning.slots.get("words"):
        turn.draft["words"] = str(turn.meaning.slots["words"])
    return _feedback(turn)


def _feedback(turn: Turn) -> Reply:
    seen = lead_access.get(turn, turn.draft["number"], LeadAction.VIEW_STATUS)
    if unnamed_answer.is_unnamed(seen):
        return unnamed_answer.start(turn, seen)
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.FEED_BACK)
    if not lead.real_name:
        raise UserError(f"{lead.number} 不是实名反映，不需要反馈；可以直接结案。", keep=False)
    slips = [slip.state for slip in lead_moves.slips_now(turn.session, lead).values()]
    if not may_move(L.FEED_BACK, lead.state) or not lead.result_class or not lead_states.slips_settled(slips):
        raise UserError(f"{lead.number} 还没有办结，办结后再反馈。", keep=False)
    if not turn.draft.get("words"):
        return Ask(
            f"{lead.number} 反馈内容怎么写？只有反映人看得到；当面反馈过的，写明时间和方式即可。", "feedback_words"
        )
    turn.draft["state"] = lead.state
    lines = [f"请确认 {lead.number} 反馈反映人：", str(turn.draft["words"]), "反映人凭编号查看，不推送内容。"]
    return lead_steps.confirm(lead, "反馈反映人", lines, "feedback_confirm")


def take_words(turn: Turn) -> Reply:
    words = lead_steps.words_said(turn)
    if words:
        turn.draft["words"] = words
    return _feedback(turn)


def take_feedback(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有反馈。")
    if turn.meaning.intent != "confirm":
        return take_words(turn)
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.FEED_BACK)
    lead_steps.settled_again(turn, lead)
    note = lead_contents.note(turn, lead, lead_told.FEEDBACK, str(turn.draft["words"]))
    lead_steps.moved(turn, lead, L.FEED_BACK, "lead_feed_back", note)
    lead_terms.stop(turn, lead.number, FEEDBACK)
    lead_told.fed_back(turn, lead)
    turn.recent["numbers"] = [lead.number]
    closes = lead_access.verdict(turn, lead, LeadAction.CLOSE) is Sight.FULL
    return Done(f"{lead.number} 已反馈反映人。" + (f"可以结案：发“{lead.number} 结案”。" if closes else ""))


STEPS: Mapping[str, Step] = {
    "close_result": take_result, "close_confirm": take_confirm, "close_back": take_back,
    lead_rectify.OFFER: take_offer, lead_rectify.WRITE: take_finding,
}  # fmt: skip
FLOW = Flow(
    name="lead_feedback",
    title="线索反馈",
    intents=("lead_feedback",),
    start=start,
    steps={"feedback_words": take_words, "feedback_confirm": take_feedback, **unnamed_answer.STEPS},
    secret=True,
)
