"""The quarter's report: drafted out of the store, made final by the director, sent to the leading group (S35, S55)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind, Document, Paragraph, document, document_body
from handlers import judging, paper_facts, paper_rights, quarter_duty, quarter_figures, quarter_text, texts
from handlers.rules import quarters as periods
from handlers.rules import wording
from storage import counters, reports
from storage.people import Actor
from storage.reports import Report

KIND = quarter_duty.PAPER
NAME = "汇总报告"
_QUARTER = re.compile(r"\d{4}Q[1-4]")


def start(turn: Turn) -> Reply:
    """`生成三季度监督情况汇总报告`: a draft for the office, in the answer its figures, then the file."""
    paper_rights.must_be_office(turn, f"季度{NAME}")
    return Done(draft(turn, quarter_said(turn) or paper_facts.default_quarter(turn)))


def quarter_said(turn: Turn) -> str:
    """The quarter that was named, or "". Raises UserError for one that has not begun."""
    said = str(turn.meaning.slots.get("quarter") or "")
    if not _QUARTER.fullmatch(said):
        return ""
    if periods.quarter_start(said) > texts.today_of(turn):
        raise UserError(f"{periods.short_name(said)}还没有开始。", keep=False)
    return said


def draft(turn: Turn, quarter: str, **notes: str) -> str:
    """A new version with what the office wrote so far; owes the file and returns the answer."""
    before = reports.newest(turn.session, KIND, quarter)
    kept: dict[str, str] = {**(before.body.get("notes", {}) if before else {}), **notes}
    about = paper_facts.load(turn, quarter)
    paper = quarter_text.paper(turn, about, kept)
    figures = {"count": about.counted.new.counted, "closed": about.counted.new.closed}
    figures["overdue"] = about.counted.new.overdue
    body = {"document": document_body(paper), "notes": kept, "figures": figures}
    row = reports.add(turn.session, turn.entry("paper_draft"), KIND, quarter, body)
    turn.tell(turn.actor.userid, paper, urgent=True)
    open_ones = quarter_text.prompts(paper.parts)
    lines = [
        f"{periods.short_name(quarter)}{NAME}草稿已生成（第{row.version}版，公文格式），文件随后发到。",
        f"{_counts(figures)}；未含线索个案。",
        "请复核密级与数据后使用。",
    ]
    if open_ones:
        lines.append(f"还有{open_ones}处待补写，可发“补充{NAME}监督服务经营：…”或“补充{NAME}紧急情况：…”。")
    lines.append(f"定稿由主任发“{periods.short_name(quarter)[5:]}{NAME}定稿”。")
    return "\n".join(lines)


def finalise(turn: Turn) -> Reply:
    paper_rights.must_be_director(turn, f"{NAME}定稿")
    quarter = quarter_said(turn) or reports.latest_quarter(turn.session, KIND, "draft")
    row = reports.newest(turn.session, KIND, quarter, "draft") if quarter else None
    if row is None:
        raise UserError(_no_draft(turn, quarter), keep=False)
    turn.draft.update(quarter=quarter, version=row.version)
    paper, name = document(row.body["document"]), periods.short_name(quarter)
    open_ones = quarter_text.prompts(paper.parts)
    readers = paper_rights.leading(turn)
    lines = [
        f"请确认定稿：{name}监督情况{NAME}（第{row.version}版，{_moment(turn, row)}生成）。",
        f"{_counts(row.body['figures'])}；未含线索个案。",
        f"还有{open_ones}处没有补写，定稿写“无”。" if open_ones else "",
        f"定稿后数字固化，报送领导小组（{texts.names(turn, readers) or '未设成员'}）。",
        texts.CONFIRM,
    ]
    facts = (("季度", name), ("版本", f"第{row.version}版"))
    card = Card(CardKind.BUTTONS, title=f"{NAME}定稿", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(filter(None, lines)), "final", card)


def take_final(turn: Turn) -> Reply:
    if (reply := texts.unconfirmed(turn, "定稿", "final", "，草稿还在")) is not None:
        return reply
    paper_rights.must_be_director(turn, f"{NAME}定稿")
    quarter, version = str(turn.draft["quarter"]), int(turn.draft["version"])
    row = reports.newest(turn.session, KIND, quarter, "draft")
    if row is None or row.version != version:
        raise Overtaken(f"草稿已有变化，请看过新稿后再发“{periods.short_name(quarter)[5:]}{NAME}定稿”。", keep=False)
    number = issue(turn, "监督办")
    paper = finished(document(row.body["document"]), number, turn.actor.name, texts.today_of(turn))
    body = {**row.body, "document": document_body(paper)}
    close(turn, row, number, body, "paper_final")
    quarter_figures.freeze(turn, quarter)
    quarter_duty.met(turn, quarter)
    readers = paper_rights.leading(turn)
    words = f"【{NAME}】{periods.short_name(quarter)}监督情况{NAME}已定稿，{number}，文件随后发到。"
    for person in readers:
        told = f"{reports.matter_of(KIND, quarter)}|{row.version}|{person}"
        turn.tell(person, words, push_key=told)
        turn.tell(person, paper, push_key=f"{told}|file")
    turn.tell(turn.actor.userid, paper, urgent=True)
    sent = f"已报领导小组：{texts.names(turn, readers)}" if readers else "领导小组还没有设成员，未报出"
    return Done(
        f"{periods.short_name(quarter)}{NAME}：草稿 → 已定稿，{number}（第{row.version}版）。\n{sent}。数字已固化。"
    )


def issue(turn: Turn, sign: str) -> str:
    """`监督办〔2026〕1号`: the year in hexagonal brackets, no leading zeros, no 第 (domain.md 7.3)."""
    year = texts.today_of(turn).year
    return f"{sign}〔{year}〕{counters.next_value(turn.session, f'paper-{sign}-{year}')}号"


def close(turn: Turn, row: Report, number: str, body: dict[str, Any], action: str) -> None:
    """The version becomes final under its number; an earlier final one of the quarter is replaced."""
    decided = {"decided_by": turn.actor.userid, "decided_at": turn.now}
    entry = turn.entry(action)
    if not reports.change(turn.session, entry, row, state="final", number=number, body=body, **decided):
        raise Overtaken("刚才已有人处理，请重新查看。", keep=False)
    reports.retire(turn.session, turn.entry("paper_replaced"), row.kind, row.quarter, row)


def finished(paper: Document, number: str, signer: str, day: date) -> Document:
    """Without the draft's mark and prompts; with its number, who signs it (上行文) and the day on which he did."""
    head = Paragraph(f"{number}\t签发人：{signer}", "upward") if signer else Paragraph(number, "number")
    parts = [head, Paragraph("", "blank")]
    dated = Paragraph(f"{day.year}年{day.month}月{day.day}日", "date")
    kept = [
        one if not isinstance(one, Paragraph) else dated if one.style == "date" else
        Paragraph("无。") if one.style == "prompt" else one
        for one in paper.parts
    ]  # fmt: skip
    return replace(paper, name=paper.name.replace("（草稿）", ""), parts=(*parts, *kept), draft=False)


