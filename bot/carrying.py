"""Carries in what people keep in files: the difference is shown first, and with any error nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import almanac, day_sheets, sheets
from bot.clock import CHINA
from bot.flow import Turn
from storage import organisation

Settle = Callable[[Turn, str], object]
Enter = Callable[..., tuple[list[str], int]]


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a file. lines: for people, errors or differences. applied: whether it was wished."""

    lines: Sequence[str]
    errors: int = 0
    differences: int = 0
    applied: bool = False

    @property
    def verdict(self) -> str:
        """The last line, or nothing where there is nothing to say."""
        if self.errors:
            return f"共 {self.errors} 处错误，一行都没有改"
        if not self.differences:
            return ""
        done, seen = f"已应用 {self.differences} 处差异", f"共 {self.differences} 处差异；确认无误后加 --yes 应用"
        return done if self.applied else seen


def people(turn: Turn, path: Path, settle: Settle, *, apply: bool) -> Report:
    """Units and people. settle: with the posts goes what hung on them, so that nobody sees the one without the other.

    Raises SheetError for what cannot be read at all.
    """
    tables = sheets.read(path, ("单位", "人员"))
    plan = organisation.compare(turn.session, tables["单位"], tables["人员"])
    if plan.errors:
        return Report(plan.errors, errors=len(plan.errors))
    if apply and plan.differences:
        turn.record("organisation", "import", after={"differences": len(plan.differences)})
        for userid in organisation.apply(turn.session, plan, turn.now.astimezone(CHINA).date()):
            settle(turn, userid)
    return Report([*plan.differences, *plan.notes], differences=len(plan.differences), applied=apply)


def days(turn: Turn, path: Path, enter: Enter, *, apply: bool) -> Report:
    """The working days of a year. enter: compares them with the store, and writes them when it is told to."""
    sheet = day_sheets.read(path, almanac.span(turn.now.astimezone(CHINA).date()))
    if sheet.errors:
        return Report(sheet.errors, errors=len(sheet.errors))
    lines, differences = enter(turn, sheet.entries, apply=apply)
    return Report(lines, differences=differences, applied=apply)
