"""The morning's digest: one card with the eight nearest matters of one person, and the whole of it after 全部 (6.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.flow import Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import agenda
from handlers.agenda import Item
from handlers.reminding import Owed
from handlers.rules import ladders, wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import memory, people, pushes
from storage.duties import Push
from storage.models import Due

KIND = "digest"
SHOWN = 8
MORNING_LASTS = timedelta(hours=3)  # a digest that could not go by then waits for the next morning
_LINE = 39  # characters: four lines and their ends fit into 160 (wecom.md 3.3)
_HALF = 4


def morning(turn: Turn) -> datetime:
    """Today's moment of the digest."""
    return _at(day_of(turn.now))


def next_morning(turn: Turn) -> datetime:
    """The moment of the next digest, today's if it is still to come."""
    today = day_of(turn.now)
    if turn.calendar.is_workday(today) and turn.now < _at(today):
        return _at(today)
    return _at(turn.calendar.add_workdays(today, 1))


def is_over(turn: Turn) -> bool:
    return turn.now - morning(turn) > MORNING_LASTS


def _at(day: date) -> datetime:
    return datetime.combine(day, ladders.DIGEST_AT, SHANGHAI).astimezone(UTC)


def on_due(turn: Turn, row: Due) -> None:
    """Owe a digest to everybody who has something on his desk today; what an earlier day missed is in today's."""
    if is_over(turn) or row.day != day_of(turn.now).isoformat():
        return
    memory.keep(turn.session, whole=True)
    day, desks = row.day, agenda.of_everybody(turn)
    lost = people.out_of_reach(turn.session, desks)
    pushes.add_all(
        turn.session,
        [
            {
                "key": f"{KIND}:{row.rung}|{person}|{KIND}|{day}", "obligation": None, "ladder": KIND,
                "rung": row.rung, "person": person, "matter": KIND, "day": day, "form": "digest",
                "at": row.planned_at, "planned_at": row.planned_at,
                "facts": {"items": [item.packed() for item in items]},
            }
            for person, items in desks.items()
            if person not in lost and any(item.calls for item in items)
        ],
    )  # fmt: skip


def items_in(push: Push) -> list[Item]:
    return [Item.unpacked(packed) for packed in push.facts.get("items", ())]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a digest."""

    due: date
    section: str
    matter: str
    words: str


def entries(turn: Turn, lines: Sequence[Owed], items: Sequence[Item], day: date) -> list[Entry]:
    """The nearest first: what the ladders say today, and what else is on the desk."""
    found: dict[str, Entry] = {}
    for one in lines:
        words = one.kind.line(turn, one.obligation, day)
        key = f"{one.obligation.matter}/{one.obligation.part}/{one.push.ladder}"
        due, matter = one.obligation.due, one.obligation.matter
        found.setdefault(key, Entry(due, agenda.section_of(due, day), matter, words))
    said = {one.obligation.matter for one in lines}
    for item in items:
        words = agenda.words(turn, item, day)
        if words and not (item.matter in said and item.section in agenda.BY_DATE):
            found.setdefault(f"{item.matter}/{item.section}", Entry(item.due or day, item.section, item.matter, words))
    return sorted(found.values(), key=lambda entry: entry.due)


def card(day: date, found: Sequence[Entry]) -> Card:
    """The card of these entries."""
    shown = [_short(f"{at} {entry.words}") for at, entry in enumerate(found[:SHOWN], 1)]
    counts = Counter(entry.section for entry in found)
    facts = tuple((agenda.NAMES[name], f"{counts[name]}件") for name in agenda.NAMES if counts[name])
    everything = (Button("全部", "全部", Style.STRONG),) if len(found) > SHOWN else ()
    return Card(
        CardKind.BUTTONS, f"今日事项{len(found)}件", wording.day(day, day), facts[:6],
        note="\n".join(shown[_HALF:]), buttons=(*everything, Button("知道了", "收到")), quote="\n".join(shown[:_HALF]),
    )  # fmt: skip


def whole(turn: Turn, person: str) -> list[str]:
    """Everything of it as it stands now, for 全部."""
    items = agenda.of_everybody(turn).get(person, [])
    day = day_of(turn.now)
    return [entry.words for entry in entries(turn, (), items, day)]


def _short(words: str) -> str:
    return words if len(words) <= _LINE else f"{words[: _LINE - 1]}…"


def told_today(turn: Turn, person: str) -> bool:
    """Whether he has today's digest, so that 全部 means it."""
    latest = pushes.latest(turn.session, person, morning(turn))
    return any(push.form == "digest" for push in latest)