def note(turn: Turn) -> Reply:
    """`补充汇总报告监督服务经营：…`: words that no store holds (S55); a new draft with them."""
    paper_rights.must_be_office(turn, f"季度{NAME}")
    section, words = str(turn.meaning.slots.get("section") or ""), str(turn.meaning.slots.get("text") or "")
    if section not in quarter_text.NOTES or not words:
        return Done(f"请写明补到哪里，如“补充{NAME}监督服务经营：…”或“补充{NAME}紧急情况：…”。")
    quarter = quarter_said(turn) or reports.latest_quarter(turn.session, KIND, "draft")
    quarter = quarter or paper_facts.default_quarter(turn)
    turn.draft.update(quarter=quarter, section=section, words=words)
    title = quarter_text.NOTES[section]
    return Ask(f"请确认补写到{periods.short_name(quarter)}{NAME}“{title}”：\n{words}\n{texts.CONFIRM}", "note")


def take_note(turn: Turn) -> Reply:
    if (reply := texts.unconfirmed(turn, "补写", "note")) is not None:
        return reply
    paper_rights.must_be_office(turn, f"季度{NAME}")
    said = turn.draft
    return Done(draft(turn, str(said["quarter"]), **{str(said["section"]): str(said["words"])}))


def view(turn: Turn) -> Reply:
    """The newest final one; what is not there and what one may not see are told alike."""
    said = str(turn.meaning.slots.get("quarter") or "")
    quarter = said if _QUARTER.fullmatch(said) else reports.latest_quarter(turn.session, KIND, "final")
    row = reports.newest(turn.session, KIND, quarter, "final") if quarter else None
    if row is None or not paper_rights.reads_reports(turn):
        shown = said if _QUARTER.fullmatch(said) else paper_facts.default_quarter(turn)
        raise UserError(f"{periods.short_name(shown)[5:]}{NAME}尚未定稿。", keep=False)
    turn.tell(turn.actor.userid, document(row.body["document"]), urgent=True)
    return Done(
        f"{periods.short_name(quarter)}监督情况{NAME}，{row.number}，文件随后发到。\n{_counts(row.body['figures'])}。"
    )


def _counts(figures: dict[str, int]) -> str:
    return f"问题{figures['count']}条、已销号{figures['closed']}、逾期{figures['overdue']}"


def _moment(turn: Turn, row: Report) -> str:
    return wording.moment(row.at, texts.today_of(turn))


def _no_draft(turn: Turn, quarter: str) -> str:
    final = reports.newest(turn.session, KIND, quarter, "final") if quarter else None
    if final is not None:
        return f"{periods.short_name(quarter)}{NAME}已定稿，{final.number}。要改请先重新生成草稿。"
    name = periods.short_name(quarter or paper_facts.default_quarter(turn))[5:]
    return f"还没有{name}{NAME}草稿，请先发“生成{name}监督情况{NAME}”。"


def _start(turn: Turn) -> Reply:
    return finalise(turn) if turn.meaning.intent == "paper_finalise" else note(turn)


def _help(actor: Actor) -> str | None:
    if not actor.has(*paper_rights.OFFICE):
        return None
    final = "；三季度汇总报告定稿" if actor.has("office_director") else ""
    return f"汇总报告：补充汇总报告监督服务经营：推动清欠{final}"


FLOW = Flow(
    name="quarter_paper",
    title="汇总报告",
    intents=("paper_finalise", "paper_note"),
    start=_start,
    steps={"final": take_final, "note": take_note},
    daily=quarter_duty.daily,
    help=_help,
)
