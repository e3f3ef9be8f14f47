"""Triage and transfer (S42, S43, S51): four elements, the bodies they speak for, a slip to each, and who is told."""

from __future__ import annotations

from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import (
    lead_accepting,
    lead_access,
    lead_circle,
    lead_contents,
    lead_elements,
    lead_steps,
    lead_terms,
    recusals,
    texts,
)
from handlers.lead_terms import SIGN, TRIAGE
from handlers.rules import lead_routing, wording
from handlers.rules.calendar import statutory_deadline
from handlers.rules.lead_permissions import LeadAction, Sight
from handlers.rules.lead_states import L, LeadState, may_move
from storage import lead_moves
from storage.matters import Lead, LeadNote, LeadSlip
from storage.people import Actor

_NOT_YET = (LeadState.REPORTED, LeadState.REGISTERED, LeadState.REOPENED)
_TO_TRIAGE = (*_NOT_YET, LeadState.ACCEPTED, LeadState.REFUSED)
_WHERE = "还差：移送去向（纪检监察机构/追责部门/哪个职能部门，可以几个）。"
_HEADED = "请审定后回复“{0} 同意分办”，要改去向直接说。"


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    absorb(turn)
    if not number:
        if lead_circle.MANAGER not in turn.actor.roles and not turn.actor.has(
            "office_staff", "office_director", "acct_staff", "member_head", "leading_group"
        ):
            raise UserError(
                "移送线索请带上编号；还没有报告的，请先发“报告问题线索：”加内容，登记后由监督办移送。", keep=False
            )
        return Ask(lead_steps.WHICH, "transfer_number")
    turn.draft["number"] = number
    return following(turn)


def absorb(turn: Turn, *, answering: bool = False) -> None:
    draft, slots = turn.draft, turn.meaning.slots
    lead_elements.absorb(turn, draft, answering=answering)
    said = [str(one) for one in slots.get("targets") or ([slots["target"]] if slots.get("target") else [])]
    if said:
        draft["targets"] = said
    for name in ("reason", "material"):
        if slots.get(name):
            draft[name] = str(slots[name])
    if slots.get("agree"):
        draft["agree"] = True


def following(turn: Turn) -> Reply:
    lead, drafts = _get(turn)
    draft = turn.draft
    if lead.state in _TO_TRIAGE:
        _take_over_draft(lead, draft)
        if lead_elements.missing(draft):
            return Ask(lead_elements.question(draft), "transfer_elements")
        wanted = _destinations(turn, lead)
        faults = lead_routing.faults(lead_elements.elements(draft), wanted)
        if faults:
            draft.pop("targets", None)
            return Ask(f"{faults[0]}\n{_suggested(turn, lead)}".rstrip("\n"), "transfer_where")
    else:
        wanted = _more(turn, lead)
        if not wanted:
            return Ask(_WHERE, "transfer_where")
    _receivers(turn, lead, wanted)
    draft.update(where=wanted, state=lead.state)
    return lead_steps.confirm(lead, "线索移送", _lines(turn, lead, wanted, drafts=drafts), "transfer_confirm")


def _get(turn: Turn) -> tuple[Lead, bool]:
    """The lead, and whether the speaker only prepares it for the director (拟办、制单)."""
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.VIEW_STATUS)
    wants = LeadAction.TRIAGE if lead.state in _TO_TRIAGE else LeadAction.TRANSFER
    lead = lead_access.get(turn, turn.draft["number"], wants, draft=True)
    if not any(may_move(row, lead.state) for row in (L.TRANSFER, L.TRANSFER_MORE)) and lead.state not in _TO_TRIAGE:
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，不能移送。", keep=False)
    return lead, lead_access.verdict(turn, lead, wants) is Sight.DRAFT


def _take_over_draft(lead: Lead, draft: dict[str, Any]) -> None:
    for name, value in lead_elements.of_lead(lead).items():
        if value:
            draft.setdefault(name, value)
    if lead.drafted_by and lead.destinations:
        draft.setdefault("where_drafted", list(lead.destinations))


def _codes(turn: Turn, said: list[str]) -> list[str]:
    """`func:财务部` by its unit's code."""
    codes = {unit.name: unit.code for unit in turn.lexicon.units}
    found = [f"func:{codes.get(one[5:], '')}" if one.startswith("func:") else one for one in said]
    return [one for one in dict.fromkeys(found) if one != "func:"]


