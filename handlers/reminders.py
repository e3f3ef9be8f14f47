"""The push engine's one flow: a rung that is due becomes pushes, pushes become messages (domain.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.flow import Done, Flow, Reply, Turn
from handlers import adopting, agenda, audience, auditing, composing, digest, kinds, late, undelivered
from handlers.reminding import MANY, ON_TIME
from handlers.rules import ladders
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.ladders import LADDERS, Rung
from storage import findings, memory, pushes, surroundings
from storage import obligations as records
from storage.duties import Obligation
from storage.models import Due
from storage.obligations import Moment

Row = dict[str, Any]


def on_due(turn: Turn, row: Due) -> None:
    """One rung of one obligation; reads the store again before anything is owed to anybody."""
    if row.obligation is None:
        owed = [_owed(turn, known, rung, row.planned_at) for known, rung in adopting.adopt(turn, row)]
        pushes.add_all(turn.session, [push for rows in owed for push in rows])
        return
    on_rungs(turn, [row])


def on_rungs(turn: Turn, rows: Sequence[Due]) -> None:
    """The rungs of one moment, together: what the store says is read once for all of them."""
    memory.keep(turn.session, whole=len(rows) > MANY)
    known = records.load(turn.session, [row.obligation for row in rows if row.obligation is not None])
    held = findings.load_ids(turn.session, [one.facts["finding"] for one in known.values() if "finding" in one.facts])
    surroundings.learn(turn.session, held)
    owed: list[Row] = []
    for row in rows:
        obligation = known.get(row.obligation or 0)
        line = _line_of(obligation, row.rung) if obligation is not None and obligation.state == "open" else None
        if obligation is not None and line is not None:
            owed += _owed(turn, obligation, ladders.parse_rung(line), row.planned_at)
    pushes.add_all(turn.session, owed)
    del held  # till here, so that the session knows each finding


def _line_of(obligation: Obligation, rung: str) -> str | None:
    return next((line for line in obligation.rungs if ladders.parse_rung(line).name == rung), None)


def _owed(turn: Turn, obligation: Obligation, rung: Rung, planned_at: datetime) -> list[Row]:
    """The pushes of one rung."""
    kind = kinds.of(obligation.ladder)
    if not kind.stands(turn, obligation):
        return []
    _come_again(turn, obligation, rung, planned_at)
    names = late.still_meant(turn, obligation, rung, planned_at)
    if not names or (rung.cooling and agenda.cools(turn, kind, obligation)):
        return []
    day, name = day_of(planned_at).isoformat(), records.name_of(obligation)
    at = _moment(turn, rung, planned_at)
    return [
        {
            "key": f"{obligation.ladder}:{rung.name}|{person}|{name}|{day}", "obligation": obligation.id,
            "ladder": obligation.ladder, "rung": rung.name, "person": person, "matter": obligation.matter,
            "day": day, "role": role, "copied": role in rung.copied, "form": rung.form, "at": at,
            "planned_at": planned_at,
        }
        for person, role in audience.of(turn, kind, obligation, names).items()
    ]  # fmt: skip


def _moment(turn: Turn, rung: Rung, planned_at: datetime) -> datetime:
    """When it goes out: as planned; after a downtime now, and what belongs into a digest with the next one."""
    if turn.now - planned_at <= ON_TIME:
        return max(planned_at, turn.calendar.may_send(planned_at))
    return turn.calendar.may_send(turn.now) if rung.form == "single" else digest.next_morning(turn)


def _come_again(turn: Turn, obligation: Obligation, rung: Rung, planned_at: datetime) -> None:
    """A rung that repeats is planned for the next time, over a downtime too."""
    at = ladders.again(rung, planned_at, turn.calendar)
    while at is not None and at <= turn.now:
        at = ladders.again(rung, at, turn.calendar)
    if at is not None:
        records.add_moment(turn.session, obligation, Moment(rung.name, at))


def daily(turn: Turn) -> None:
    """Plan this working day's digest, and take over what an earlier version had planned."""
    adopting.adopt_all(turn)
    today = day_of(turn.now)
    at = datetime.combine(today, ladders.DIGEST_AT, SHANGHAI)
    if turn.calendar.is_workday(today) and not digest.is_over(turn):
        turn.plan(digest.KIND, digest.KIND, f"{ladders.DIGEST_AT:%H:%M}", at)


def _not_asked(turn: Turn) -> Reply:
    return Done("提醒由系统按日程发出。发“帮助”看可以办的事。")


def _on_due() -> dict[str, Any]:
    ours = {ladder: on_due for ladder in LADDERS if ladder != "dense"}
    return ours | dict.fromkeys(adopting.FORMER, on_due) | {
        digest.KIND: digest.on_due, undelivered.KIND: undelivered.on_due,
    }  # fmt: skip


FLOW = Flow(
    name="reminders",
    title="提醒",
    intents=(),
    start=_not_asked,
    on_due=_on_due(),
    on_rungs=on_rungs,
    daily=daily,
    gather=composing.gather,
    audit=auditing.look,
)
