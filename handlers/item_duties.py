"""What an item makes people owe until it is done: begun, moved, ended, begun anew; who is told (S15, S30, S56)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flow import Turn
from handlers import gathering_people, obligations, texts
from handlers.rules import calendar, numbering, wording
from storage import counters, items
from storage.gatherings import Item

LADDERS = {"decision": "item", "collect": "item", "plan": "plan", "audit": "audit"}
SOURCES = {"decision": "S30", "collect": "S30", "plan": "S56", "audit": "S15"}
NAMES = {"decision": "待办", "collect": "收集事项", "plan": "监督计划", "audit": "审计计划"}
_PREFIXES = {"decision": numbering.DECISION, "collect": numbering.DECISION}


def new_number(turn: Turn, kind: str) -> str:
    year, prefix = texts.today_of(turn).year, _PREFIXES.get(kind, numbering.PLAN)
    return numbering.serial_number(prefix, year, counters.next_value(turn.session, f"{prefix}-{year}"))


def begin(turn: Turn, item: Item) -> None:
    """Begin its ladder, or move it to the item's new day."""
    ladder = LADDERS[item.kind]
    obligations.begin(turn, ladder, item.number, item.due, owner=item.owner, source=SOURCES[item.kind])


def end(turn: Turn, item: Item, *, met: bool = True) -> None:
    obligations.end(turn, LADDERS[item.kind], item.number, met=met)


def title(item: Item) -> str:
    """`恒信资本专项核查`, cut to a line."""
    return item.text if len(item.text) <= 40 else item.text[:39] + "…"


def due_words(turn: Turn, item: Item) -> str:
    return wording.day(item.due, texts.today_of(turn))


def bodies(turn: Turn, item: Item) -> str:
    """`审计部牵头，财务部配合`."""
    helping = f"，{gathering_people.names(turn, item.helpers)}配合" if item.helpers else ""
    return f"{gathering_people.name(turn, item.owner)}牵头{helping}"


def line(turn: Turn, item: Item) -> str:
    """`DB-2026-0001 恒信资本专项核查｜审计部牵头｜3月31日 周三前`."""
    return f"{item.number} {title(item)}｜{bodies(turn, item)}｜{due_words(turn, item)}前"


def owners(turn: Turn, item: Item) -> list[str]:
    """Who does it: the person named, else the staff of the unit; where there is nobody, the office looks after it."""
    return [item.person] if item.person else gathering_people.staff(turn, item.owner) or texts.office_staff(turn)


def announce(turn: Turn, item: Item, lead: str = "") -> list[str]:
    """The owner's head and staff hear what they have to do, the helpers with what; who that is."""
    who = list(dict.fromkeys([*gathering_people.heads(turn, item.owner), *owners(turn, item)]))
    text = f"{lead}{NAMES[item.kind]} {line(turn, item)}\n办完回复“{item.number} 完成”。"
    told = gathering_people.tell(turn, who, text, item.number)
    for unit in item.helpers:
        helping = f"{lead}请{gathering_people.name(turn, unit)}配合：{line(turn, item)}"
        others = [person for person in gathering_people.heads(turn, unit) if person not in told]
        told += gathering_people.tell(turn, others, helping, item.number)
    return told


def parties(turn: Turn, item: Item) -> list[str]:
    """Everybody who was told of it: owner, helpers, who made it."""
    helpers = [person for unit in item.helpers for person in gathering_people.heads(turn, unit)]
    everybody = [*gathering_people.heads(turn, item.owner), *owners(turn, item), *helpers, item.made_by]
    return list(dict.fromkeys(everybody))


def next_one(turn: Turn, item: Item) -> Item | None:
    """What comes again after so many months begins anew when it is done (S15)."""
    if item.months <= 0:
        return None
    shift = item.months
    row = items.add(
        turn.session, turn.entry("repeat_item"), number=new_number(turn, item.kind), kind=item.kind, state="open",
        text=item.text, owner=item.owner, person=item.person, helpers=list(item.helpers), unit=item.unit,
        begins=calendar.add_months(item.begins, shift) if item.begins else None,
        due=calendar.add_months(item.due, shift), months=shift, meeting=item.meeting, refs=list(item.refs),
        made_by=item.made_by, made_at=turn.now,
    )  # fmt: skip
    begin(turn, row)
    return row


def listed(turn: Turn, found: Sequence[Item]) -> list[str]:
    return [f"{at} {line(turn, item)}" for at, item in enumerate(found, 1)]