def _destinations(turn: Turn, lead: Lead) -> list[str]:
    """Where it is said to go, else where it was drafted to, else what the elements speak for."""
    draft = turn.draft
    if draft.get("targets"):
        return _codes(turn, draft["targets"])
    if draft.get("where_drafted"):
        return list(draft["where_drafted"])
    return [one for one in lead_routing.suggest(lead_elements.elements(draft)) if one != "func:"]


def _more(turn: Turn, lead: Lead) -> list[str]:
    """Bodies that do not have it yet (并送, S51); while it is triaged, those it was triaged to."""
    slips = lead_moves.slips_now(turn.session, lead)
    there = {where for where, slip in slips.items() if slip.state != "refused"}
    said = _codes(turn, turn.draft.get("targets") or [])
    if lead.state == LeadState.TRIAGED:
        return said or list(lead.destinations or ())
    fresh = [where for where in said if where not in there]
    if said and not fresh:
        names = "、".join(lead_access.body_name(turn, where) for where in said)
        raise UserError(f"{lead.number} 已经移送{names}。", keep=False)
    return fresh


def _suggested(turn: Turn, lead: Lead) -> str:
    where = [one for one in lead_routing.suggest(lead_elements.elements(turn.draft)) if one != "func:"]
    return f"建议去向：{_named(turn, where)}。" if where else ""


def _named(turn: Turn, where: list[str]) -> str:
    return "、".join(lead_access.body_name(turn, one) for one in where)


def _receivers(turn: Turn, lead: Lead, wanted: list[str]) -> None:
    """Somebody of every body may have it; raises otherwise (S41: never nobody, never who is named)."""
    decided = recusals.for_destinations(turn, lead, wanted)
    empty = [where for where in wanted if not lead_circle.of_body(turn, lead, where)]
    if not decided.handlers or empty:
        names = _named(turn, empty or wanted)
        raise UserError(
            f"{names}没有可以承办的人员（未配备或需要回避），请改送上级机关或联系领导小组组长。", keep=False
        )


def _lines(turn: Turn, lead: Lead, wanted: list[str], *, drafts: bool) -> list[str]:
    draft, today = turn.draft, texts.today_of(turn)
    due = statutory_deadline(today, lead_terms.TERMS[SIGN].workdays, turn.calendar)
    head = "请确认分办拟办意见" if drafts else "请确认移送单"
    lines = [f"{head}：{lead.number} → {_named(turn, wanted)}"]
    if lead.state in _TO_TRIAGE:
        suggested = [one for one in lead_routing.suggest(lead_elements.elements(draft)) if one != "func:"]
        differs = f"（按四要素建议：{_named(turn, suggested)}）" if suggested and suggested != wanted else ""
        lines.append(f"{lead_elements.described(draft)}{differs}")
    lines.append(f"附件清单：{draft.get('material') or '未写（可补一句“附件：合同复印件2份”）'}")
    if drafts:
        return [*lines, "由监督办主任审定后移送。"]
    return [*lines, f"签收期限：{wording.day(due, today)}"]


def take_number(turn: Turn) -> Reply:
    asked = lead_steps.take_number(turn, "transfer_number")
    if asked is not None:
        return asked
    absorb(turn)
    return following(turn)


def take_elements(turn: Turn) -> Reply:
    absorb(turn, answering=True)
    return following(turn)


def take_where(turn: Turn) -> Reply:
    absorb(turn)
    if not turn.meaning.slots.get("target") and not turn.meaning.slots.get("targets"):
        said = _spoken(turn)
        if said:
            turn.draft["targets"] = said
    return following(turn)


def _spoken(turn: Turn) -> list[str]:
    """Bodies named in a bare answer: 纪检和追责, 财务部."""
    text = turn.text
    found = ["disc"] if "纪检" in text or "纪委" in text else []
    found += ["acct"] if "追责" in text else []
    found += ["external"] if any(word in text for word in ("司法", "公安", "检察", "上级")) else []
    unit = turn.meaning.slots.get("unit")
    return [*found, *([f"func:{unit}"] if unit and not found else [])]


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    if turn.meaning.intent == "deny":
        return Done("好的，没有移送。")
    before = dict(turn.draft)
    absorb(turn)
    if turn.text.strip().startswith("附件"):
        turn.draft["material"] = turn.text.strip().lstrip("附件清单：: ")
    if turn.draft == before:
        return Ask(f"要改哪里直接说；不改就{texts.CONFIRM}。", "transfer_confirm")
    return following(turn)


