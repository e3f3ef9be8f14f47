"""What is on each person's desk today: due, overdue, to be accepted, decided or confirmed (domain.md 6.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.flow import Turn
from handlers import choosing, extension_decision, kinds
from handlers.reminding import Kind
from handlers.rules import ladders, wording
from handlers.rules.calendar import day_of
from storage import answers, findings, moves, obligations, surroundings
from storage.duties import Obligation
from storage.matters import Finding

NAMES = {
    "today": "今天到期", "soon": "快到期", "overdue": "已逾期", "accept": "待验收", "extend": "待审批",
    "confirm": "待确认",
}  # fmt: skip
BY_DATE = ("today", "soon", "overdue")
DAILY = 3  # so many working days it calls every morning; then the ladder repeats it, or every third working day


@dataclass(frozen=True, slots=True)
class Item:
    """One finding on one desk. calls: it is reason enough for a digest; otherwise it is only listed in one."""

    section: str
    matter: str
    id: int
    due: date | None
    calls: bool

    def packed(self) -> list[Any]:
        return [self.section, self.matter, self.id, self.due.isoformat() if self.due else "", self.calls]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Item:
        section, matter, row, due, calls = packed
        return cls(str(section), str(matter), int(row), date.fromisoformat(due) if due else None, bool(calls))


def section_of(due: date, today: date) -> str:
    return "today" if due == today else "soon" if due > today else "overdue"


def of_everybody(turn: Turn) -> dict[str, list[Item]]:
    """Person -> what is on his desk; only what he may know of."""
    dated = _dated(turn)
    said = {(person, item.matter) for person, item in dated}  # one line a matter: its date says more
    unconfirmed = [(person, item) for person, item in _to_confirm(turn) if (person, item.matter) not in said]
    found: dict[str, list[Item]] = {}
    for person, item in [*dated, *_to_accept(turn), *_to_decide(turn), *unconfirmed]:
        found.setdefault(person, []).append(item)
    return found


def words(turn: Turn, item: Item, day: date) -> str:
    """One line, or "" when it has been settled since."""
    finding = turn.session.get(Finding, item.id)
    if finding is None or not _stands(finding, item):
        return ""
    return f"{finding.number} {_title(finding)}，{_when(turn, item, day)}"


def _stands(finding: Finding, item: Item) -> bool:
    states = {"accept": ("pending_acceptance",), "confirm": ("assigned",)}.get(item.section, moves.IN_HAND)
    return finding.state in states


def _title(finding: Finding) -> str:
    title = choosing.title(finding)
    return title if len(title) <= 12 else f"{title[:11]}…"


def _when(turn: Turn, item: Item, day: date) -> str:
    if item.section in BY_DATE and item.due is not None:
        return wording.days_left(item.due, day, turn.calendar)
    return {"accept": "等您验收", "extend": "延期等您批", "confirm": "等您确认收到"}[item.section]


def _dated(turn: Turn) -> list[tuple[str, Item]]:
    today = day_of(turn.now)
    rows = obligations.due_until(turn.session, "rectification", today + timedelta(days=turn.policy.digest_days))
    kept = findings.load(turn.session, [row.matter for row in rows])  # held, so that each is read once
    surroundings.learn(turn.session, kept.values())
    kind = kinds.of("rectification")
    found: list[tuple[str, Item]] = []
    for row in rows:
        if row.matter in kept and kind.stands(turn, row):
            found += _of_one(turn, kind, row, kept[row.matter].id)
    quiet = answers.silent(turn.session, {p for p, _ in found}, {i.matter for _, i in found}, today) if found else set()
    return [(person, item) for person, item in found if (person, item.matter) not in quiet]


def _of_one(turn: Turn, kind: Kind, row: Obligation, finding: int) -> list[tuple[str, Item]]:
    today = day_of(turn.now)
    section, age = section_of(row.due, today), turn.calendar.workdays_between(row.due, today)
    calls = section != "overdue" or (age <= DAILY and not cools(turn, kind, row))
    roles = _told_alone(turn, row, today) if calls else ()
    alone = {person for role in roles for person in kind.people(turn, row, role)}
    return [
        (person, Item(section, row.matter, finding, row.due, calls and person not in alone))
        for person in _holders(turn, row)
    ]


def cools(turn: Turn, kind: Kind, row: Obligation) -> bool:
    """Progress was reported a moment ago: what would only repeat itself is silent for some days (domain.md 6.3)."""
    last = kind.reported(turn, row) if kind.reported is not None else None
    return last is not None and turn.calendar.workdays_between(last, day_of(turn.now)) <= turn.policy.cooling_workdays


def _holders(turn: Turn, row: Obligation) -> list[str]:
    kind = kinds.of(row.ladder)
    return list(dict.fromkeys(person for role in ("resp", "liaison") for person in kind.people(turn, row, role)))


def _told_alone(turn: Turn, row: Obligation, today: date) -> tuple[str, ...]:
    """Whom a rung of today tells by a message of its own: no second message for the same matter."""
    rungs = ladders.rungs(row.rungs, row.due, turn.calendar, row.begins_at)
    return tuple(
        name for rung in rungs if rung.rung.form == "single" and day_of(rung.at) == today for name in rung.rung.audience
    )


def _waits(turn: Turn, since: datetime) -> bool:
    """Whether something that waits is said today: for three working days daily, then every third."""
    age = turn.calendar.workdays_between(day_of(since), day_of(turn.now))
    return 0 < age <= DAILY or (age > 0 and age % DAILY == 0)


def _to_accept(turn: Turn) -> list[tuple[str, Item]]:
    return _desk(turn, "acceptance", "judge", "accept")


def _to_confirm(turn: Turn) -> list[tuple[str, Item]]:
    return _desk(turn, "confirm", "resp", "confirm")


def _desk(turn: Turn, ladder: str, role: str, section: str) -> list[tuple[str, Item]]:
    """What began on an earlier day and waits for somebody of this role."""
    today, kind = day_of(turn.now), kinds.of(ladder)
    rows = [row for row in obligations.of_ladder(turn.session, ladder) if day_of(row.begins_at) < today]
    kept = findings.load(turn.session, [row.matter for row in rows])
    surroundings.learn(turn.session, kept.values())
    return [
        (person, Item(section, row.matter, kept[row.matter].id, None, calls))
        for row in rows
        if row.matter in kept and kind.stands(turn, row)
        for calls in [_waits(turn, row.begins_at) and role not in _told_alone(turn, row, today)]
        for person in kind.people(turn, row, role)
    ]


def _to_decide(turn: Turn) -> list[tuple[str, Item]]:
    found: list[tuple[str, Item]] = []
    waiting = moves.with_pending_extension(turn.session)
    surroundings.learn(turn.session, waiting)
    asked = moves.extensions_of_all(turn.session, waiting)
    for finding in waiting:
        rows = asked[finding.id]
        row = next((row for row in rows if row.state == "pending"), None)
        if row is not None and day_of(row.at) < day_of(turn.now):
            deciders = extension_decision.deciders(turn, finding, row.new_due, rows)
            item = Item("extend", finding.number, finding.id, finding.due, _waits(turn, row.at))
            found += [(person, item) for person in deciders]
    return found
