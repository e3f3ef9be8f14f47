"""What a planned meeting makes people owe: its agenda, each member's material, the minutes (domain.md 6.4)."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import gathering_people, meeting_windows, obligations
from handlers.rules.calendar import day_of
from storage import meetings
from storage.gatherings import Meeting

MEETING, PAPERS, MINUTES = "meeting", "papers", "minutes"
SOURCE = {"ad_hoc": "S31", "joint_meeting": "S28", "consultation": "S28"}


def begin(turn: Turn, meeting: Meeting) -> list[str]:
    """Begin or move all of it; the units that are asked for material."""
    day, source = day_of(meeting.at), SOURCE.get(meeting.kind, "S30")
    obligations.begin(turn, MEETING, meeting.number, day, owner=meeting.called_by, source=source)
    obligations.begin(turn, MINUTES, meeting.number, minutes_due(turn, day), owner="office", source=source)
    asked = _papers(turn, meeting, source)
    meeting_windows.keep(turn)
    return asked


def minutes_due(turn: Turn, day: date) -> date:
    return turn.calendar.add_workdays(day, turn.policy.minutes_workdays)


def _papers(turn: Turn, meeting: Meeting, source: str) -> list[str]:
    if meeting.papers_due is None:
        obligations.end(turn, PAPERS, meeting.number, met=False)
        return []
    handed_in = {paper.unit for paper in meetings.papers(turn.session, meeting)}
    owing = [unit.code for unit in gathering_people.paper_units(turn, meeting) if unit.code not in handed_in]
    for unit in owing:
        obligations.begin(turn, PAPERS, meeting.number, meeting.papers_due, owner=unit, source=source, part=unit)
    return owing


def handed_in(turn: Turn, meeting: Meeting, unit: str) -> None:
    obligations.end(turn, PAPERS, meeting.number, part=unit)


def decided(turn: Turn, meeting: Meeting) -> None:
    """What came of it was entered: minutes are no longer awaited, nor anything that comes before a meeting."""
    for ladder in (MINUTES, MEETING, PAPERS):
        obligations.end(turn, ladder, meeting.number, met=True)


def called_off(turn: Turn, meeting: Meeting) -> None:
    for ladder in (MEETING, PAPERS, MINUTES):
        obligations.end(turn, ladder, meeting.number, met=False)
    meeting_windows.keep(turn)
