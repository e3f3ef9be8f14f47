"""Two bodies at one unit within thirty days: pointed out when the plan is entered (domain.md S40)."""

from __future__ import annotations

from datetime import date, timedelta

from bot.flow import Turn
from handlers import gathering_people, texts
from handlers.rules import wording
from storage import inspections, items
from storage.gatherings import Inspection, Item


def visits(turn: Turn, unit: str, begins: date, ends: date, owner: str) -> list[Item]:
    """Open plans of other bodies for the same unit, at most so many days before or after."""
    near = timedelta(days=turn.policy.inspection_clash_days)
    found = items.visits(turn.session, unit, begins - near, ends + near)
    return [item for item in found if item.owner != owner]


def joint(turn: Turn, unit: str, begins: date, ends: date) -> list[Inspection]:
    """Joint inspections under way that go there in that time, or have no time yet."""
    near = timedelta(days=turn.policy.inspection_clash_days)
    found = []
    for row in inspections.going(turn.session):
        first, last = row.begins or row.ends or begins, row.ends or row.begins or ends
        if unit in row.units and first <= ends + near and last >= begins - near:
            found.append(row)
    return found


def words(turn: Turn, item: Item, unit: str) -> str:
    """`审计部12月8日也要去恒信能源`."""
    day = wording.short_day(item.begins or item.due, texts.today_of(turn))
    return f"{gathering_people.name(turn, item.owner)}{day}也要去{gathering_people.name(turn, unit)}"
