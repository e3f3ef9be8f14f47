"""Applies the story to the real program: one function per event, through the same doors as the flows use."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.almanac import Almanac
from bot.clock import real_now
from bot.config import Policy
from bot.flow import Turn
from bot.scheduler import Scheduler
from handlers import accepting_due, extension_decision, obligations, quarter_task, rectification, settling, tasks
from handlers.registry import FLOWS
from handlers.rules.calendar import Calendar
from storage import (
    delegations,
    deliveries,
    dues,
    findings,
    memory,
    moves,
    organisation,
    people,
    pushes,
    quarters,
    units,
)  # fmt: skip
from storage.database import open_engine
from storage.matters import Delegation, Finding
from storage.proceedings import Acceptance, Cycle, Extension, Progress
from tests.flows import harness
from tests.year import days
from tests.year.group import Group
from tests.year.story import END, START, Event

WITH = {
    "reminders",
    "quarter",
    "quarter_paper",
    "meeting",
}  # what plans and pushes here; the other flows' own mornings are other tests'


class YearWorld(harness.Rehearsal):
    """The rehearsal's world with the simulated group in the place of the sample."""

    def __init__(self, path: Path, group: Group, start: datetime) -> None:
        shutil.copy(harness._template(), path / "store.db")
        self.files = path / "files"
        self.engine = open_engine(f"sqlite:///{path}/store.db")
        with self.engine.begin() as connection, Session(bind=connection) as session:
            _import(session, group, start)
            session.flush()
        self.channel = harness.KeepingChannel()
        self.known: memory.Memory = {}  # of the organisation, which nothing changes here: who holds what on which day
        self._assemble(start)

    def _assemble(self, start: datetime) -> None:
        super()._assemble(start)
        flows = [flow for flow in FLOWS if flow.name in WITH]
        assert len(flows) == len(WITH)
        self.scheduler = Scheduler(self.world, flows, self.sender, Almanac(Policy(), Calendar))

    async def stand_at(self, moment: datetime, events: list[Event]) -> None:
        """Let `events` happen, each at its own moment; then, if anything waits for `moment`, go there and see to it."""
        due, sendable = await self.turns.run(lambda session: self._arrive(session, moment, events))
        if due:
            await self.scheduler.run_due()
        if sendable:
            assert await self.sender.idle(60)

    def _arrive(self, session: Session, moment: datetime, events: list[Event]) -> tuple[bool, bool]:
        """Whether something is due then, and whether something that is written may go."""
        memory.lend(session, self.known)
        memory.keep(session, whole=True, matters=False)
        for event in events:
            self._apply(session, event)
        now, real = moment.astimezone(UTC), real_now()
        due = dues.ready(session, now, real) or pushes.any_owed(session, now)
        sendable = deliveries.waits(session, now, real)
        if due or sendable:
            self.clock.set(session, now, 0.0)
        return due, sendable

    def _apply(self, session: Session, event: Event) -> None:
        actor = people.actor(session, event.by or "staff1", event.at.date())
        turn = Turn(
            session=session, actor=actor, now=event.at.astimezone(UTC), calendar=self.world.calendar,
            policy=self.world.policy, lexicon=self.world.understanding.lexicon, group_name=self.world.group_name,
        )  # fmt: skip
        EVENTS[event.what](turn, event)


def _import(session: Session, group: Group, start: datetime) -> None:
    places = [
        {
            "编码": unit.code, "名称": unit.name, "上级编码": unit.parent, "类型": unit.kind, "别名": "",
            "监督类型": unit.supervision, "季度报送": "是" if unit.quarterly else "否",
        }
        for unit in group.units.values()
    ]  # fmt: skip
    posts = [
        {
            "账号": post.person, "姓名": f"姓{post.person}", "单位编码": post.unit, "角色": post.role,
            "职务": post.title, "起": _day(post.first), "止": _day(post.last),
        }
        for post in group.posts
    ]  # fmt: skip
    plan = organisation.compare(session, list(enumerate(places, 2)), list(enumerate(posts, 2)))
    assert not plan.errors, plan.errors
    organisation.apply(session, plan, start.date())
    for one in group.delegations:
        delegations.add(
            session,
            Delegation(
                principal=one.principal, delegate=one.delegate, roles=[], valid_from=one.first, valid_to=one.last,
                made_by=one.principal, at=start.astimezone(UTC),
            ),
        )  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _finding(turn: Turn, event: Event) -> Finding:
    found = moves.find(turn.session, event.matter)
    assert found is not None, event
    return found


def _move(turn: Turn, event: Event, new: str, *pieces: moves.Piece, **values: object) -> Finding:
    finding = _finding(turn, event)
    assert moves.move(turn.session, finding, finding.state, new, turn.entry(event.what), *pieces, **values), event
    return finding


def assign(turn: Turn, event: Event) -> None:
    """T1 and T2 with its number, then T4."""
    findings.add(
        turn.session, turn.entry("submit"), registered=turn.entry("register"), number=event.matter, state="submitted",
        source=event.source, source_name=event.source, quarter=f"{event.at.year}Q{(event.at.month + 2) // 3}",
        found_at=event.at.date(), title=f"备用金{event.matter[-4:]}号", desc="备用金未清", raw_text="备用金未清",
        severity=event.severity, key_supervised=event.key, submitted_by=event.submitter, submitted_at=turn.now,
    )  # fmt: skip
    finding = _move(
        turn, event, "assigned", Cycle(seq=1, started_at=turn.now), **_place(turn, event), due=event.due,
        rect_type="immediate", assigned_by=event.by, assigned_at=turn.now,
    )  # fmt: skip
    rectification.plan(turn, finding)


