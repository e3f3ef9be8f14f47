"""Reporting a lead (报告问题线索): few questions, one confirmation, and nobody hears its content but its receivers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from bot.flow import Ask, Done, Flow, Reply, Step, Turn
from bot.messages import Kind
from handlers import finding_draft, finding_source, lead_contents, lead_draft, lead_terms, recusals, texts
from handlers.lead_contents import Contents
from handlers.rules import numbering, wording
from handlers.rules.calendar import statutory_deadline
from handlers.rules.lead_permissions import LeadAction, LeadRelation, may_lead
from handlers.rules.mentions import Mention
from handlers.rules.moments import as_date
from handlers.rules.recusal import NO, UNSURE, YES, Decision
from storage import leads, people, seen
from storage.people import Actor

CHOICES = ["实名（可收到受理告知与结果反馈）", "匿名（凭回执码查询）"]
MEANT = ["是", "不是", "说不准"]
MOST_QUESTIONS = 3
REPORT_WITHIN = 3  # working days from the day on which it was found (4.8 clk_lead_report)
ANONYMOUS = "好的，刚才的内容没有保存。请发“匿名反映”，先看告知，再写内容。"
NO_PICTURES = "图片和文件暂不随线索保存，请用一句话写明有哪些材料（如“凭据：聊天截图3张”），受理后当面提交。\n"
NAMED = "好的，按实名办理，身份仅线索管理人员可见。\n请写：反映谁、哪个单位、什么事、有什么凭据。"
LEFT = "先不选了，刚才的内容没有保存。\n想反映时发“实名反映：”加内容；要办别的直接说，或发“帮助”。"
NOT_HERE = "日志审查员不通过本账号报告线索，请用来信或12388。"


def start(turn: Turn) -> Reply:
    if not may_lead(LeadAction.SUBMIT, turn.actor.roles or {"employee"}, LeadRelation()):
        return Done(NOT_HERE)
    lead = lead_draft.read(turn, turn.text)
    refusal = lead_draft.barred(turn, lead, turn.text)
    if refusal:
        return Done(refusal)
    if _plain(turn.actor) and not lead["real_name"]:
        return ask_name(turn)
    turn.draft.update(raw=[turn.text], lead=lead)
    return _following(turn)


def adopt(turn: Turn, item: Mapping[str, Any], raw: list[str]) -> Reply:
    """A finding under confirmation goes on as a lead (domain.md 3.2 `nature`)."""
    shared = ("desc", "unit", "unit_name", "amount_fen", "amount_text", "nature")
    lead = {key: item[key] for key in shared if key in item}
    lead["subject"] = str(item.get("person") or "")
    refusal = lead_draft.barred(turn, lead, "\n".join(raw))
    if refusal:
        return Done(refusal)
    turn.draft.clear()
    turn.draft.update(raw=list(raw), lead=lead)
    seen.forget_words(turn.session, turn.actor.userid)  # what was said back of it while it was a finding
    return _following(turn)


def ask_name(turn: Turn) -> Ask:
    """An employee's report begins with this choice, and nothing is kept before it (domain.md 2.6)."""
    turn.draft.clear()
    text = f"您反映的情况按职工反映办理，请先选：\n{texts.options(CHOICES)}\n刚才的内容没有保存，选好后再写。"
    return Ask(text, "lead_name")


def take_name(turn: Turn) -> Reply:
    at = texts.chosen(turn, CHOICES)
    if at is None and turn.draft.get("again"):
        return Done(LEFT)  # asked twice: he wants something else, and is not held here
    if at is None:
        turn.draft["again"] = True
        return Ask(f"请回复1或2：\n{texts.options(CHOICES)}\n选好之前写的内容不会保存；回复“取消”退出。", "lead_name")
    if at == 1:
        return Done(ANONYMOUS)
    turn.draft.update(raw=[], lead={"real_name": True}, asked=["desc"])
    return Ask(NAMED, "lead_missing")


def take_missing(turn: Turn) -> Reply:
    reply = _always(turn)
    if reply is not None:
        return reply
    lead, text = turn.draft["lead"], turn.text.strip()
    if lead.get("desc"):
        _take_about(turn, lead, text)
    else:
        fresh = lead_draft.read(turn, text)
        fresh["desc"] = fresh["desc"] or text
        kept = {key: value for key, value in lead.items() if value}
        turn.draft["lead"] = fresh | kept
    turn.draft["raw"].append(turn.text)
    return _following(turn)