def _commit(turn: Turn) -> Done:
    lead, drafts = _get(turn)
    lead_steps.settled_again(turn, lead)
    wanted = list(turn.draft["where"])
    _receivers(turn, lead, wanted)
    turn.recent["numbers"] = [lead.number]
    if drafts:
        return _draft(turn, lead, wanted)
    if lead.state in _TO_TRIAGE:
        _triage(turn, lead, wanted)
    elif lead.state != LeadState.TRIAGED:
        for where in wanted:
            send(turn, lead, where, L.TRANSFER_MORE)
        return _done(turn, lead, wanted)
    first, *others = wanted
    send(turn, lead, first, L.TRANSFER)
    for where in others:
        send(turn, lead, where, L.TRANSFER_MORE)
    return _done(turn, lead, wanted)


def _elements(turn: Turn) -> dict[str, Any]:
    return {name: turn.draft[name] for name in lead_routing.ELEMENTS}


def _notes(turn: Turn, lead: Lead) -> list[LeadNote]:
    kinds = ((lead_contents.REASON, "reason"), (lead_contents.MATERIAL, "material"))
    return [lead_contents.note(turn, lead, kind, str(turn.draft[key])) for kind, key in kinds if turn.draft.get(key)]


def _draft(turn: Turn, lead: Lead, wanted: list[str]) -> Done:
    """The office's staff prepares, the director decides (2.4 拟办)."""
    lead_steps.kept(
        turn, lead, "lead_triage_draft", *_notes(turn, lead), destinations=wanted, drafted_by=turn.actor.userid,
        **(_elements(turn) if lead.state in _TO_TRIAGE else {}),
    )  # fmt: skip
    told = lead_circle.tell(
        turn,
        lead,
        lead_circle.directors(turn, lead),
        f"线索 {lead.number} 有分办拟办意见。{_HEADED.format(lead.number)}",
    )
    who = f"已请{texts.names(turn, told)}审定。" if told else ""
    return Done(f"{lead.number} 分办拟办意见已登记，还没有移送。{who}")


def _triage(turn: Turn, lead: Lead, wanted: list[str]) -> None:
    """The director's decision, with the rule that suggested otherwise or the same."""
    if lead.state in _NOT_YET:
        lead_accepting.accept(turn, lead)
    decided = recusals.for_destinations(turn, lead, wanted)
    recusals.record(turn, lead.number, decided)
    lead_steps.moved(
        turn, lead, L.TRIAGE, "lead_triage", *_notes(turn, lead), destinations=wanted, drafted_by="",
        recused=sorted({*(lead.recused or ()), *decided.struck}), **_elements(turn),
    )  # fmt: skip
    turn.record(lead.number, "lead_routing", after={"rule": lead_routing.VERSION, "destinations": wanted})
    lead_terms.stop(turn, lead.number, TRIAGE)


def send(turn: Turn, lead: Lead, where: str, row: L, *, words: str = "") -> LeadSlip:
    """One slip on its way: two working days to sign for it (S42)."""
    slip = LeadSlip(destination=where, state="sent", sent_by=turn.actor.userid, sent_at=turn.now)
    where_now = [*(lead.destinations or ())]
    values = {} if where in where_now or words else {"destinations": [*where_now, where]}
    lead_steps.moved(turn, lead, row, "lead_transfer", slip, **values)
    due = lead_terms.start(turn, lead, SIGN, body=where, slip=slip)
    day = wording.day(due, texts.today_of(turn))
    said = words or (
        f"线索 {lead.number} 已移送{lead_access.body_name(turn, where)}，请在{day}前签收。\n"
        f"回复“签收 {lead.number}”，或“退回 {lead.number}，理由：…”。"
    )
    lead_circle.tell(turn, lead, lead_circle.of_body(turn, lead, where), said)
    return slip


def _done(turn: Turn, lead: Lead, wanted: list[str]) -> Done:
    told = [person for where in wanted for person in lead_circle.of_body(turn, lead, where)]
    told = [person for person in dict.fromkeys(told) if person != turn.actor.userid]
    who = f"已通知{texts.names(turn, told)}签收。" if told else ""
    return Done(f"{lead.number} 已移送{_named(turn, wanted)}。{who}")


def _help(actor: Actor) -> str | None:
    return "线索移送：“移交线索”" if actor.has("office_director") else None


FLOW = Flow(
    name="lead_transfer",
    title="线索移送",
    intents=("transfer_lead",),
    start=start,
    steps={
        "transfer_number": take_number, "transfer_elements": take_elements, "transfer_where": take_where,
        "transfer_confirm": take_confirm,
    },
    secret=True,
    help=_help,
)  # fmt: skip
