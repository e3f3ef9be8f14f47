"""What the ladders of meetings say: windows, the agenda, the day before, material, the minutes (domain.md 6.4)."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import gathering_people, meeting_windows, meeting_words, texts
from handlers.meeting_duties import MEETING, MINUTES, PAPERS
from handlers.reminding import Kind, Notice
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import items, meetings
from storage.duties import Obligation
from storage.gatherings import Meeting


def _window_stands(turn: Turn, owed: Obligation) -> bool:
    return meeting_windows.standing(turn, meeting_windows.parse(turn, owed.part)) is None


def _window_people(turn: Turn, _owed: Obligation, audience: str) -> list[str]:
    return texts.directors(turn) if audience == "director" else texts.office_staff(turn)


def _window_line(turn: Turn, owed: Obligation, _day: date) -> str:
    return meeting_windows.not_planned(meeting_windows.parse(turn, owed.part)) + "。回复日期即可登记。"


def _window_words(turn: Turn, notice: Notice) -> str:
    return _window_line(turn, notice.obligation, notice.day)


def _late_words(turn: Turn, notice: Notice) -> str:
    return _late_line(turn, notice.obligation, notice.day)


def _late_line(turn: Turn, owed: Obligation, day: date) -> str:
    window = meeting_windows.parse(turn, owed.part)
    return f"{meeting_windows.not_planned(window)}，{meeting_windows.term(turn, window, day)}。回复日期即可登记。"


def _planned(turn: Turn, owed: Obligation) -> Meeting | None:
    found = meetings.find(turn.session, owed.matter)
    return found if found is not None and found.state == "planned" else None


def _get(turn: Turn, owed: Obligation) -> Meeting:
    return meetings.get(turn.session, owed.matter)


def _meeting_people(turn: Turn, owed: Obligation, audience: str) -> list[str]:
    """Who answers for a member is asked for topics, everybody who comes is told the day before."""
    meeting = _get(turn, owed)
    coming = gathering_people.coming(turn, meeting)
    if audience == "heads":
        heads = _paper_heads(turn, meeting) | (set(gathering_people.member_heads(turn)) & set(coming))
        return sorted(heads - set(meeting.absences))
    return coming


def _paper_heads(turn: Turn, meeting: Meeting) -> set[str]:
    found = gathering_people.paper_units(turn, meeting)
    return {person for unit in found for person in gathering_people.heads(turn, unit.code)}


def _meeting_line(turn: Turn, owed: Obligation, day: date) -> str:
    meeting = _get(turn, owed)
    at = meeting.at.astimezone(SHANGHAI)
    when = f"{texts.echoed(day_of(meeting.at), day)} {at:%H:%M}"
    return f"{meeting.number} {meeting_words.name(meeting.kind)}，{when}，{meeting_words.place(meeting)}"


def _meeting_words(turn: Turn, notice: Notice) -> str:
    line = _meeting_line(turn, notice.obligation, notice.day)
    if notice.role == "heads":
        return f"{line}。\n现征集议题，回复“{notice.obligation.matter} 议题：”加内容即可。"
    topics = meeting_words.agenda(_get(turn, notice.obligation).agenda)
    return f"{line}。\n议题：{topics}\n不能参加请回复“请假，由某某代为参会”。"


def _papers_stand(turn: Turn, owed: Obligation) -> bool:
    meeting = _planned(turn, owed)
    return meeting is not None and meetings.find_paper(turn.session, meeting, owed.part) is None


def _papers_people(turn: Turn, owed: Obligation, audience: str) -> list[str]:
    return gathering_people.heads(turn, owed.part) if audience == "head" else texts.office_staff(turn)


def _papers_line(turn: Turn, owed: Obligation, day: date) -> str:
    meeting, unit = _get(turn, owed), gathering_people.name(turn, owed.part)
    left = wording.days_left(owed.due, day, turn.calendar)
    return (
        f"{meeting.number} {meeting_words.name(meeting.kind)}材料，{unit}未交，{wording.day(owed.due, day)}截止，{left}"
    )


def _papers_words(turn: Turn, notice: Notice) -> str:
    line = _papers_line(turn, notice.obligation, notice.day)
    if notice.role == "office":
        return f"{line}。发“谁还没交材料”看全部。"
    return f"{line}。\n回复“会议材料：”加内容即可。"


def _minutes_stand(turn: Turn, owed: Obligation) -> bool:
    meeting = meetings.find(turn.session, owed.matter)
    if meeting is None or meeting.state == "cancelled" or meeting.conclusion:
        return False
    return not items.of_meeting(turn.session, owed.matter)


def _minutes_people(turn: Turn, _owed: Obligation, _audience: str) -> list[str]:
    return texts.office_staff(turn)


def _minutes_line(turn: Turn, owed: Obligation, day: date) -> str:
    meeting = _get(turn, owed)
    left = wording.days_left(owed.due, day, turn.calendar)
    return f"{meeting.number} {meeting_words.name(meeting.kind)}的处置意见尚未登记，{left}"


def _minutes_words(turn: Turn, notice: Notice) -> str:
    line, number = _minutes_line(turn, notice.obligation, notice.day), notice.obligation.matter
    return f"{line}。\n回复“处置意见：事项，牵头部门，时限”登记；没有就回复“{number} 无处置意见”。"


KINDS: tuple[Kind, ...] = (
    Kind(
        meeting_windows.WINDOW, "领导小组会议安排", "领导小组年初、年中各召开一次会议。",
        _window_stands, _window_people, _window_line, _window_words,
    ),
    Kind(
        meeting_windows.LATE, "领导小组会议安排", "领导小组年初、年中各召开一次会议，窗口将尽仍未安排的提醒主任。",
        _window_stands, _window_people, _late_line, _late_words,
    ),
    Kind(
        MEETING, "会议通知", "会前15天征集议题，会前1天提醒参会。",
        lambda turn, owed: _planned(turn, owed) is not None, _meeting_people, _meeting_line, _meeting_words,
    ),
    Kind(
        PAPERS, "会议材料", "领导小组会议听取成员单位监督情况报告，材料会前收齐。",
        _papers_stand, _papers_people, _papers_line, _papers_words,
    ),
    Kind(
        MINUTES, "会议处置意见", "会后3个工作日内把处置意见登记为待办。",
        _minutes_stand, _minutes_people, _minutes_line, _minutes_words,
    ),
)  # fmt: skip
