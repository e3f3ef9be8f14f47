"""Whether a special report has all its findings: counted after every filing, chased until it has (S33)."""

from __future__ import annotations

import re
from datetime import datetime, time

from bot.flow import Turn
from handlers import texts
from handlers.rules.calendar import SHANGHAI, day_of
from storage import people, special_reports
from storage.matters import SpecialReport
from storage.models import Due

KIND = "special_report"
_NUMBER = re.compile(r"BG[-－—_ ]?(20\d\d)[-－—_ ]?(\d{1,4})", re.IGNORECASE)
_AT = time(9, 10)


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
        turn.settle(number, KIND)
    more = f"，比报告多{have - report.count}条，请核对" if have > report.count else ""
    return f"{number} 已录 {have}/{report.count}，数量{'已齐' if not more else '不符'}{more}。"


def plan(turn: Turn, report: SpecialReport) -> None:
    day = turn.calendar.add_workdays(day_of(turn.now), turn.policy.report_chase_workdays)
    turn.plan(KIND, report.number, f"{day.isoformat()}", datetime.combine(day, _AT, SHANGHAI))


def on_due(turn: Turn, due: Due) -> None:
    """`BG-2026-0012 尚缺 2 条。` to who submitted it, or to his body when he has left; and again."""
    report = special_reports.find(turn.session, due.matter)
    if report is None or report.complete_at is not None:
        return
    lacking = report.count - special_reports.recorded(turn.session, report.number)
    if lacking <= 0:
        filed(turn, report.number)
        return
    text = (
        f"{report.number} 尚缺 {lacking} 条（{report.name}，共{report.count}条）。\n"
        f"请发 Excel 台账，或逐条录入并带上 {report.number}；"
        f"数量有误回复“{report.number} 共{report.count - lacking}条”。"
    )
    for person in _submitters(turn, report):
        turn.tell(person, text, push_key=f"{KIND}:{due.rung}|{person}|{report.number}|{due.day}", matter=report.number)
    plan(turn, report)


def _submitters(turn: Turn, report: SpecialReport) -> list[str]:
    day = texts.today_of(turn)
    if people.belongs_to(turn.session, report.submitted_by, report.source, day):
        return [report.submitted_by]
    return people.userids_with(
        turn.session, ("member_liaison", "audit_staff", "member_head"), day, report.source
    ) or texts.office_staff(turn)
