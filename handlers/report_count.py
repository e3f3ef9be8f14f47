"""Whether a special report has all its findings: counted after every filing, chased until it has (S33)."""

from __future__ import annotations

import re
from datetime import date

from bot.flow import Turn
from handlers import obligations, texts
from handlers.reminding import Kind, Notice
from handlers.rules.calendar import day_of
from storage import people, special_reports
from storage.duties import Obligation
from storage.matters import SpecialReport

KIND = "report"
_NUMBER = re.compile(r"BG[-－—_ ]?(20\d\d)[-－—_ ]?(\d{1,4})", re.IGNORECASE)


def number_in(text: str) -> str:
    """`BG-2026-0012` in the words, or ""."""
    found = _NUMBER.search(text)
    return f"BG-{found[1]}-{int(found[2]):04d}" if found else ""


def may_file_under(turn: Turn, number: str, source: str) -> bool:
    """Only the body that submitted the report adds findings to it."""
    report = special_reports.find(turn.session, number) if number else None
    return report is not None and report.source == source


def may_see(turn: Turn, report: SpecialReport) -> bool:
    """Its own body, the office, and the leading group."""
    own = any(post.unit == report.source for post in turn.actor.posts)
    return own or turn.actor.has("office_staff", "office_director", "leading_group")


def progress_words(turn: Turn, report: SpecialReport) -> str:
    return f"当前已录 {special_reports.recorded(turn.session, report.number)}/{report.count}"


def filed(turn: Turn, number: str) -> str:
    """After findings were filed under it: the count, and its end when it is met."""
    report = special_reports.find(turn.session, number)
    if report is None:
        return ""
    have = special_reports.recorded(turn.session, number)
    if have < report.count:
        return f"{number} 已录 {have}/{report.count}，还差{report.count - have}条。"
    if report.complete_at is None:
        special_reports.change(turn.session, report, turn.entry("report_complete"), complete_at=turn.now)
        obligations.end(turn, KIND, number)
    more = f"，比报告多{have - report.count}条，请核对" if have > report.count else ""
    return f"{number} 已录 {have}/{report.count}，数量{'已齐' if not more else '不符'}{more}。"


def plan(turn: Turn, report: SpecialReport) -> None:
    day = turn.calendar.add_workdays(day_of(turn.now), turn.policy.report_chase_workdays)
    obligations.begin(turn, KIND, report.number, day, owner=report.source, source="S33")


def _report(turn: Turn, obligation: Obligation) -> SpecialReport | None:
    return special_reports.find(turn.session, obligation.matter)


def _lacking(turn: Turn, obligation: Obligation) -> int:
    report = _report(turn, obligation)
    return report.count - special_reports.recorded(turn.session, report.number) if report is not None else 0


def _stands(turn: Turn, obligation: Obligation) -> bool:
    report = _report(turn, obligation)
    return report is not None and report.complete_at is None and _lacking(turn, obligation) > 0


def _people(turn: Turn, obligation: Obligation, _name: str) -> list[str]:
    report = _report(turn, obligation)
    return _submitters(turn, report) if report is not None else []


def _words(turn: Turn, notice: Notice) -> str:
    report, lacking = _report(turn, notice.obligation), _lacking(turn, notice.obligation)
    assert report is not None
    return (
        f"{report.number} 尚缺 {lacking} 条（{report.name}，共{report.count}条）。\n"
        f"请发 Excel 台账，或逐条录入并带上 {report.number}；"
        f"数量有误回复“{report.number} 共{report.count - lacking}条”。"
    )


def _line(turn: Turn, obligation: Obligation, _day: date) -> str:
    return f"{obligation.matter} 尚缺 {_lacking(turn, obligation)} 条问题没有录入"


def _adopt(turn: Turn, number: str) -> None:
    report = special_reports.find(turn.session, number)
    if report is not None and report.complete_at is None:
        obligations.begin(turn, KIND, number, day_of(turn.now), owner=report.source, source="S33")


KINDS = (
    Kind(
        KIND, "专项报告问题录入", "专项报告形成后应及时提交，报告写明的问题要逐条录入核对。",
        _stands, _people, _line, _words, adopt=_adopt,
    ),
)  # fmt: skip


def _submitters(turn: Turn, report: SpecialReport) -> list[str]:
    day = texts.today_of(turn)
    if people.belongs_to(turn.session, report.submitted_by, report.source, day):
        return [report.submitted_by]
    return people.userids_with(
        turn.session, ("member_liaison", "audit_staff", "member_head"), day, report.source
    ) or texts.office_staff(turn)
