"""The stages of a phased rectification: read from words, kept by round, reminded of on the day (domain.md 3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from bot.flow import Turn
from handlers import choosing, hearing, parties
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import moves, sides
from storage.matters import Finding
from storage.models import Due
from storage.proceedings import Milestone

KIND = "milestone"
LAST = "完成整改"  # a phased rectification has at least one stage: its own due date
NAMED = re.compile(r"节点|里程碑|阶段性?目标|分(?:成|为)?[一二三四五六两几\d]*个?(?:阶段|步)")
_LONGEST = 40
_DAY = r"(?:(?P<year>\d{4})年|(?P<next>明年))?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]|(?P<end>底|末))"
_STAGE = re.compile(
    rf"{_DAY}(?:之?前|以前)?\s*[：:]?\s*(?P<name>[^\d\s，,；;。、\n：:][^，,；;。\n]{{1,{_LONGEST - 1}}})"
)
_MORNING = time(9, 10)


def read(words: str, today: date) -> list[tuple[str, date]]:
    """`12月20日完成清理，1月31日完成入账`: names and days, soonest first; a day without a name is none."""
    found = []
    for hit in _STAGE.finditer(words):
        year = int(hit["year"] or today.year + (1 if hit["next"] else 0))
        due = _on(year, hit)
        if due is not None and due < today and not hit["year"] and not hit["next"]:
            due = _on(year + 1, hit)
        if due is not None:
            found.append((hit["name"].strip(), due))
    return sorted(found, key=lambda stage: stage[1])


def _on(year: int, hit: re.Match[str]) -> date | None:
    month = int(hit["month"])
    try:
        if hit["end"]:
            return date(year + month // 12, month % 12 + 1, 1) - date.resolution
        return date(year, month, int(hit["day"]))
    except ValueError:
        return None


def of_draft(draft: Mapping[str, Any], kind: str, due: date) -> list[Milestone]:
    """The stages of a new round as they were said; a phased one without any ends in one stage."""
    said = [(str(name), date.fromisoformat(day)) for name, day in draft.get("stages", ())]
    if not said and kind == "phased":
        said = [(LAST, due)]
    return [Milestone(name=name, due=day) for name, day in said]


def moved(turn: Turn, finding: Finding, old: date | None, new: date) -> list[moves.Piece]:
    """A new due date takes along the stage on the old one, and any that would lie behind it; old rows stay."""
    pieces: list[moves.Piece] = []
    for row in sides.milestones_of(turn.session, finding):
        if row.done_at is None and row.due != new and (row.due == old or row.due > new):
            pieces += [moves.Altered(row, {"dropped": True}), Milestone(name=row.name, due=new)]
    return pieces


def plan(turn: Turn, finding: Finding) -> None:
    """One rung on the day of each stage that is open; the last one's day has the finding's own ladder."""
    turn.settle(finding.number, KIND)
    for row in sides.milestones_of(turn.session, finding):
        at = datetime.combine(turn.calendar.roll_back(row.due), _MORNING, SHANGHAI)
        if row.done_at is None and row.due != finding.due and at > turn.now:
            turn.plan(KIND, finding.number, f"stage{row.id}", at, stage=row.id)


def remind(turn: Turn, due: Due) -> None:
    """The stage's day: its responsible people hear of it, unless it is done or replaced."""
    finding = moves.find(turn.session, due.matter)
    row = sides.find_milestone(turn.session, int(due.facts.get("stage", 0)))
    if finding is None or row is None or row.done_at is not None or row.dropped:
        return
    if row.cycle != finding.cycle or finding.state not in moves.IN_HAND:
        return
    day = day_of(turn.now)
    at = [stage.id for stage in sides.milestones_of(turn.session, finding)].index(row.id) + 1
    words = (
        f"{finding.number} {choosing.title(finding)}：第{at}个节点“{row.name}”应于{wording.day(row.due, day)}完成，"
        f"{wording.days_left(row.due, day, turn.calendar)}。\n完成了回复“{finding.number}第{at}个节点完成了”。"
    )
    persons = parties.responsible(turn.session, finding, day) + parties.liaisons(turn.session, finding, day)
    hearing.tell(turn, persons, finding, words, push_key=f"{KIND}:{row.id}|{due.day}")


def line(turn: Turn, finding: Finding) -> str:
    """`节点1/3，下一个12月20日 周日完成清理`; "" without stages, or when the only one is the due date itself."""
    rows = sides.milestones_of(turn.session, finding)
    if not rows or (len(rows) == 1 and rows[0].name == LAST):
        return ""
    done = sum(row.done_at is not None for row in rows)
    following = next((row for row in rows if row.done_at is None), None)
    after = f"，下一个{wording.day(following.due, day_of(turn.now))}{following.name}" if following else ""
    return f"节点{done}/{len(rows)}{after}"


def listed(rows: list[Milestone], today: date) -> str:
    """`12月20日 周日完成清理（已完成）；1月31日 周日完成入账`."""
    return "；".join(
        f"{wording.day(row.due, today)}{row.name}{'（已完成）' if row.done_at is not None else ''}" for row in rows
    )
