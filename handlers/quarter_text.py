"""The quarter's report to the leading group as a paper: six parts and two attachments (domain.md 7.2, S35, S55)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.flow import Turn
from bot.messages import Document, Paragraph, Table
from handlers import figures, paper_facts
from handlers.paper_facts import Quarter
from handlers.rules import categories, metrics, paper_figures, wording
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.metrics import Round
from handlers.rules.paper_figures import Line
from storage import common_faults
from storage.matters import Urgent

NUMERALS = "一二三四五六七八九十"
URGENT, BUSINESS = "urgent", "business"
NOTES: Mapping[str, str] = {URGENT: "重大、紧急情况", BUSINESS: "监督服务经营"}
_STATES: Mapping[str, str] = {
    "registered": "待交办", "assigned": "已交办", "rectifying": "整改中", "ongoing": "持续整改",
    "pending_acceptance": "待验收", "closed": "已销号",
}  # fmt: skip
_SHOWN = 8  # unfinished matters of the last quarter in the text; the attachment has all
Part = Paragraph | Table


def paper(turn: Turn, about: Quarter, notes: Mapping[str, str]) -> Document:
    """The whole paper as a draft; what the office has to write itself is marked where it stands empty."""
    title = f"关于{periods.full_name(about.quarter)}监督工作情况的报告"
    parts: list[Part] = [
        Paragraph(title, "title"), Paragraph("", "blank"), Paragraph("监督工作领导小组：", "to"),
        *_overview(about), *_problems(about), *_rectification(about, notes), *_patterns(turn, about),
        *_urgent(about, notes), *_advice(about), Paragraph("", "blank"),
        Paragraph("附件：1.问题整改台账", "note"), Paragraph("2.未按期报送单位名单", "note_more"),
        Paragraph("", "blank"), *signature(turn, about), *_ledger(about), *_late(about),
    ]  # fmt: skip
    return Document(f"{periods.full_name(about.quarter)}监督情况汇总报告（草稿）.docx", title, tuple(parts), draft=True)


def signature(turn: Turn, about: Quarter) -> list[Part]:
    day = about.today
    return [
        Paragraph(f"{turn.group_name}监督工作领导小组办公室", "sign"),
        Paragraph(f"{day.year}年{day.month}月{day.day}日", "date"),
    ]


def amount(lines: Sequence[Line], t: date) -> str:
    """`涉及金额12.5万元；另有2个问题金额为约数，未计入`, or "" where no amount is known; of restricted ones none."""
    money = metrics.amount(paper_figures.rounds(paper_figures.told(lines)), t)
    certain = f"，涉及金额{wording.money_fen(money.fen)}" if money.fen else ""
    return certain + (f"；另有{money.vague}个问题金额为约数，未计入合计" if money.vague else "")


def _overview(about: Quarter) -> list[Part]:
    done = [one for one in about.members if one.submitted_at is not None]
    late, none = paper_facts.not_on_time(about), [one for one in done if not one.findings]
    waiting = [one for one in about.members if one.submitted_at is None and one.deadline >= about.today]
    many, (checks, told) = len(about.found), about.checks
    reporting = (
        f"本季度应报送单位{len(about.members)}家，按期报送{sum(not one.late for one in done)}家，逾期{len(late)}家"
        f"{f'，报送期内尚未报送{len(waiting)}家' if waiting else ''}，无问题申报{len(none)}家。"
    )
    if checks:
        reporting += f"据{told}家单位报送的信息，共开展监督检查{checks}次。"
    restricted = many - len(paper_figures.told(about.found))
    closed_circle = f"另有受限问题{restricted}个，只计数，不列内容。" if restricted else ""
    major = paper_figures.major(about.found)
    return [
        Paragraph("一、总体情况", "h1"),
        Paragraph(reporting),
        Paragraph(f"本季度发现问题{many}个，其中重大{major}个{amount(about.found, about.today)}。{closed_circle}"),
    ]


def _problems(about: Quarter) -> list[Part]:
    parts: list[Part] = [Paragraph("二、发现的主要问题", "h1")]
    for at, (code, lines) in enumerate(paper_figures.by_top(about.found)):
        share, major = wording.percent(len(lines), len(about.found)), paper_figures.major(lines)
        words = f"共{len(lines)}个，占{share}，其中重大{major}个{amount(lines, about.today)}。"
        examples = "；".join(f"{_unit(one)}：{one.title}" for one in paper_figures.typical(lines))
        parts += [
            Paragraph(f"（{numeral(at + 1)}）{categories.name_of(code)}", "h2"),
            Paragraph(words + (f"典型问题：{examples}。" if examples else "")),
        ]
    return parts if about.found else [*parts, Paragraph("本季度没有登记问题。")]


def _rectification(about: Quarter, notes: Mapping[str, str]) -> list[Part]:
    due, mine = about.counted.come_due, about.counted.of_quarter()
    came = metrics.came_due(
        [one.round for one in about.counted.rounds], about.today, figures.quarter_window(about.quarter)
    )
    late = metrics.overdue_rate(came, about.today).numerator
    met, told = metrics.Ratio(due.due_met, due.due_in), paper_figures.told(about.closed)
    recovered = metrics.recovered(paper_figures.rounds(told), about.today).fen
    blamed = metrics.accountability(paper_figures.rounds(told), about.today)
    ongoing = metrics.unreported_rate(mine, about.today).denominator
    return [
        Paragraph("三、整改落实情况", "h1"),
        Paragraph("（一）本季度到期问题", "h2"),
        Paragraph(
            f"本季度到期{due.due_in}个，已销号{due.due_in - due.due_pending - late}个，其中按期完成{due.due_met}个；"
            f"待验收{due.due_pending}个，逾期{late}个。到期销号率{met.text}。"
            f"{f'持续整改{ongoing}个，单列，不计入逾期。' if ongoing else ''}"
        ),
        Paragraph("（二）上季度问题整改情况", "h2"),
        *_last_quarter(about),
        Paragraph("（三）整改成效", "h2"),
        Paragraph(
            f"本季度销号问题{about.counted.closed}个，挽回金额{wording.money_fen(recovered)}，"
            f"问责{blamed}人次，完善制度{sum(one.fixed for one in told)}项。"
        ),
        Paragraph("（四）监督服务经营", "h2"),
        _note(notes, BUSINESS),
    ]


def _last_quarter(about: Quarter) -> list[Part]:
    before = periods.full_name(periods.previous_quarter(about.quarter))
    if not about.last:
        return [Paragraph(f"{before}没有登记问题。")]
    now = about.counted.before
    rest = now.counted - now.closed - now.pending - now.in_hand
    waiting, again = f"，待交办{rest}个" if rest else "", f"（含重启共{now.counted}轮）" if now.again else ""
    parts: list[Part] = [
        Paragraph(
            f"{before}问题{len(about.last)}个{again}，截至目前已销号{now.closed}个，待验收{now.pending}个，在办{now.in_hand}个"
            f"（其中逾期{now.overdue}个）{waiting}，销号率{wording.percent(now.closed, now.counted)}。"
        )
    ]
    open_ones = [one for one in paper_figures.told(about.last) if one.round.state != "closed"]
    if open_ones:
        listed = "；".join(
            f"{one.round.number}（{_unit(one)}：{one.title}，{state_of(one.round)}）" for one in open_ones[:_SHOWN]
        )
        more = f"等{len(open_ones)}个" if len(open_ones) > _SHOWN else ""
        parts.append(Paragraph(f"未销号的：{listed}{more}。"))
    return parts


def _patterns(turn: Turn, about: Quarter) -> list[Part]:
    parts: list[Part] = [Paragraph("四、共性和系统性问题分析", "h1")]
    for at, one in enumerate(about.common):
        causes = "、".join(f"{cause}{many}个" for cause, many in one.causes)
        money = f"，涉及金额{wording.money_fen(one.amount_fen)}" if one.amount_fen else ""
        known = common_faults.adopted(turn.session, one.category)
        why = "；".join(filter(None, ((known.causes or "").rstrip("。；") if known else "", causes)))
        advice = (known.advice or "").rstrip("。") if known else ""
        parts += [
            Paragraph(f"（{numeral(at + 1)}）{categories.name_of(one.category)}", "h2"),
            Paragraph(
                f"近四个季度共{one.findings}个，涉及{one.units}个单位{money}，{'' if known else '疑似'}共性问题。"
                f"{f'原因：{why}。' if why else '原因尚待各监督主体分析。'}"
                f"{f'建议：{advice}。' if advice else '建议研究开展联合检查，完善相关制度并组织培训。'}"
            ),
        ]
    if not about.common:
        parts.append(
            Paragraph(
                f"近四个季度没有同类问题达到{turn.policy.common_units}个单位或{turn.policy.common_findings}个，"
                "暂未发现共性问题，继续跟踪。"
            )
        )
    return parts


def _urgent(about: Quarter, notes: Mapping[str, str]) -> list[Part]:
    """How many came in; told are those that the director approved, and what the office wrote (domain.md 7.2)."""
    told = [
        Paragraph(f"（{numeral(at)}）{urgent_line(one, one.told or '')}") for at, one in enumerate(about.urgent_told, 1)
    ]
    listed = f"，列出经批准的{len(told)}件" if told else ""
    note = [_note(notes, URGENT)] if notes.get(URGENT) or not told else []
    counted = Paragraph(f"本季度收到紧急情况报告{about.urgent}件{listed}。")
    return [Paragraph("五、重大、紧急情况及处置", "h1"), counted, *told, *note]


def _advice(about: Quarter) -> list[Part]:
    words = [f"就{categories.name_of(one.category)}问题组织联合检查，修订完善相关制度。" for one in about.common[:3]]
    late = paper_figures.overdue_units([*about.found, *about.last], about.today)
    if late:
        listed = "、".join(f"{name}（{many}个）" for name, many in late[:5])
        words.append(f"督促逾期问题整改，对{listed}视情约谈有关负责人。")
    missing = paper_facts.not_on_time(about)
    if missing:
        words.append(f"对未按期报送的{len(missing)}家单位予以提醒，落实报送责任。")
    lacking = sum(one.cause == "制度缺失" for one in about.found)
    if lacking:
        words.append(f"对制度缺失造成的{lacking}个问题，督促责任单位补齐制度。")
    words.append("跟踪未销号问题，确保整改到位。")
    lines = [Paragraph(f"（{numeral(at)}）{line}") for at, line in enumerate(words, 1)]
    return [Paragraph("六、下一步工作建议", "h1"), *lines]


def _note(notes: Mapping[str, str], key: str) -> Paragraph:
    if notes.get(key):
        return Paragraph(notes[key])
    return Paragraph(f"〔待补写：{NOTES[key]}。没有的，定稿时写“无”。〕", "prompt")


def _ledger(about: Quarter) -> list[Part]:
    lines = [*about.found, *(one for one in about.last if one.round.state != "closed")]
    rows = tuple(_row(one.round, one.title) for one in paper_figures.told(lines))
    hidden = len(lines) - len(rows)
    parts: list[Part] = [
        Paragraph("附件1", "annex"),
        Paragraph("问题整改台账", "title"),
        Table(("编号", "责任单位", "类别", "问题", "时限", "状态"), rows, (22, 16, 18, 26, 16, 12)),
    ]
    return parts if not hidden else [*parts, Paragraph(f"另有受限问题{hidden}个，未列入。")]


def _row(one: Round, title: str) -> tuple[str, ...]:
    due = one.due.isoformat() if one.due else ""
    return one.number, one.unit_name or "待定", categories.name_of(one.category), title, due, state_of(one)


def _late(about: Quarter) -> list[Part]:
    late = paper_facts.not_on_time(about)
    rows = tuple((str(at), one.name, "逾期报送" if one.late else "未报送") for at, one in enumerate(late, 1))
    listed: Part = Table(("序号", "单位", "情况"), rows, (1, 4, 3)) if rows else Paragraph("无。")
    return [Paragraph("附件2", "annex"), Paragraph("未按期报送单位名单", "title"), listed]


def _unit(one: Line) -> str:
    return one.round.unit_name or "单位待定"


def urgent_line(report: Urgent, words: str) -> str:
    """`11月20日，恒信建设二公司：塔吊倾倒，一人受伤。`"""
    day = day_of(report.at)
    where = f"，{report.unit_name}" if report.unit_name and not words.startswith(report.unit_name) else ""
    return f"{day.month}月{day.day}日{where}：{words.rstrip('。')}。"


def state_of(one: Round) -> str:
    return _STATES.get(one.state, "在办")


def numeral(at: int) -> str:
    """一 to 九十九, as headings count."""
    tens, ones = divmod(at, 10)
    return (("" if tens == 1 else NUMERALS[tens - 1]) + "十" if tens else "") + (NUMERALS[ones - 1] if ones else "")


def prompts(parts: Sequence[Part]) -> int:
    """How many places the office has not filled in."""
    return sum(isinstance(one, Paragraph) and one.style == "prompt" for one in parts)
