"""The nightly look: every finding against the ledger told again; what somebody changed by SQL is honoured and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from bot.flow import Done, Flow, Turn
from handlers import access, rectification, texts, trail_words
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.matrix import Action
from storage import events, fulltext, moves, people, replay
from storage.models import Due
from storage.replay import Difference

KIND = "reconcile"  # of the due row; the name of the night's own line in the ledger, too
AT = time(2, 0)
CHUNK = 400  # findings in one turn: people wait behind it
SHOWN, KEPT = 8, 40  # numbers in a message, and as many again as somebody may not see (S8)
_LADDER = {"state", "due", "cycle", "resp_person"}


def daily(turn: Turn) -> None:
    """Plan the coming night's look; a day that begins late, as after a stop, has it at once."""
    night = datetime.combine(day_of(turn.now), AT, SHANGHAI)
    if turn.now <= night or replay.after(turn.session, 0, 1):
        _plan(turn, max(night, turn.now), {"after": 0, "seen": 0, "count": 0, "found": []})


def look(turn: Turn, due: Due) -> None:
    """Compare the next findings, and plan the rest; the last of them tells who has to know."""
    facts = dict(due.facts)
    first_look = not events.history(turn.session, KIND)
    findings = replay.after(turn.session, facts["after"], CHUNK)
    for number in replay.compare(turn.session, findings):
        _settle(turn, number, facts, first_look=first_look)
    facts["seen"] += len(findings)
    if len(findings) == CHUNK:
        _plan(turn, turn.now, facts | {"after": max(findings)})
        return
    for number in replay.vanished(turn.session):
        _honour(turn, number, Difference({"number": number}, None), facts)
    turn.record(KIND, KIND, after={"findings": facts["seen"], "foreign": facts["count"]})
    _tell(turn, facts)


def _plan(turn: Turn, at: datetime, facts: Mapping[str, Any]) -> None:
    """urgent: it is no reminder, so quiet hours are just the right ones."""
    turn.plan(KIND, KIND, str(facts["after"]), at, **{**facts, "urgent": True})


def _settle(turn: Turn, number: str, facts: dict[str, Any], *, first_look: bool) -> None:
    """Look again with the row locked: a turn that was committed in between has told its own event."""
    finding = moves.find(turn.session, number)
    if finding is None:
        return
    moves.lock(turn.session, finding)
    difference = replay.compare(turn.session, {finding.id: number}).get(number)
    if difference is None:
        return
    if difference.before is None and first_look:  # from before every change had its event
        turn.record(number, replay.BASELINE, after=difference.after)
        return
    _honour(turn, number, difference, facts)
    if _LADDER & set(difference.fields):
        turn.session.refresh(finding)
        in_hand = finding.state in moves.IN_HAND
        rectification.plan(turn, finding) if in_hand else rectification.stop(turn, number)


def _honour(turn: Turn, number: str, difference: Difference, facts: dict[str, Any]) -> None:
    turn.record(number, replay.FOREIGN, before=difference.before, after=difference.after)
    if (finding := moves.find(turn.session, number)) is not None:
        turn.session.refresh(finding)
        fulltext.renew(turn.session, finding)
    facts["count"] += 1
    if len(facts["found"]) < KEPT:
        new = ("number",) if difference.before is None else difference.fields
        facts["found"] = [*facts["found"], [number, trail_words.labels(new)]]


def _tell(turn: Turn, facts: Mapping[str, Any]) -> None:
    """One message a person: the office's staff hears numbers and fields, the administrator how many."""
    count = facts["count"]
    if not count:
        return
    staff, day = texts.office_staff(turn), day_of(turn.now)
    closed = any(not _may_know(turn, person, number) for person in staff for number, _ in facts["found"])
    office = list(dict.fromkeys([*staff, *(texts.directors(turn) if closed else ())]))
    lead = f"夜间核对：有{count}条问题在系统外被改动，已按现在的内容记入留痕。"
    for person in office:
        turn.tell(person, _listed(turn, person, lead, facts), push_key=f"{KIND}|{person}|{day}")
    for admin in people.userids_with(turn.session, ("sys_admin",), day):
        if admin not in office:
            words = f"夜间核对：有{count}条记录被直接改了数据库，请查明是谁改的。编号已告知{texts.OFFICE}。"
            turn.tell(admin, words, push_key=f"{KIND}|{admin}|{day}")


def _listed(turn: Turn, person: str, lead: str, facts: Mapping[str, Any]) -> str:
    seen = [(number, fields) for number, fields in facts["found"] if _may_know(turn, person, number)][:SHOWN]
    rest = facts["count"] - len(seen)
    lines = [lead, *(f"{number}：{fields}" for number, fields in seen)]
    if rest:
        lines.append(f"另有{rest}条未列出。" if seen else "编号已告知监督办公室主任。")
    if seen:
        lines.append(f"看改动前后，发“留痕 {seen[0][0]}”。")
    return "\n".join(lines)


def _may_know(turn: Turn, person: str, number: str) -> bool:
    """Of one that is gone altogether nobody can tell any more who might see it: its number is for the director."""
    finding = moves.find(turn.session, number)
    if finding is None:
        return person in texts.directors(turn)
    return access.person_may(turn, person, Action.VIEW_FULL, finding)


def _not_asked(_turn: Turn) -> Done:
    return Done("夜间核对每天2点自动进行。")


FLOW = Flow(name="reconcile", title="夜间核对", intents=(), start=_not_asked, on_due={KIND: look}, daily=daily)
