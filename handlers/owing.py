"""What findings owe: the obligation of one finding and its round, and the finding behind an obligation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from bot.flow import Turn
from handlers import access, choosing, obligations, parties, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import findings, moves, people
from storage.duties import Obligation
from storage.matters import Finding


def part_of(finding: Finding) -> str:
    """ "" for the first round, `r2` for the second: each round's ladder and its counting stand alone."""
    return "" if finding.cycle == 1 else f"r{finding.cycle}"


def begin(
    turn: Turn, ladder: str, finding: Finding, due: date, *, source: str, part: str | None = None,
    lines: tuple[str, ...] | None = None, **facts: Any,
) -> Obligation:  # fmt: skip
    """Open, or take up again, what this finding owes; a former round's stays ended."""
    part = part_of(finding) if part is None else part
    return obligations.begin(
        turn, ladder, finding.number, due, owner=finding.unit or finding.source, source=source, part=part, lines=lines,
        finding=finding.id, cycle=finding.cycle, **facts,
    )  # fmt: skip


def finding_of(turn: Turn, obligation: Obligation) -> Finding | None:
    row = obligation.facts.get("finding")
    found = turn.session.get(Finding, row) if row is not None else None
    return found if found is not None else findings.find(turn.session, obligation.matter)


def in_hand(turn: Turn, obligation: Obligation) -> bool:
    """It is the unit's turn, in the same round."""
    finding = finding_of(turn, obligation)
    return finding is not None and finding.state in moves.IN_HAND and finding.cycle == obligation.facts.get("cycle", 1)


def line(turn: Turn, obligation: Obligation, day: date) -> str:
    """`WT-2026-0123 备用金未清，今天到期`."""
    finding = finding_of(turn, obligation)
    title = choosing.title(finding) if finding is not None else ""
    return f"{obligation.matter} {title}，{wording.days_left(obligation.due, day, turn.calendar)}"


def named(turn: Turn, finding: Finding) -> str:
    return people.name_of(turn.session, finding.resp_person) if finding.resp_person else "未定"


def audience(turn: Turn, obligation: Obligation, name: str) -> list[str]:
    """An audience's accounts today, only those who may see the finding (S8)."""
    finding = finding_of(turn, obligation)
    return [] if finding is None else able(turn, finding, _holders(turn, finding, name))


def able(turn: Turn, finding: Finding, persons: list[str]) -> list[str]:
    return [person for person in dict.fromkeys(persons) if access.person_may(turn, person, Action.VIEW_FULL, finding)]


def _holders(turn: Turn, finding: Finding, name: str) -> list[str]:
    day = day_of(turn.now)
    around = {
        "resp": parties.responsible, "liaison": parties.liaisons, "head": parties.heads, "source": parties.trackers,
    }  # fmt: skip
    if name in around:
        return around[name](turn.session, finding, day)
    above = {"office": texts.office_staff, "director": texts.directors}
    if name in above:
        return above[name](turn)
    return people.userids_with(turn.session, ("leading_group",), day) if name == "leading" else []


def adopt(begin_again: Callable[[Turn, Finding], None]) -> Callable[[Turn, str], None]:
    """`Kind.adopt` of a finding's ladder: what an earlier version planned is begun by `begin_again(turn, finding)`."""

    def adopted(turn: Turn, matter: str) -> None:
        finding = findings.find(turn.session, matter)
        if finding is not None:
            begin_again(turn, finding)

    return adopted