def _place(turn: Turn, event: Event) -> dict[str, object]:
    unit = units.get_unit(turn.session, event.unit)
    return {"unit": unit.code, "unit_name": unit.name, "unit_path": unit.path, "resp_person": event.person}


def _begin_work(turn: Turn, event: Event) -> Finding:
    finding = _finding(turn, event)
    tasks.begin(turn, finding)
    return finding


def confirm(turn: Turn, event: Event) -> None:
    _begin_work(turn, event)


def progress(turn: Turn, event: Event) -> None:
    finding = _begin_work(turn, event)
    report = Progress(at=turn.now, by=event.by, text="已收回一半", percent=50)
    assert moves.keep(turn.session, finding, turn.entry("progress"), report)


def ask(turn: Turn, event: Event) -> None:
    finding = _finding(turn, event)
    assert event.due is not None
    row = Extension(
        at=turn.now, by=event.by, old_due=finding.due, new_due=event.due, reason="资料没到", state="pending"
    )
    assert moves.keep(turn.session, finding, turn.entry("apply_extension"), row)
    if extension_decision.number_of_next(turn, finding) >= turn.policy.leading_group_extension:
        rectification.troubled(turn, finding, "ext")


def _decide(turn: Turn, event: Event, state: str, **values: object) -> Finding:
    finding = _finding(turn, event)
    row = next(row for row in moves.extensions_of(turn.session, finding) if row.state == "pending")
    decided = moves.Altered(row, {"state": state, "decided_by": event.by, "decided_at": turn.now})
    return _move(turn, event, finding.state, decided, **values)


def grant(turn: Turn, event: Event) -> None:
    rectification.plan(turn, _decide(turn, event, "approved", due=event.due))


def refuse(turn: Turn, event: Event) -> None:
    _decide(turn, event, "rejected")


def apply(turn: Turn, event: Event) -> None:
    _begin_work(turn, event)
    report = Progress(at=turn.now, by=event.by, text="已全部收回", percent=100)
    finding = _move(turn, event, "pending_acceptance", report, applied_at=turn.now)
    rectification.stop(turn, finding.number)
    accepting_due.plan(turn, finding)


def accept(turn: Turn, event: Event) -> None:
    decision = Acceptance(at=turn.now, by=event.by, result="accepted", opinion="同意")
    obligations.end_all(turn, _move(turn, event, "closed", decision, closed_at=turn.now).number)


def send_back(turn: Turn, event: Event) -> None:
    decision = Acceptance(at=turn.now, by=event.by, result="returned", opinion="佐证不足", new_due=event.due)
    returned = _finding(turn, event).returned + 1
    finding = _move(turn, event, "rectifying", decision, due=event.due, returned=returned, applied_at=None)
    accepting_due.stop(turn, finding.number)
    rectification.plan(turn, finding)
    if finding.returned == 2:
        rectification.troubled(turn, finding, "ret")


def reopen(turn: Turn, event: Event) -> None:
    cycle = _finding(turn, event).cycle + 1
    finding = _move(
        turn, event, "assigned", Cycle(seq=cycle, started_at=turn.now), cycle=cycle, due=event.due,
        assigned_at=turn.now, confirmed_at=None, applied_at=None, closed_at=None, returned=0,
    )  # fmt: skip
    rectification.plan(turn, finding)


def supervise(turn: Turn, event: Event) -> None:
    finding = _finding(turn, event)
    assert moves.keep(turn.session, finding, turn.entry("supervise"), key_supervised=True)
    rectification.plan(turn, finding)


def reassign(turn: Turn, event: Event) -> None:
    finding = _move(turn, event, _finding(turn, event).state, **_place(turn, event))
    rectification.plan(turn, finding)


def restrict(turn: Turn, event: Event) -> None:
    finding = _finding(turn, event)
    assert moves.keep(turn.session, finding, turn.entry("restrict"), visibility="restricted")


def withdraw(turn: Turn, event: Event) -> None:
    settling.end(turn, _move(turn, event, "withdrawn"), "已撤回")


def report(turn: Turn, event: Event) -> None:
    """Both halves of the quarter's report at once (S32)."""
    task = quarters.find(turn.session, event.unit, event.matter)
    assert task is not None, event
    task.info_at = task.none_at = turn.now
    task.info_by = task.none_by = event.by
    turn.session.flush()
    quarter_task.touch(turn, event.unit, event.matter)


EVENTS: dict[str, Callable[[Turn, Event], None]] = {
    "assign": assign, "confirm": confirm, "progress": progress, "ask": ask, "grant": grant, "refuse": refuse,
    "apply": apply, "accept": accept, "return": send_back, "reopen": reopen, "supervise": supervise,
    "reassign": reassign, "restrict": restrict, "withdraw": withdraw, "report": report,
}  # fmt: skip


async def live(world: YearWorld, events: Iterable[Event]) -> None:
    """Through the whole story, from slot to slot; what happens between two slots happens before the later one."""
    waiting, day = deque(events), START.date()
    while day < END.date():
        for clock in _slots(day):
            now = days.moment(day, clock)
            passed = []
            while waiting and waiting[0].at < now:
                passed.append(waiting.popleft())
            await world.stand_at(now, passed)
        day += days.DAY


def _slots(day: date) -> list[str]:
    """The moments of the rungs, and when the personal minutes after them are over; only one quarter's day has a third.

    Whatever the program had planned for another moment would come at the next of these, and be too much there.
    """
    if not days.works(day):
        return ["00:06"]
    last = day == days.quarter_end(day.year, (day.month + 2) // 3)
    return ["00:06", "08:40", "08:46", "09:10", "09:16", *(("16:10", "16:16") if last else ())]
