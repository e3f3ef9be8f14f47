"""The holidays of a year from a file: what would change, and the change itself (`run.py calendar import`)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flow import Turn
from handlers import day_changes
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage.calendar_days import OFFICIAL, Entry


def carry_in(turn: Turn, entries: Sequence[Entry], *, apply: bool) -> tuple[list[str], int]:
    """Lines for people, and how many of them are differences; written only when `apply` says so."""
    version = day_changes.begin(turn) if apply else 0
    plan = day_changes.compare(turn, entries, OFFICIAL, whole=True)
    differences = [line for line, changes in day_changes.runs(turn, plan.said) if changes]
    differences += [f"{year}年放假安排：未维护 → 已维护" for year in plan.years]
    if plan.entries and not differences:
        differences = [f"{len(plan.entries)}天：上班休息不变，名称或来源更新"]
    notes = [_kept(turn, plan)] if plan.kept else []
    for year in plan.years:
        if lacking := day_changes.missing(turn, year, entries):
            notes.append(f"提醒：文件没有提到{year}年的{'、'.join(lacking)}，请核对是否完整")
    if effect := day_changes.effect(turn, plan):
        notes.append(effect)
    if apply and not plan.empty:
        day_changes.apply(turn, plan, version)
    return [*differences, *notes], len(differences)


def _kept(turn: Turn, plan: day_changes.Plan) -> str:
    days = "、".join(wording.day(day, day_of(turn.now)) for day in plan.kept)
    return f"保留本单位自定的{len(plan.kept)}天：{days}"