def _take_about(turn: Turn, lead: dict[str, Any], text: str) -> None:
    if lead_draft.UNSURE.search(text) and len(text) <= 8:
        lead["about_open"] = True
        return
    named = lead_draft.put_unit(turn, lead, turn.meaning.slots, text)
    person = str(turn.meaning.slots.get("person") or "")
    if not lead.get("subject") and (person or not named):
        lead["subject"] = (person or text)[:80]
    if not named and not lead.get("unit_options"):
        lead["about_open"] = True  # asked once is enough: it is received without a unit too


def take_choice(turn: Turn) -> Reply:
    lead = turn.draft["lead"]
    at = texts.chosen(turn, lead["unit_options"])
    if at is None:
        return Ask(f"请回复序号：\n{texts.options(lead['unit_options'])}", "lead_choice")
    finding_draft.set_unit(lead, lead["unit_options"][at], turn.lexicon.units)
    return _following(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm" and not lead_draft.only_consent(turn.text):
        return _file(turn)
    reply = _always(turn)
    if reply is not None:
        return reply
    if turn.meaning.intent == "deny":
        return _following(turn, "还没有提交。要改哪里直接说，不报了回复“取消”。\n")
    lead = turn.draft["lead"]
    turn.draft["raw"].append(turn.text)
    change = finding_draft.correction(turn.meaning, turn.text, texts.today_of(turn))
    change = change or finding_draft.bare_value(turn.meaning, turn.text)
    if change is None:
        for field in ("desc", "whole"):
            if lead.get(field):
                lead[field] = f"{lead[field]}；{turn.text.strip()}"
        return _following(turn, "已补充到内容里。\n")
    if change.field == "person":
        lead["subject"] = str(change.value)
    elif change.field == "found_at":
        if not lead_draft.put_found(lead, change.value, texts.today_of(turn)):
            return _following(turn, "发现时间不能晚于今天。\n")
    elif not finding_draft.apply(lead, change, turn.lexicon.units):
        return _following(turn, "没听懂要改成什么，请直接说“单位改成恒信能源”这样的话。\n")
    if change.field == "desc":
        lead.pop("whole", None)
    return _following(turn, "已改。\n")


def _always(turn: Turn) -> Reply | None:
    """At every step: words that must not be entered here end it, pictures stay outside, labels fill their field."""
    if turn.inbound is not None and turn.inbound.kind in (Kind.IMAGE, Kind.FILE):
        return _following(turn, NO_PICTURES)
    if not turn.text.strip():
        return _following(turn)
    refusal = lead_draft.barred(turn, {}, turn.text)
    if refusal:
        return Done(refusal)
    consent = lead_draft.consents(turn.text) if lead_draft.only_consent(turn.text) else None
    if consent is not None:
        lead_draft.put_consent(turn.draft["lead"], consent)
        return _following(turn, "已记。\n")
    field = lead_draft.labelled(turn.text)
    if field is None:
        return None
    turn.draft["lead"][field[0]] = field[1][:200]
    turn.draft["raw"].append(turn.text)
    refusal = lead_draft.barred(turn, turn.draft["lead"], "")
    return Done(refusal) if refusal else _following(turn)


def _following(turn: Turn, before: str = "") -> Reply:
    lead = turn.draft["lead"]
    refusal = lead_draft.barred(turn, lead, "")
    if refusal:
        return Done(refusal)
    if lead.get("unit_options"):
        return Ask(f"{before}这个叫法对应几个单位，是哪一家？\n{texts.options(lead['unit_options'])}", "lead_choice")
    asked = _asked(turn, lead)
    if asked is not None:
        return Ask(f"{before}{recusals.question(turn, asked)}\n{texts.options(MEANT)}", "lead_meant")
    wanted = lead_draft.missing(lead)
    if wanted:
        return Ask(before + "\n".join(["请补充：", *(lead_draft.QUESTIONS[field] for field in wanted)]), "lead_missing")
    note = lead_draft.kept_from(lead_draft.decision(turn, lead))
    return Ask(
        before.rstrip("\n") + lead_draft.confirmation(lead, texts.today_of(turn), note),
        "lead_confirm",
        lead_draft.card(),
    )


def _asked(turn: Turn, lead: Mapping[str, Any]) -> Mention | None:
    """Whom he may have meant; three times at most, then whoever may be meant is struck off."""
    questions = lead_draft.decision(turn, lead).questions
    meant = turn.draft.setdefault("meant", {})
    if len(meant) >= MOST_QUESTIONS:
        meant |= {one.userid: UNSURE for one in questions}
        return None
    return questions[0] if questions else None


def take_meant(turn: Turn) -> Reply:
    """Whether it is he: not sure counts as yes, so that he does not see it."""
    asked = _asked(turn, turn.draft["lead"])
    if asked is None:
        return _following(turn)
    at = texts.chosen(turn, MEANT)
    if at is None and turn.meaning.intent in ("confirm", "deny"):
        at = 0 if turn.meaning.intent == "confirm" else 1
    if at is None:
        return Ask(f"请回复序号：{recusals.question(turn, asked)}\n{texts.options(MEANT)}", "lead_meant")
    turn.draft["meant"][asked.userid] = (YES, NO, UNSURE)[at]
    return _following(turn)


def _file(turn: Turn) -> Done:
    lead, today = turn.draft["lead"], texts.today_of(turn)
    number = new_number(turn, today.year)
    sources = finding_source.candidates(turn)
    found = lead_draft.decision(turn, lead)
    contents = Contents(
        lead["desc"], "\n".join(turn.draft["raw"]), str(lead.get("subject") or ""), lead.get("evidence") or "",
        lead.get("amount_fen"), lead.get("amount_text") or "", lead.get("unit") or "", lead.get("unit_name") or "",
    )  # fmt: skip
    leads.add(
        turn.session, apart=recusals.apart(turn, found),
        number=number, state="reported", source=None,  # one of whose people it is may be the only one there
        nature=str(lead.get("nature") or "")[:16], real_name=bool(lead.get("real_name")),
        consented=bool(lead.get("consented")), reported_at=turn.now,
        **lead_contents.keep(turn, number, contents, found.handlers, recusals.keepers(turn, found)),
        **recusals.columns(found),
    )  # fmt: skip
    # Only that fields were filled: the ledger is read by more people than the lead is.
    fields = sorted(key for key in lead if lead[key])
    lead_contents.record(turn, None, number, "report_lead", after={"state": "reported", "fields": fields})
    tell_receivers(turn, number, found)
    lead_terms.begin(turn, number, real_name=bool(lead.get("real_name")))
    turn.recent["numbers"], turn.recent["submitted"] = [number], number
    reminded = _too_late(turn, number, lead) if any(not one["self_check"] for one in sources) else ""
    late = "实名反映15个工作日内告知受理情况。\n" if lead.get("real_name") else ""
    return Done(f"已登记线索 {number}。内容仅线索管理人员可见。\n{late}{reminded}您可凭编号查询办理节点：查 {number}")


def _too_late(turn: Turn, number: str, lead: Mapping[str, Any]) -> str:
    """A supervising body reports within three working days (4.8 clk_lead_report, S42): said, and nothing is refused."""
    found, today = as_date(lead.get("found_at")), texts.today_of(turn)
    if found is None or found > today:
        return ""
    due = statutory_deadline(found, REPORT_WITHIN, turn.calendar)
    if due >= today:
        return ""
    late = {"workdays": turn.calendar.workdays_between(due, today)}
    lead_contents.record(turn, None, number, "lead_late", after=late)
    return f"发现后{REPORT_WITHIN}个工作日内应报告（{wording.day(due, today)}前），这次已照常登记，下次请及时报告。\n"


def new_number(turn: Turn, year: int) -> str:
    """A lead's number that nobody has yet."""
    while leads.find(turn.session, number := numbering.lead_number(year, secrets.choice)) is not None:
        pass
    return number


def tell_receivers(turn: Turn, number: str, found: Decision) -> None:
    """That there is one, and its number, never a word of it (domain.md 6.5); and the decision about it."""
    recusals.record(turn, number, found)
    for person in found.handlers:
        if person != turn.actor.userid:
            turn.tell(person, f"有新的问题线索 {number} 待受理。", matter=number)


def seal_old(turn: Turn) -> None:
    """Leads from before there was sealing are sealed in the night after the upgrade."""
    lead_contents.seal_old(turn, people.userids_with(turn.session, ("disc_manager",), texts.today_of(turn)))


def _plain(actor: Actor) -> bool:
    return actor.roles <= {"employee"}


def help_line(actor: Actor) -> str | None:
    if _plain(actor):
        return "反映情况：实名反映：某某单位某某事；匿名反映"
    return "报线索：报告问题线索：谁、哪个单位、什么事、什么凭据"


STEPS: Mapping[str, Step] = {
    "lead_name": take_name,
    "lead_missing": take_missing,
    "lead_choice": take_choice,
    "lead_meant": take_meant,
    "lead_confirm": take_confirm,
}

FLOW = Flow(
    name="lead_submit",
    title="线索报告",
    intents=("submit_lead",),
    start=start,
    steps=STEPS,
    secret=True,
    daily=seal_old,
    help=help_line,
)
