"""From due to sent: the rung of one moment for thousands of people, by a serving bot, to a stand-in with its limits.

Nothing is added to the bot: it stamps each due row, push and message with its business time, which runs as fast as the
real one, so the store tells afterwards when what was done.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bench import pushing_group
from bench.servers import Cores, Served, Stable
from bot.clock import CHINA, RehearsalClock, real_now
from sandbox.settings import Settings
from storage import dues, pushes
from storage.database import open_engine
from storage.duties import Push
from storage.models import Due, Outbox

BEFORE = "2026-12-31T09:05:00+08:00"  # the bot starts here, and its clock stands still
RUNG = datetime(2026, 12, 31, 9, 10, tzinfo=CHINA)
MINUTES = timedelta(minutes=5)  # so late nobody's own minute is still to come: everything goes at once
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Delivered:
    """One rung. Times are real seconds from the moment at which the clock stood there; memory is in MiB."""

    what: str
    rungs: int = 0  # due rows
    pushes: int = 0
    messages: int = 0
    people: int = 0
    fired: float = 0.0
    composed: float = 0.0
    sent: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    densest: int = 0  # calls that the stand-in got in one second
    most: int = 0  # calls to one person in one minute
    cpu: tuple[float, float] = (0.0, 0.0)  # of the event loop, of the store's threads
    memory: tuple[float, float, float] = (0.0, 0.0, 0.0)  # before the rung, after it, at the most
    starting: float = 0.0  # seconds until the bot hears callbacks, the day's planning included
    faults: list[str] = field(default_factory=list)


def measure(what: str, size: int, folder: Path, cores: Cores, *, own_minutes: bool = False) -> Delivered:
    """About `size` pushes. own_minutes: leave people their own 0 to 5 minutes, as in life."""
    pushing_group.write(folder / "group", what, size)
    stable = Stable(folder, cores, Settings())
    stage = partial(pushing_group.stage_findings, pushes=size) if what == "findings" else None
    engine = open_engine(f"sqlite:///{folder / 'store.db'}")
    try:
        platform = stable.sandbox(folder / "group")
        bot = stable.bot(platform.port, folder / "group", clock=BEFORE, rate=0.0, stage=stage)
        starting, before, cpu = bot.ready_after, bot.memory()[0], bot.cpu_seconds()
        moment = RUNG if own_minutes else RUNG + MINUTES
        _turn(engine, moment)
        _wait(engine, moment + MINUTES, time.monotonic() + 120 + size / 40 + own_minutes * 360)
        loop, store = bot.cpu_seconds()
        return replace(
            _look(what, engine, moment, platform),
            cpu=(loop - cpu[0], store - cpu[1]), memory=(before, *bot.memory()), starting=starting,
        )  # fmt: skip
    finally:
        stable.stop()
        engine.dispose()


def _turn(engine: Engine, moment: datetime) -> None:
    """As another process of the rehearsal would: the bot takes the new anchor over with its next tick."""
    with engine.begin() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
        RehearsalClock(moment, real_now(), 1.0).set(session, moment.astimezone(UTC), 1.0)
        session.commit()


def _wait(engine: Engine, moment: datetime, until: float) -> None:
    """Until nothing of it is to be fired, composed or sent any more."""
    while time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        with engine.connect().execution_options(reading=True) as connection, Session(connection) as session:
            if not (dues.ready(session, moment, real_now()) or pushes.any_owed(session, moment) or _due(session)):
                return


def _due(session: Session) -> bool:
    return session.execute(select(Outbox.id).where(Outbox.state == "due").limit(1)).first() is not None


def _look(what: str, engine: Engine, moment: datetime, platform: Served) -> Delivered:
    """What the store and the stand-in say of it afterwards."""
    with engine.connect().execution_options(reading=True) as connection, Session(connection) as session:
        query = select(Push.person, Push.told_at, Push.outbox_id, Outbox.sent_at, Outbox.hold_until)
        query = query.outerjoin(Outbox, Outbox.id == Push.outbox_id).where(Push.planned_at == RUNG)
        rows = session.execute(query).all()
        rung = select(func.max(Due.done_at), func.count()).where(Due.planned_at == RUNG, Due.state == "done")
        done_at, rungs = session.execute(rung).one()
    if not rows or (unsent := sum(row.sent_at is None for row in rows)):
        return Delivered(what, faults=[f"{unsent if rows else 'all'} of {len(rows)} pushes were not sent"])
    messages = {row.outbox_id: row for row in rows}.values()
    late = sorted((row.sent_at - max(moment, row.hold_until or moment)).total_seconds() for row in messages)
    record = _record(platform)
    calls = [(datetime.fromisoformat(row["at"]).timestamp(), person) for row in record for person in row["to"]]
    composed, sent = max(row.told_at for row in rows), max(row.sent_at for row in rows)
    fired, composed, sent = ((at - moment).total_seconds() for at in (done_at, composed, sent))
    return Delivered(
        what, rungs, len(rows), len(messages), len({row.person for row in rows}), fired, composed, sent,
        late[len(late) // 2], late[int(len(late) * 0.99)], densest([at for at, _ in calls], 1.0), _most(calls),
        faults=_faults(record, len(messages)),
    )  # fmt: skip


def _faults(record: Sequence[dict[str, Any]], messages: int) -> list[str]:
    """What the stand-in refused, swallowed, dropped without a word or never got."""
    outcomes = Counter("dropped" if row.get("dropped") else str(row["outcome"]) for row in record)
    arrived = outcomes.pop("accepted", 0)
    faults = [f"{count} calls were {outcome}" for outcome, count in outcomes.items()]
    return faults if arrived >= messages else [*faults, f"{messages} messages, {arrived} arrived"]


def _record(platform: Served) -> list[dict[str, Any]]:
    url = f"http://127.0.0.1:{platform.port}/api/record?all=1&api=message/send"
    with urlopen(url, timeout=60) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def _most(calls: Sequence[tuple[float, str]]) -> int:
    by_person: dict[str, list[float]] = {}
    for at, person in calls:
        by_person.setdefault(person, []).append(at)
    return max((densest(moments, 60.0) for moments in by_person.values()), default=0)


def densest(moments: Sequence[float], seconds: float) -> int:
    """How many of the moments fall at the most into so many seconds."""
    ranked = sorted(moments)
    return max((bisect_left(ranked, at + seconds) - here for here, at in enumerate(ranked)), default=0)
