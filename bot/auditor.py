"""Watches the push engine: how late it is at any moment, and once an hour what should have gone beside what went."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import CHINA, Now, RehearsalClock, real_now
from bot.flow import Flow, Turn
from bot.metrics import AUDIT_GAPS, ENGINE_LATE, HEARTBEAT, OUTBOX_AGE, OUTBOX_DEAD, OUTBOX_DEPTH
from bot.world import World
from storage import audits, deliveries, dues, leases, people, pushes

EVERY = timedelta(hours=1)
LEASE = timedelta(minutes=10)
LATE_SECONDS = 300.0  # beyond this the heartbeat is withheld
KEPT = timedelta(days=90)
NAME = "auditor"
# What a gap is called in the report to the administrator, which holds no matter and no name.
NAMES = {
    "unplanned": "没有排上日程", "unfired": "到时没有办", "untold": "没有推送记录", "uncomposed": "没有编成消息",
    "unsent": "没有发出", "dead": "多次没有办成",
}  # fmt: skip

log = logging.getLogger("jiandu.auditor")


class Auditor:
    """`late_seconds` answers the probes; `tick` audits once an hour, whichever process comes first."""

    def __init__(self, world: World, flows: Sequence[Flow]) -> None:
        self._world = world
        self._checks = tuple(flow.audit for flow in flows if flow.audit is not None)
        self._holder = secrets.token_hex(8)

    async def late_seconds(self) -> float:
        """How long, in real seconds, the oldest thing that is due has waited for its turn. 0.0: nothing waits."""
        now, rate = self._world.now(), _rate(self._world.now)
        return await self._world.turns.read(lambda session: oldest_wait(session, now)) / rate

    async def tick(self) -> None:
        """Beat, unless the engine is late; and audit when the last audit is an hour old."""
        late = await self.late_seconds()
        ENGINE_LATE.set(late)
        await self._measure_outbox()
        if late <= LATE_SECONDS:
            HEARTBEAT.set(real_now().timestamp())
        if await self._world.turns.read(lambda session: audits.last_at(session)) <= real_now() - EVERY:
            await self._world.turns.run(lambda session: self._audit(session, late))

    async def _measure_outbox(self) -> None:
        now, real = self._world.now(), real_now()
        waiting, age, dead = await self._world.turns.read(lambda session: deliveries.backlog(session, now, real))
        OUTBOX_DEPTH.set(waiting)
        OUTBOX_AGE.set(age.total_seconds())
        OUTBOX_DEAD.set(dead)

    def _audit(self, session: Session, late: float) -> None:
        real = real_now()
        if not leases.take(session, NAME, self._holder, real, LEASE) or audits.last_at(session) > real - EVERY:
            return  # another process was first
        now = self._world.now()
        turn = self._turn(session, now)
        gaps: dict[str, int] = {}
        checked = 0
        for check in self._checks:
            seen, found = check(turn)
            checked += seen
            gaps |= {name: gaps.get(name, 0) + count for name, count in found.items() if count}
        for name, count in gaps.items():
            AUDIT_GAPS.labels(name).inc(count)
        audits.add(session, now, real, checked, round(late), gaps)
        audits.forget_before(session, real - KEPT)
        leases.give_back(session, NAME, self._holder)
        if gaps or late > LATE_SECONDS:
            log.error("audit: late=%ds gaps=%s", late, gaps)
            self._report(turn, gaps, late)

    def _report(self, turn: Turn, gaps: dict[str, int], late: float) -> None:
        listed = "、".join(f"{NAMES.get(name, name)}{count}件" for name, count in gaps.items())
        slow = f"推送比应有时间晚了{round(late / 60)}分钟。" if late > LATE_SECONDS else ""
        text = f"推送核对发现问题：{listed or '没有漏项'}。{slow}\n请在服务器上运行 run.py check 查看。"
        hour = turn.now.astimezone(CHINA).strftime("%Y-%m-%dT%H")
        for admin in people.userids_with(turn.session, ("sys_admin",), turn.now.astimezone(CHINA).date()):
            turn.tell(admin, text, push_key=f"audit|{admin}|{hour}", matter=NAME)

    def _turn(self, session: Session, now: datetime) -> Turn:
        return self._world.turn(session, now=now)


def oldest_wait(session: Session, now: datetime) -> float:
    """Business seconds since the oldest due row, or push to be put into words, came due and was not dealt with."""
    moments = (dues.oldest(session, now), pushes.oldest(session, now))
    since = min((moment for moment in moments if moment is not None), default=now)
    return max(0.0, (now - since).total_seconds())


def _rate(now: Now) -> float:
    """How fast business time runs: a rehearsal's lateness is counted in real seconds."""
    return max(1.0, now.rate) if isinstance(now, RehearsalClock) else 1.0
