"""A bulletin for the member units, and the list of what was left out or written otherwise (domain.md 7.7, S36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.flow import Turn
from bot.messages import Document, Paragraph, Table
from handlers import paper_facts, quarter_text
from handlers.paper_facts import Quarter
from handlers.quarter_text import Part, numeral
from handlers.rules import categories, metrics, paper_figures, redaction, wording
from handlers.rules import quarters as periods
from handlers.rules.paper_figures import Line
from handlers.rules.redaction import Known
from storage import people, quarter_facts, units
from storage.matters import Finding, Unit

_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Options:
    """What the director may choose: names of units, and amounts as ranges."""

    names: bool = False
    ranges: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """The paper, the list beside it, and the counts for the chat."""

    paper: Document
    changes: Document
    dropped: Mapping[str, int]
    rewritten: int
    shown: int


def make(turn: Turn, about: Quarter, options: Options) -> Made:
    rows = {one.number: one for one in quarter_facts.of_quarter(turn.session, about.quarter)}
    dropped, listed = _left_out(turn, about, rows)
    lines = [one for one in paper_figures.told(about.found) if one.round.number not in listed]
    few = _too_few(lines)
    if few:
        dropped["同类过少"], listed = len(few), {**listed, **dict.fromkeys(few, "同类过少")}
        lines = [one for one in lines if one.round.number not in few]
    parts, rewritten, shown = _problems(turn, lines, about.today, rows, options)
    title = f"关于{periods.full_name(about.quarter)}监督发现问题及整改情况的通报"
    whole: list[Part] = [
        Paragraph(title, "title"), Paragraph("", "blank"), Paragraph("各成员单位：", "to"),
        *_overview(about, lines), *parts, *_rectification(about, lines), *_wishes(), Paragraph("", "blank"),
        *quarter_text.signature(turn, about),
    ]  # fmt: skip
    name = f"{periods.full_name(about.quarter)}监督情况通报"
    paper = Document(f"{name}（草稿）.docx", title, tuple(whole), draft=True)
    return Made(paper, _list(name, dropped, listed, rewritten), dropped, len(rewritten), shown)


def _left_out(turn: Turn, about: Quarter, rows: Mapping[str, Finding]) -> tuple[dict[str, int], dict[str, str]]:
    """How many are left out for which reason, and number -> reason of those that the office may see by number."""
    leads = quarter_facts.from_leads(turn.session, rows)
    listed = {
        number: reason
        for number, row in rows.items()
        if row.visibility != "restricted" and number not in leads
        and (reason := redaction.barred(f"{row.title} {row.desc} {row.raw_text}", row.method))
    }  # fmt: skip
    many = {
        "受限": len(about.found) - len(paper_figures.told(about.found)),
        "线索转来": len(leads) + quarter_facts.turned_into_leads(turn.session, about.quarter),
        "未定性": len(quarter_facts.undetermined(turn.session, about.quarter)),
    }
    for reason in listed.values():
        many[reason] = many.get(reason, 0) + 1
    return {reason: count for reason, count in many.items() if count}, {**listed, **dict.fromkeys(leads, "")}


def _too_few(lines: list[Line]) -> list[str]:
    """The numbers in categories with so few findings that even all of them together would be a small count."""
    by_top = dict(paper_figures.by_top(lines))
    shown, rest = redaction.cells([(code, len(group)) for code, group in by_top.items()])
    told = {code for code, _ in shown}
    if not 0 < rest < redaction.LEAST:
        return []
    return [one.round.number for code, group in by_top.items() if code not in told for one in group]


def _overview(about: Quarter, lines: list[Line]) -> list[Part]:
    late, all_of = len(paper_facts.not_on_time(about)), len(about.members)
    reporting = f"本季度应报送单位{all_of}家"
    if redaction.part(late, all_of):
        reporting += f"，未按期报送{late}家" if late else "，均按期报送"
    grave = paper_figures.major(lines)
    major = f"，其中重大{grave}个" if grave and redaction.part(grave, len(lines)) else ""
    return [
        Paragraph("一、总体情况", "h1"),
        Paragraph(f"{reporting}。通报范围内的问题{redaction.count(len(lines))}{major}。"),
    ]


def _problems(
    turn: Turn, lines: list[Line], t: date, rows: Mapping[str, Finding], options: Options
) -> tuple[list[Part], list[tuple[str, str, str, str]], int]:
    """The paragraphs, each change as (number, what, was, is), and how many findings are told singly."""
    by_top = dict(paper_figures.by_top(lines))
    shown, rest = redaction.cells([(code, len(group)) for code, group in by_top.items()])
    everybody = {person.name for person in people.all_people(turn.session)}
    named, rewritten, told = _unit_names(units.all_units(turn.session)), list[tuple[str, str, str, str]](), 0
    parts: list[Part] = [Paragraph("二、发现的主要问题", "h1")]
    for at, (code, many) in enumerate(shown, 1):
        examples = []
        for one in paper_figures.typical(by_top[code], _EXAMPLES):
            number, unit = one.round.number, one.round.unit_name
            done = redaction.redact(one.title, _known(turn, rows[number], everybody, named), **_how(options))
            rewritten += [(number, *change) for change in done.changes]
            place = unit if options.names else named.get(unit, redaction.COMPANY)
            examples.append(f"{place}：{done.words}" if place not in done.words else done.words)
            if not options.names and unit:
                rewritten.append((number, "单位", unit, place))
        told += len(examples)
        money = metrics.amount(paper_figures.rounds(by_top[code]), t).fen
        words = redaction.span(money / 100) if options.ranges else wording.money_fen(money)
        amount = f"，涉及金额{words}" if money else ""
        parts += [
            Paragraph(f"（{numeral(at)}）{categories.name_of(code)}", "h2"),
            Paragraph(f"共{many}个{amount}。典型问题：{'；'.join(examples)}。"),
        ]
    if rest:
        parts.append(Paragraph(f"{'其他类别' if shown else '各类'}问题共{redaction.count(rest)}。"))
    return (parts if lines else [*parts, Paragraph("没有可通报的问题。")]), rewritten, told


def _rectification(about: Quarter, lines: list[Line]) -> list[Part]:
    words, mine = list[str](), paper_figures.rounds(lines)
    closure, late = metrics.closure_rate(mine, about.today), metrics.overdue_rate(mine, about.today).numerator
    if redaction.part(closure.numerator, closure.denominator):
        words.append(f"已销号{closure.numerator}个，销号率{closure.text}")
    if redaction.part(late, closure.denominator):
        words.append(f"逾期{late}个")
    told = "，".join(words) or "整改正在推进"
    return [Paragraph("三、整改情况", "h1"), Paragraph(f"截至目前，通报范围内的问题{told}。")]


def _wishes() -> list[Part]:
    return [
        Paragraph("四、工作要求", "h1"),
        Paragraph("请各成员单位对照通报的问题开展自查，举一反三，完善制度，按期完成整改，并按时报送监督工作信息。"),
    ]


def _known(turn: Turn, row: Finding, everybody: set[str], named: Mapping[str, str]) -> Known:
    accounts = filter(None, (row.resp_person, row.resp_leader))
    blamed = {people.name_of(turn.session, person) for person in accounts} | ({row.named_person} - {""})
    own: set[str] = set()
    if row.unit:
        unit = units.get_unit(turn.session, row.unit)
        own = {unit.name, *unit.aliases}
    return Known(everybody - blamed, blamed, named, own)


def _unit_names(listed: list[Unit]) -> dict[str, str]:
    """Every name and alias, and what stands for it; the group itself may be named."""
    stand_in = {"权属企业": redaction.COMPANY, "部门": redaction.DEPARTMENT}
    return {
        name: stand_in[unit.kind] for unit in listed if unit.kind in stand_in for name in (unit.name, *unit.aliases)
    }


def _how(options: Options) -> dict[str, bool]:
    return {"names": options.names, "ranges": options.ranges}


def _list(
    name: str, dropped: Mapping[str, int], listed: Mapping[str, str], rewritten: list[tuple[str, str, str, str]]
) -> Document:
    """Restricted findings and those out of leads are counted only: not everybody in the office may know which."""
    out = [(reason, f"{count}个", _numbers(listed, reason)) for reason, count in dropped.items()]
    changed = tuple((number, what, was, now or "（删去）") for number, what, was, now in rewritten)
    parts: list[Part] = [
        Paragraph(f"{name}剔除、改写对照表", "title"),
        Paragraph("一、剔除", "h1"),
        Table(("原因", "数量", "编号"), tuple(out), (3, 2, 6)) if out else Paragraph("无。"),
        Paragraph("二、改写", "h1"),
        Table(("编号", "事项", "原文", "改为"), changed, (5, 2, 5, 5)) if changed else Paragraph("无。"),
    ]  # fmt: skip
    return Document(f"{name}对照表（内部）.docx", f"{name}剔除、改写对照表", tuple(parts), draft=True)


def _numbers(listed: Mapping[str, str], reason: str) -> str:
    return "、".join(number for number, why in listed.items() if why == reason) or "不列编号"
