"""The office's own duty: a quarter's report is with the leading group within ten working days of its term (S35)."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import obligations, paper_facts, texts
from handlers.reminding import Kind, Notice
from handlers.rules import quarters as periods
from handlers.rules import wording
from storage import reports
from storage.duties import Obligation

LADDER, PAPER = "summary", "quarter_summary"
_LAW = "办公室梳理汇总后及时向领导小组报告，默认在报送截止后10个工作日内。"


def daily(turn: Turn) -> None:
    """It begins with the term's last day, for the quarter that is over then."""
    today = texts.today_of(turn)
    current = periods.quarter_of(today)
    for quarter in (periods.previous_quarter(current), current):
        due = paper_facts.due(turn, quarter)
        if not periods.deadline(quarter, turn.calendar) <= today <= due or _reported(turn, quarter):
            continue
        matter = reports.matter_of(PAPER, quarter)
        owed = obligations.find(turn, LADDER, matter)
        if owed is None or owed.due != due:
            obligations.begin(turn, LADDER, matter, due, owner="office", source="S35")


def met(turn: Turn, quarter: str) -> None:
    obligations.end(turn, LADDER, reports.matter_of(PAPER, quarter))


def _reported(turn: Turn, quarter: str) -> bool:
    return reports.newest(turn.session, PAPER, quarter, "final") is not None


def _quarter(owed: Obligation) -> str:
    return owed.matter.partition(":")[2]


def _stands(turn: Turn, owed: Obligation) -> bool:
    return not _reported(turn, _quarter(owed))


def _people(turn: Turn, _owed: Obligation, audience: str) -> list[str]:
    return texts.directors(turn) if audience == "director" else texts.office_staff(turn)


def _line(turn: Turn, owed: Obligation, day: date) -> str:
    return f"{periods.short_name(_quarter(owed))}汇总报告待定稿，{wording.days_left(owed.due, day, turn.calendar)}"


def _words(turn: Turn, notice: Notice) -> str:
    """The sentence of S35 first."""
    owed, day = notice.obligation, notice.day
    quarter = _quarter(owed)
    name = periods.short_name(quarter)
    unsure = turn.calendar.uncertain_years(periods.quarter_end(quarter).year, owed.due.year)
    doubt = "".join(f"，{year} 日历未核" for year in unsure)
    days = turn.policy.summary_workdays
    left = wording.days_left(owed.due, day, turn.calendar)
    return (
        f"{name[5:]}汇总应于 {owed.due.isoformat()} 前报告（D+{days} 工作日{doubt}）。\n"
        f"{wording.day(owed.due, day)}，{left}。发“生成{name[5:]}监督情况汇总报告”出草稿，"
        f"主任发“{name[5:]}汇总报告定稿”后报领导小组。"
    )


KINDS = (Kind(LADDER, "季度汇总报告", _LAW, _stands, _people, _line, _words),)
