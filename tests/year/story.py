"""What happens in the year, as plain data: the same list of (moment, event) for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.year import days
from tests.year.group import AUDIT, DEPARTMENTS, SUBSIDIARIES, Group
from tests.year.lives import Life, Step

START = datetime(2025, 12, 15, 0, 10, tzinfo=days.CHINA)
END = datetime(2027, 1, 16, 0, 0, tzinfo=days.CHINA)
QUARTERS = ((2025, 4), (2026, 1), (2026, 2), (2026, 3), (2026, 4))
FIRST_DAY, LAST_DAY = date(2026, 1, 4), date(2026, 12, 24)

SOURCE_ROLES = ("member_liaison", "member_head", "audit_staff")
LIAISONS = ("unit_liaison", "member_liaison")
HEADS = ("unit_head", "member_head")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody does. What each field means depends on `what`; unused ones are empty."""

    at: datetime
    what: str
    matter: str
    by: str = ""
    due: date | None = None
    unit: str = ""
    person: str = ""
    source: str = ""
    submitter: str = ""
    severity: str = "general"
    key: bool = False


def write(group: Group, seed: int, findings: int) -> list[Event]:
    """Everything that happens, in order; of two at the same moment the first written comes first."""
    told: list[Event] = []
    for serial in range(1, findings + 1):
        told += _finding(group, f"WT-2026-{serial:04}", random.Random(f"finding{seed}:{serial}"))
    for year, quarter in QUARTERS:
        for unit in DEPARTMENTS:
            told += _quarter(unit, year, quarter, random.Random(f"quarter{seed}:{year}:{quarter}:{unit}"))
    return sorted((event for event in told if START < event.at < END), key=lambda event: event.at)


def _finding(group: Group, number: str, dice: random.Random) -> list[Event]:
    begin = FIRST_DAY + timedelta(days=dice.randrange((LAST_DAY - FIRST_DAY).days))
    life = Life(dice, begin)
    return _cast(group, number, life.steps, dice)


def _cast(group: Group, number: str, steps: list[Step], dice: random.Random) -> list[Event]:
    """Who does it all: people who hold the post on that day."""
    source = dice.choice((AUDIT, *DEPARTMENTS))
    unit = dice.choice([code for code in (*SUBSIDIARIES * 3, *DEPARTMENTS) if code != source])
    submitter = dice.choice(on_duty(group, source, SOURCE_ROLES, steps[0].at.date()))
    events, responsible = [], ""
    for step in steps:
        day = step.at.date()
        if step.what == "reassign" and dice.random() < 0.3:
            unit = dice.choice([code for code in SUBSIDIARIES if code not in (unit, source)])
        person = _responsible(group, unit, day, dice) if step.what in ("assign", "reassign") else ""
        responsible = person or responsible
        by = _actor(group, step, unit, source, responsible, dice)
        events.append(
            Event(step.at, step.what, number, by, step.due, unit, person, source, submitter, step.severity, step.key)
        )
    return events


def _actor(group: Group, step: Step, unit: str, source: str, responsible: str, dice: random.Random) -> str:
    day = step.at.date()
    if step.what in ("assign", "reassign", "grant", "refuse", "reopen", "withdraw", "supervise", "restrict"):
        return (
            dice.choice(["staff1", *on_duty(group, AUDIT, ("audit_staff",), day)])
            if step.what == "assign"
            else "staff1"
        )
    if step.what in ("accept", "return"):
        return on_duty(group, source, SOURCE_ROLES, day)[0]
    return dice.choice(_unit_side(group, unit, responsible, day))


def _unit_side(group: Group, unit: str, responsible: str, day: date) -> list[str]:
    """Who may speak for the unit: its liaisons and heads, and the responsible person while he is there."""
    still = [post.person for post in group.posts if post.person == responsible and post.holds(day)]
    return [*still, *nearest(group, unit, LIAISONS, day), *nearest(group, unit, HEADS, day)]


def _responsible(group: Group, unit: str, day: date, dice: random.Random) -> str:
    return dice.choice(nearest(group, unit, ("resp_person", "member_liaison"), day) or nearest(group, unit, HEADS, day))


def on_duty(group: Group, unit: str, roles: tuple[str, ...], day: date) -> list[str]:
    return [post.person for post in group.posts if post.unit == unit and post.role in roles and post.holds(day)]


def nearest(group: Group, unit: str, roles: tuple[str, ...], day: date) -> list[str]:
    """Those of the unit, or of the nearest one above it that has any."""
    for code in group.above(unit):
        if found := on_duty(group, code, roles, day):
            return found
    return []


def _quarter(unit: str, year: int, quarter: int, dice: random.Random) -> list[Event]:
    """Early, in the midst of the reminders, on the last day, late, or never."""
    due = days.quarter_end(year, quarter)
    when = dice.choice(("early", "early", "between", "between", "between", "last", "late", "late", "never"))
    day = {
        "early": due - timedelta(days=dice.randrange(16, 40)),
        "between": due - timedelta(days=dice.randrange(1, 15)),
        "last": due,
        "late": days.walk(due, dice.randrange(1, 12)),
        "never": END.date(),
    }[when]
    clock = dice.choice(("08:20", "09:00", "10:31", "15:02", "17:40"))
    return [Event(days.moment(day, clock), "report", f"{year}Q{quarter}", unit=unit, by=f"{unit.lower()}h")]
