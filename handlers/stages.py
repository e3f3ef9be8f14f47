"""The stages of a phased rectification: read from words, kept by round, reminded of on the day (domain.md 3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.flow import Turn
from handlers import choosing, obligations, owing
from handlers.reminding import Kind, Notice
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import moves, sides
from storage.duties import Obligation
from storage.matters import Finding
from storage.proceedings import Milestone

KIND = "milestone"
LAST = "完成整改"  # a phased rectification has at least one stage: its own due date
NAMED = re.compile(r"节点|里程碑|阶段性?目标|分(?:成|为)?[一二三四五六两几\d]*个?(?:阶段|步)")
_LONGEST = 40
_DAY = r"(?:(?P<year>\d{4})年|(?P<next>明年))?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]|(?P<end>底|末))"
_STAGE = re.compile(
    rf"{_DAY}(?:之?前|以前)?\s*[：:]?\s*(?P<name>[^\d\s，,；;。、\n：:][^，,；;。\n]{{1,{_LONGEST - 1}}})"
)


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
    wanted = {
        f"m{row.id}": row
        for row in sides.milestones_of(turn.session, finding)
        if row.done_at is None and row.due != finding.due
    }
    for known in obligations.open_of(turn, finding.number):
        if known.ladder == KIND and known.part not in wanted:
            obligations.end(turn, KIND, finding.number, part=known.part)
    for part, row in wanted.items():
        owing.begin(turn, KIND, finding, row.due, source="S45", part=part, stage=row.id)


def _stands(turn: Turn, obligation: Obligation) -> bool:
    row = sides.find_milestone(turn.session, int(obligation.facts.get("stage", 0)))
    if row is None or row.done_at is not None or row.dropped:
        return False
    return row.cycle == obligation.facts.get("cycle", 1) and owing.in_hand(turn, obligation)


def _place(turn: Turn, obligation: Obligation) -> tuple[int, Milestone]:
    finding = owing.finding_of(turn, obligation)
    row = sides.find_milestone(turn.session, int(obligation.facts["stage"]))
    assert finding is not None and row is not None
    return [stage.id for stage in sides.milestones_of(turn.session, finding)].index(row.id) + 1, row


def _words(turn: Turn, notice: Notice) -> str:
    finding, (at, row) = owing.finding_of(turn, notice.obligation), _place(turn, notice.obligation)
    assert finding is not None
    due, left = wording.day(row.due, notice.day), wording.days_left(row.due, notice.day, turn.calendar)
    return (
        f"{finding.number} {choosing.title(finding)}：第{at}个节点“{row.name}”应于{due}完成，"
        f"{left}。\n完成了回复“{finding.number}第{at}个节点完成了”。"
    )


def _line(turn: Turn, obligation: Obligation, day: date) -> str:
    at, row = _place(turn, obligation)
    return f"{obligation.matter} 第{at}个节点“{row.name}”，{wording.days_left(row.due, day, turn.calendar)}"


KINDS = (
    Kind(
        KIND, "整改节点", "分阶段整改按交办时定的节点推进。",
        _stands, owing.audience, _line, _words, adopt=owing.adopt(plan),
    ),
)  # fmt: skip


def line(turn: Turn, finding: Finding) -> str:
    """`节点1/3，下一个12月20日 周日完成清理`; "" without stages, or when the only one is the due date itself."""
    rows = sides.stages_of(turn.session, finding)
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
