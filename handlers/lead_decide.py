"""A lead manager registers what was decided on a lead, and its clocks stop (S11); the rest of its life comes later."""

from __future__ import annotations

from datetime import date

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import colleagues, lead_terms, obligations, texts
from handlers.lead_terms import ACK, DISPOSAL, REVIEW
from handlers.rules import wording
from handlers.rules.lead_permissions import LeadAction, LeadRelation, Sight, sight
from handlers.rules.lead_states import LEAD_ENDED, LeadState, may_follow
from storage import leads, lookup, people
from storage.duties import Obligation
from storage.matters import Lead
from storage.people import Actor

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
MAY = ("disc_manager", "office_director")
DISPOSALS = {
    "talk_inquiry": "谈话函询", "prelim_verify": "初步核实", "shelved": "暂存待查", "concluded": "予以了结",
}  # fmt: skip
DECISIONS = {"accept": "受理", "reject": "不予受理"}
_WHAT = "请说明处置意见：受理、不予受理；或 初步核实、谈话函询、暂存待查、予以了结。"
_LATER = "线索退回、办结登记尚未开通，请先按线下办法办理。"
_PRELIM = "初核办理期限没有统一天数，请按批准方案掌握。"
_TERMS = {ACK: "15个工作日内告知受理情况", DISPOSAL: "1个月内提出处置意见", REVIEW: "暂存待查复看"}


def start(turn: Turn) -> Reply:
    number = _number(turn)
    if not number:
        if not _manages(turn.actor):
            raise UserError.hidden()
        absorb(turn)
        return Ask("请带上线索编号，如 XS-2026-7K3M。", "lead_number")
    turn.draft["number"] = number
    absorb(turn)
    return following(turn)


def _number(turn: Turn) -> str:
    slots = turn.meaning.slots
    said = [slots.get("number"), *(slots.get("numbers") or ())]
    return next((str(one) for one in said if str(one).startswith("XS-")), "")


def _manages(actor: Actor) -> bool:
    """By his own post: nobody stands in for a lead manager (domain.md 2.1)."""
    return any(post.role in MAY for post in actor.own)


def _get(turn: Turn, number: str) -> Lead:
    """The lead that the speaker may decide on. Absent and forbidden raise the same words, by the same way."""
    lead, real = lookup.by_number(turn.session, Lead, number)
    concerned = lead is not None and lead_terms.concerned(turn, lead, turn.actor.userid)
    relation = LeadRelation(recused=concerned)
    known = sight(LeadAction.VIEW_STATUS, turn.actor.posts, relation) is Sight.FULL
    if lead is None or not real or not known:
        raise UserError.hidden()
    if not _manages(turn.actor):
        raise UserError("处置意见由纪检线索管理员登记。", keep=False)
    return lead


def absorb(turn: Turn) -> None:
    draft, slots = turn.draft, turn.meaning.slots
    for name in ("decision", "disposal", "remind_at"):
        if slots.get(name):
            draft[name] = str(slots[name])
    if slots.get("clocks"):
        draft["clocks"] = [str(one) for one in slots["clocks"] if one in lead_terms.NAMES]
    if slots.get("person"):
        draft["name"] = str(slots["person"])
        draft.pop("handler", None)


def following(turn: Turn) -> Reply:
    draft = turn.draft
    lead = _get(turn, draft["number"])
    if LeadState(lead.state) in LEAD_ENDED:
        raise UserError(f"{lead.number} 已办结，不再登记处置意见。", keep=False)
    if draft.get("decision") in ("return", "closed") and not draft.get("disposal"):
        return Done(_LATER)
    if draft.get("decision") not in DECISIONS and draft.get("disposal") not in DISPOSALS and not draft.get("clocks"):
        return Ask(_WHAT, "lead_what")
    _settle_handler(turn, lead)
    draft["state"] = lead.state
    lines = [f"请确认 {lead.number} 处置意见：{_opinion(turn)}"]
    ending = _ending(turn)
    if ending:
        today = texts.today_of(turn)
        named = (f"{lead_terms.NAMES[row.part]}（{wording.day(row.due, today)}）" for row in ending)
        lines.append(f"停止时钟：{'、'.join(named)}")
    if draft.get("disposal") == "shelved":
        lines.append(f"复看：{wording.day(_review_day(turn), texts.today_of(turn))}")
    facts = (("编号", lead.number),)
    card = Card(CardKind.BUTTONS, title="线索处置意见", facts=facts, buttons=BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), "lead_confirm", card)


