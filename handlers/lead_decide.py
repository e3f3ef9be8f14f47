"""Accepting a lead or not, and what is proposed to do with it (S11, 3.5.1); its end and its return begin here, too."""

from __future__ import annotations

from datetime import date

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import (
    colleagues,
    lead_accepting,
    lead_access,
    lead_circle,
    lead_closing,
    lead_contents,
    lead_signing,
    lead_steps,
    lead_terms,
    lead_told,
    texts,
)
from handlers.lead_terms import ACK, DISPOSAL, INQUIRY, REGISTER, REVIEW, TRIAGE
from handlers.rules import wording
from handlers.rules.lead_permissions import LeadAction, Sight
from handlers.rules.lead_states import DISPOSALS, LEAD_ENDED, NOT_ACCEPTED, L, LeadState, may_move
from storage import lead_moves, people
from storage.matters import Lead
from storage.people import Actor

DECISIONS = {"accept": "受理", "reject": "不予受理"}
MAY = ("disc_manager", "office_director")
_WHAT = "请说怎么办：受理、不予受理；或处置意见：初步核实、谈话函询、暂存待查、予以了结。"
_WHY_NOT = "不予受理的理由是哪一种？"
_PRELIM = "初核办理期限无统一天数，请按批准方案录入：“{} 初核期限 年-月-日”。"
_TERMS = {
    ACK: "15个工作日内告知受理情况", DISPOSAL: "1个月内提出处置意见", REVIEW: "暂存待查复看", TRIAGE: "5个工作日内分办",
}  # fmt: skip


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    if not number:
        if not any(post.role in (*MAY, "acct_staff", "member_head", "leading_group") for post in turn.actor.own):
            raise UserError.hidden()
        absorb(turn)
        return Ask(lead_steps.WHICH, "lead_number")
    turn.draft["number"] = number
    absorb(turn)
    return following(turn)


def absorb(turn: Turn) -> None:
    draft, slots = turn.draft, turn.meaning.slots
    for name in ("decision", "disposal", "remind_at", "result", "reason"):
        if slots.get(name):
            draft[name] = str(slots[name])
    if slots.get("backflow"):
        draft["backflow"] = True
    if slots.get("days") and slots.get("workdays"):
        draft["days"] = int(slots["days"])
    if slots.get("person"):
        draft["name"] = str(slots["person"])
        draft.pop("handler", None)


def following(turn: Turn) -> Reply:
    draft = turn.draft
    if draft.get("decision") == "return" and not draft.get("disposal"):
        return lead_signing.refuse(turn)
    if draft.get("decision") == "closed":
        return lead_closing.begin(turn)
    lead = _get(turn)
    if LeadState(lead.state) in LEAD_ENDED:
        raise UserError(
            f"{lead.number} 已办结，不再登记处置意见。有新线索请发“重启 {lead.number}，新线索：…”。", keep=False
        )
    if draft.get("decision") not in DECISIONS and draft.get("disposal") not in DISPOSALS:
        return Ask(_WHAT, "lead_what")
    if draft.get("decision") == "reject" and not draft.get("kind"):
        draft["kind"] = _kind(str(draft.get("reason") or ""))
        if not draft["kind"]:
            return Ask(f"{_WHY_NOT}\n{texts.options(list(NOT_ACCEPTED.values()))}", "lead_why_not")
    _settle_handler(turn, lead)
    draft["state"] = lead.state
    lines = [_head(turn, lead)]
    ending = [row for row in lead_terms.running(turn, lead.number) if lead_terms.part_of(row) in _answered(turn, lead)]
    if ending:
        today = texts.today_of(turn)
        named = (f"{lead_terms.NAMES[lead_terms.part_of(row)]}（{wording.day(row.due, today)}）" for row in ending)
        lines.append(f"停止时钟：{'、'.join(named)}")
    if draft.get("disposal") == "shelved":
        lines.append(f"复看：{wording.day(_review_day(turn), texts.today_of(turn))}")
    title = "线索处置意见" if draft.get("disposal") else f"线索{DECISIONS[draft['decision']]}"
    return lead_steps.confirm(lead, title, lines, "lead_confirm")


def _head(turn: Turn, lead: Lead) -> str:
    """受理 and 不予受理 by their own names; only the four ways of disposal are an opinion (3.5.1)."""
    opinion = _opinion(turn, lead)
    if turn.draft.get("disposal"):
        return f"请确认 {lead.number} 处置意见：{opinion}"
    return f"请确认{opinion}：{lead.number}"


