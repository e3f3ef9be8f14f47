"""Which urgent matters the quarter's report tells, in which words: the director approves each (domain.md 7.2 五)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import judging, paper_rights, quarter_paper, quarter_text, texts, urgent
from handlers.rules import quarters as periods
from handlers.rules import redaction
from handlers.rules.calendar import day_of
from handlers.rules.redaction import Known
from storage import people, reports, units, urgents
from storage.matters import Urgent
from storage.people import Actor

STEP = "told"
_DEED = "紧急情况列入汇总报告"


def start(turn: Turn) -> Reply:
    """`JJ-2026-0007列入汇总报告`, with words of his own behind a colon; `…不列入汇总报告` takes it out again."""
    paper_rights.must_be_director(turn, _DEED)
    slots, report = turn.meaning.slots, _get(turn, str(turn.meaning.slots.get("number") or ""))
    out = slots.get("decision") == "drop"
    words = "" if out else str(slots.get("text") or "").strip() or _own_words(turn, report)
    if words == (report.told or ""):
        return Done(f"{report.number} {'本来就没有列入' if out else '已按这些文字列入'}汇总报告，不用改。")
    turn.draft.update(number=report.number, words=words, before=report.told or "")
    name = f"{periods.short_name(quarter_of(report))}{quarter_paper.NAME}"
    if out:
        return Ask(f"请确认：{report.number} 不列入{name}，只计数。\n{texts.CONFIRM}", STEP)
    card = Card(CardKind.BUTTONS, title="列入汇总报告", facts=(("编号", report.number),), buttons=judging.BUTTONS)
    lines = [f"请确认：{report.number} 列入{name}：", quarter_text.urgent_line(report, words)]
    lines += ["要换文字，请在编号后写“列入汇总报告：…”。", texts.CONFIRM]
    return Ask("\n".join(lines), STEP, card)


def take(turn: Turn) -> Reply:
    if (reply := texts.unconfirmed(turn, "改动", STEP)) is not None:
        return reply
    paper_rights.must_be_director(turn, _DEED)
    report, words = _get(turn, str(turn.draft["number"])), str(turn.draft["words"])
    entry = turn.entry("urgent_told" if words else "urgent_untold")
    if not urgents.tell(turn.session, entry, report, str(turn.draft["before"]), words):
        raise Overtaken(f"{report.number} 刚刚有人改过，请重新说一遍。", keep=False)
    quarter = quarter_of(report)
    done = (
        f"{report.number}：{'已批准列入' if words else '不再列入'}{periods.short_name(quarter)}{quarter_paper.NAME}。"
    )
    draft = reports.newest(turn.session, quarter_paper.KIND, quarter, "draft")
    return Done(f"{done}\n{quarter_paper.draft(turn, quarter)}" if draft is not None else f"{done}生成草稿时写入。")


def _get(turn: Turn, number: str) -> Urgent:
    report = urgents.find(turn.session, number)
    if report is None:
        raise UserError.hidden()
    return report


def quarter_of(report: Urgent) -> str:
    return periods.quarter_of(day_of(report.at))


def _own_words(turn: Turn, report: Urgent) -> str:
    """What was reported and the newest word of it, without names; refused where that would still tell too much."""
    said = [urgent.event_of(report.raw_text), *(str(one["text"]) for one in report.updates[-1:])]
    words = "；".join(text.strip(" 。；") for text in said if text.strip(" 。；"))
    if (reason := redaction.barred(words)) != "":
        raise UserError(f"{report.number} 的原文{reason}，请自己写：“{report.number}列入汇总报告：…”。", keep=False)
    named = {name: name for unit in units.all_units(turn.session) for name in (unit.name, *unit.aliases)}
    known = Known({person.name for person in people.all_people(turn.session)}, units=named)
    return redaction.redact(words, known, names=True).words


def _help(actor: Actor) -> str | None:
    return "汇总报告：JJ-2026-0007列入汇总报告" if actor.has("office_director") else None


FLOW = Flow(name="quarter_urgent", title=_DEED, intents=("paper_urgent",), start=start, steps={STEP: take}, help=_help)