def _settle_handler(turn: Turn, lead: Lead) -> None:
    """The handler is one of the discipline body's own people whom it does not concern; raises otherwise."""
    draft = turn.draft
    name = draft.get("name")
    if not name or draft.get("handler"):
        return
    today = texts.today_of(turn)
    able = people.userids_with(turn.session, lead_terms.HANDLERS, today, stand_ins=False)
    found = [one for one in able if people.name_of(turn.session, one) == name]
    found = [one for one in found if not lead_terms.concerned(turn, lead, one)]
    if len(found) != 1:
        draft.pop("name")
        many = "、".join(colleagues.described(turn, one) for one in found)
        why = f"同名的有{len(found)}位（{many}）" if found else "不是线索管理员或承办人，或需要回避"
        raise UserError(f"所说的承办人{why}，没有登记。请另说承办人。", keep=False)
    draft["handler"] = found[0]


def _opinion(turn: Turn) -> str:
    """`受理；初步核实；承办人 张伟`."""
    draft = turn.draft
    said = [DECISIONS.get(draft.get("decision", ""), ""), DISPOSALS.get(draft.get("disposal", ""), "")]
    said += [f"承办人 {people.name_of(turn.session, draft['handler'])}"] if draft.get("handler") else []
    return "；".join(part for part in said if part) or "停止时钟"


def _ending(turn: Turn) -> list[Obligation]:
    """The clocks that stop: those that were named, and those that the decision answers."""
    draft = turn.draft
    wanted = set(draft.get("clocks") or ())
    wanted |= {ACK} if draft.get("decision") in DECISIONS else set()
    wanted |= {DISPOSAL} if draft.get("decision") == "reject" else set()
    wanted |= {DISPOSAL, REVIEW} if draft.get("disposal") in DISPOSALS else set()
    return [row for row in lead_terms.running(turn, draft["number"]) if row.part in wanted]


def _review_day(turn: Turn) -> date:
    said = turn.draft.get("remind_at")
    day = date.fromisoformat(said) if said else lead_terms.half_a_year_on(turn)
    return turn.calendar.roll_forward(day)


def take_number(turn: Turn) -> Reply:
    number = _number(turn)
    if not number:
        return Ask("请回复线索编号，如 XS-2026-7K3M；不办了回复“取消”。", "lead_number")
    turn.draft["number"] = number
    absorb(turn)
    return following(turn)


def take_what(turn: Turn) -> Reply:
    absorb(turn)
    _absorb_words(turn)
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
    lead = _get(turn, draft["number"])
    if lead.state != draft["state"]:
        raise Overtaken(f"{lead.number} 刚刚有人办理过，这次没有提交。", keep=False)
    ending = [row.part for row in _ending(turn)]
    opinion, review = _opinion(turn), _review_day(turn) if draft.get("disposal") == "shelved" else None
    after = _move(turn, lead)
    for part in ending:
        obligations.end(turn, lead_terms.LADDER, lead.number, part=part)
    if review is not None:
        lead_terms.begin_review(turn, lead.number, review)
    # Codes only: the ledger is read by more people than the lead is.
    kept = {name: draft[name] for name in ("decision", "disposal", "handler") if draft.get(name)}
    turn.record(lead.number, "lead_decide", before={"state": draft["state"]},
                after={"state": after, "clocks": sorted(ending), **kept})  # fmt: skip
    turn.recent["numbers"] = [lead.number]
    return Done(_answer(turn, opinion, ending, review))


def _move(turn: Turn, lead: Lead) -> str:
    """As far as the decision says it: accepted, not accepted, shelved."""
    draft = turn.draft
    wanted = {"accept": ("registered", "accepted"), "reject": ("registered", "not_accepted")}
    steps = [*wanted.get(draft.get("decision", ""), ()), *(["shelved"] if draft.get("disposal") == "shelved" else [])]
    for step in steps:
        if may_follow(lead.state, step) and not leads.move(turn.session, lead, lead.state, step):
            raise Overtaken(f"{lead.number} 刚刚有人办理过，这次没有提交。", keep=False)
    return lead.state


def _answer(turn: Turn, opinion: str, ending: list[str], review: date | None) -> str:
    """S11's words."""
    parts = [f"已登记处置意见：{opinion}", *(f"“{_TERMS[part]}”时钟已停止" for part in ending)]
    text = "；".join(parts) + "。"
    if turn.draft.get("disposal") == "prelim_verify":
        text += _PRELIM
    if review is not None:
        text += f"{wording.day(review, texts.today_of(turn))}提醒复看。"
    return text


def _help(actor: Actor) -> str | None:
    return "线索处置：线索受理，拟初步核实，承办人张伟" if _manages(actor) else None


FLOW = Flow(
    name="lead_decide",
    title="线索处置登记",
    intents=("lead_decide",),
    start=start,
    steps={"lead_number": take_number, "lead_what": take_what, "lead_confirm": take_confirm},
    secret=True,
    help=_help,
)