def _get(turn: Turn) -> Lead:
    """The lead, if the speaker may take the step that he asks for."""
    decides = turn.draft.get("decision") in DECISIONS
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.ACCEPT if decides else LeadAction.VIEW_STATUS)
    if not decides and not lead_access.verdict_any(turn, lead, LeadAction.ACCEPT, LeadAction.DISPOSE):
        raise UserError("处置意见由纪检线索管理员登记。", keep=False)
    disposes = lead_access.verdict(turn, lead, LeadAction.DISPOSE) is Sight.FULL or _director_disposes(turn, lead)
    if turn.draft.get("disposal") and not disposes:
        raise UserError("处置意见由纪检线索管理员或承办部门登记。", keep=False)
    return lead


def _director_disposes(turn: Turn, lead: Lead) -> bool:
    """Where no lead manager may have it, it is the director's to dispose of (6.5)."""
    return turn.actor.userid in lead_circle.managers(turn, lead)


def _kind(words: str) -> str:
    """The class of a reason that was said."""
    if any(word in words for word in ("重复", "已反映", "办过")):
        return "repeat"
    if any(word in words for word in ("渠道", "不属于", "范围", "信访", "劳动仲裁", "其他部门")):
        return "elsewhere"
    return "more" if any(word in words for word in ("补正", "补充", "材料", "不清", "不具体", "要素")) else ""


def _settle_handler(turn: Turn, lead: Lead) -> None:
    """The handler is one of the discipline body's own people whom it does not concern; raises otherwise."""
    draft = turn.draft
    name = draft.get("name")
    if not name or draft.get("handler"):
        return
    able = lead_circle.holders(turn, lead, *lead_circle.HANDLERS)
    able += [person for person in lead_circle.managers(turn, lead) if person not in able]
    found = [one for one in able if people.name_of(turn.session, one) == name]
    if len(found) != 1:
        draft.pop("name")
        many = "、".join(colleagues.described(turn, one) for one in found)
        why = f"同名的有{len(found)}位（{many}）" if found else "不是线索管理员或承办人，或需要回避"
        raise UserError(f"所说的承办人{why}，没有登记。请另说承办人。", keep=False)
    draft["handler"] = found[0]


def _opinion(turn: Turn, lead: Lead) -> str:
    """`受理；初步核实；承办人 张伟`."""
    draft = turn.draft
    decided = DECISIONS.get(draft.get("decision", ""), "")
    if not decided and draft.get("disposal") and _accepts_first(lead, str(draft["disposal"])):
        decided = "受理"
    said = [decided + (f"（{NOT_ACCEPTED[draft['kind']]}）" if draft.get("kind") else "")]
    said += [DISPOSALS.get(draft.get("disposal", ""), "")]
    said += [f"承办人 {people.name_of(turn.session, draft['handler'])}"] if draft.get("handler") else []
    return "；".join(part for part in said if part)


def _accepts_first(lead: Lead, disposal: str) -> bool:
    """An opinion on one that was not accepted yet accepts it; only shelving does not."""
    return lead.state in (LeadState.REPORTED, LeadState.REGISTERED, LeadState.REOPENED) and disposal != "shelved"


def _answered(turn: Turn, lead: Lead) -> set[str]:
    """The clocks that the decision answers."""
    draft = turn.draft
    accepts = draft.get("decision") in DECISIONS or _accepts_first(lead, str(draft.get("disposal") or "shelved"))
    parts = {ACK} if accepts else set()
    parts |= {DISPOSAL} if draft.get("decision") == "reject" else set()
    return parts | ({DISPOSAL, REVIEW} if draft.get("disposal") in DISPOSALS else set())


def _review_day(turn: Turn) -> date:
    told = turn.draft.get("remind_at")
    day = date.fromisoformat(told) if told else lead_terms.half_a_year_on(turn)
    return turn.calendar.roll_forward(day)


def take_number(turn: Turn) -> Reply:
    asked = lead_steps.take_number(turn, "lead_number")
    if asked is not None:
        return asked
    absorb(turn)
    return following(turn)


def take_what(turn: Turn) -> Reply:
    absorb(turn)
    _absorb_words(turn)
    return following(turn)


def take_why_not(turn: Turn) -> Reply:
    at = texts.chosen(turn, list(NOT_ACCEPTED.values()))
    words = lead_steps.words_said(turn)
    turn.draft["kind"] = list(NOT_ACCEPTED)[at] if at is not None else _kind(words)
    turn.draft.setdefault("reason", words)
    if not turn.draft["kind"]:
        return Ask(f"请回复序号。\n{texts.options(list(NOT_ACCEPTED.values()))}", "lead_why_not")
    return following(turn)


def _absorb_words(turn: Turn) -> None:
    """A bare 初步核实 in answer to the question."""
    draft, text = turn.draft, turn.text
    found = next((name for name, words in DISPOSALS.items() if words in text), "")
    if found:
        draft["disposal"] = found
    if "受理" in text:
        draft["decision"] = "reject" if "不予受理" in text or "不受理" in text else "accept"


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    if turn.meaning.intent == "deny":
        return Done("好的，没有登记。")
    before = dict(turn.draft)
    absorb(turn)
    _absorb_words(turn)
    if turn.draft == before:
        return Ask(f"要改哪里直接说；不改就{texts.CONFIRM}。", "lead_confirm")
    return following(turn)


def _commit(turn: Turn) -> Done:
    draft = turn.draft
    lead = _get(turn)
    lead_steps.settled_again(turn, lead)
    opinion, parts = _opinion(turn, lead), _answered(turn, lead)
    ended = lead_terms.stop(turn, lead.number, *parts)
    if draft.get("decision") == "reject":
        _reject(turn, lead)
    elif draft.get("decision") == "accept" or _accepts_first(lead, str(draft.get("disposal") or "shelved")):
        lead_accepting.accept(turn, lead)
    review = _dispose(turn, lead) if draft.get("disposal") else None
    turn.recent["numbers"] = [lead.number]
    return Done(_answer(turn, lead, opinion, ended, review))


def _reject(turn: Turn, lead: Lead) -> None:
    lead_accepting.register(turn, lead)
    words = str(turn.draft.get("reason") or "")
    pieces = [lead_contents.note(turn, lead, lead_contents.REASON, words)] if words else []
    kind = str(turn.draft["kind"])
    lead_steps.moved(turn, lead, L.NOT_ACCEPT, "lead_not_accept", *pieces, not_accepted=kind, closed_at=turn.now)
    lead_terms.stop_all(turn, lead.number, met=False)
    lead_told.not_accepted(turn, lead, kind)


def _dispose(turn: Turn, lead: Lead) -> date | None:
    """One of the four ways; the day of the review for a shelved one."""
    draft = turn.draft
    way = str(draft["disposal"])
    values = {"disposal": way, **_handed(turn, lead)}
    words = str(draft.get("reason") or "")
    pieces = [lead_contents.note(turn, lead, lead_contents.OPINION, words)] if words else []
    if way == "shelved":
        review = _review_day(turn)
        lead_steps.moved(turn, lead, L.SHELVE, "lead_shelve", *pieces, review_on=review, **values)
        lead_terms.start(turn, lead, REVIEW, due=review)
        lead_terms.stop(turn, lead.number, REGISTER, met=False)
        return review
    lead_steps.moved(turn, lead, _row(turn, lead), "lead_dispose", *pieces, review_on=None, **values)
    if way == "talk_inquiry":
        lead_terms.start(turn, lead, INQUIRY)
    return None


def _handed(turn: Turn, lead: Lead) -> dict[str, str]:
    """Its handler, if one is named; what was approved for another one ends (2.4 经批准)."""
    handler = str(turn.draft.get("handler") or "")
    if not handler:
        return {}
    return {"handler": handler, **({"approved_handler": ""} if handler != lead.handler else {})}


def _row(turn: Turn, lead: Lead) -> L:
    """Which move an opinion is in this state."""
    if lead.state == LeadState.SHELVED:
        signed = any(slip.state in ("signed", "done") for slip in lead_moves.slips_of(turn.session, lead))
        return L.RESUME if signed else L.RESUME_UNSIGNED
    rows = (L.OPINE, L.DISPOSE, L.REVISE)
    found = next((row for row in rows if may_move(row, lead.state)), None)
    if found is None:
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，不能登记处置意见。", keep=False)
    return found


def _answer(turn: Turn, lead: Lead, opinion: str, ended: list[str], review: date | None) -> str:
    """S11's words."""
    disposed = turn.draft.get("disposal")
    parts = [f"已登记处置意见：{opinion}" if disposed else f"{lead.number} 已{opinion}"]
    parts += [f"“{_TERMS[part]}”时钟已停止" for part in dict.fromkeys(ended) if part in _TERMS]
    text = "；".join(parts) + "。"
    if turn.draft.get("disposal") == "prelim_verify":
        text += _PRELIM.format(lead.number)
    if review is not None:
        text += f"{wording.day(review, texts.today_of(turn))}提醒复看。"
    return text


def _help(actor: Actor) -> str | None:
    manages = any(post.role in MAY for post in actor.own)
    return "线索处置：线索受理，拟初步核实，承办人张伟" if manages else None


FLOW = Flow(
    name="lead_decide",
    title="线索处置登记",
    intents=("lead_decide",),
    start=start,
    steps={
        "lead_number": take_number, "lead_what": take_what, "lead_why_not": take_why_not, "lead_confirm": take_confirm,
        **lead_signing.REFUSING, **lead_closing.STEPS,
    },
    secret=True,
    help=_help,
)  # fmt: skip
