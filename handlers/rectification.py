"""The ladder of a finding in rectification: planned when it is assigned, re-read before it speaks (domain.md 6.3)."""

from __future__ import annotations

from datetime import date, timedelta

from bot.flow import Turn
from handlers import access, choosing, parties
from handlers.rules import calendar, ladders, wording
from handlers.rules.ladders import Audience
from handlers.rules.permissions import Action
from storage import moves, outbox, people
from storage.matters import Finding
from storage.models import Due

KIND = "finding"
_ON_TIME = timedelta(minutes=15)  # later than this was downtime, and is said


def plan(turn: Turn, finding: Finding) -> None:
    """Put the ladder of the present due date in the place of any earlier one."""
    stop(turn, finding.number)
    if finding.due is None:
        return
    for rung in ladders.rectification_rungs(finding.due, turn.calendar, begins=turn.now):
        turn.plan(KIND, finding.number, rung.name, rung.at, cycle=finding.cycle, due=finding.due.isoformat())


def stop(turn: Turn, number: str) -> None:
    """It is settled for now: no reminder is planned, and none that waits for its minute goes out."""
    turn.settle(number, KIND)
    outbox.cancel_pushes(turn.session, number, f"{KIND}:")


def remind(turn: Turn, due: Due) -> None:
    """One rung: whom it concerns today, in words of today."""
    finding = moves.find(turn.session, due.matter)
    rung = next((rung for rung in ladders.RECTIFICATION if rung.name == due.rung), None)
    if finding is None or rung is None or not _stands(finding, due):
        return
    late = turn.now - due.planned_at > _ON_TIME
    audience = _audience(turn, finding, rung)
    for person, role in audience.items():
        key = f"{KIND}:{rung.name}|{person}|{finding.number}|{due.day}"
        at = turn.now if late else max(turn.now, due.planned_at + ladders.jitter(person, key))
        # The words are right at the hour they arrive, not at the hour they are written (domain.md 6.7).
        today = calendar.day_of(turn.calendar.may_send(at))
        text = _words(turn, finding, role, role in rung.copied, today) + _counted(turn, finding, person, audience)
        if late:
            text = f"补发（原定{wording.moment(due.planned_at, today)}）：{text}"
        turn.tell(person, text, push_key=key, at=at, matter=finding.number)


def _stands(finding: Finding, due: Due) -> bool:
    """Whether the rung still fits: the unit's turn, the same cycle, the same due date."""
    facts = due.facts
    same_due = finding.due is not None and facts.get("due") == finding.due.isoformat()
    return finding.state in moves.IN_HAND and same_due and facts.get("cycle") == finding.cycle


def _audience(turn: Turn, finding: Finding, rung: ladders.Rung) -> dict[str, Audience]:
    """Each person once, in his first capacity; only who may see the finding (S8)."""
    day = calendar.day_of(turn.now)
    holders = {
        Audience.RESP_PERSON: parties.responsible,
        Audience.UNIT_LIAISON: parties.liaisons,
        Audience.UNIT_HEAD: parties.heads,
        Audience.TRACKER: parties.trackers,
    }
    found: dict[str, Audience] = {}
    for audience in rung.audience:
        for person in holders[audience](turn.session, finding, day):
            if access.person_may(turn, person, Action.VIEW_FULL, finding):
                found.setdefault(person, audience)
    return found


def _words(turn: Turn, finding: Finding, role: Audience, copied: bool, today: date) -> str:
    assert finding.due is not None
    due = wording.day(finding.due, today)
    left = wording.days_left(finding.due, today, turn.calendar)
    fact = f"{finding.number} {choosing.title(finding)}：应于{due}完成整改，{left}。"
    who = f"责任人{_responsible(turn, finding)}。"
    if role is Audience.TRACKER:
        return f"{fact}\n责任单位{finding.unit_name}，{who}回复“查 {finding.number}”看进展。"
    if copied:
        return f"抄送您：{fact}\n{who}回复“查 {finding.number}”看进展。"
    person = who if role is Audience.UNIT_HEAD else ""
    if finding.due < today:
        return f"{fact}\n{person}回复“进展”填报，或“延期”申请。"
    return f"{fact}\n{person}回复“进展”填报；改好了回“申请验收”，来不及请在到期前回“延期”。"


def _counted(turn: Turn, finding: Finding, person: str, audience: dict[str, Audience]) -> str:
    """`（第2次提醒，已抄送单位负责人）`; the follower hears how often the responsible person was reminded."""
    since = finding.assigned_at or finding.submitted_at
    if audience[person] is Audience.TRACKER:
        count = moves.reminded(turn.session, finding.number, KIND, since, finding.resp_person)
        return f"（已提醒责任人{count}次）"
    count = moves.reminded(turn.session, finding.number, KIND, since, person) + 1
    above = {Audience.UNIT_HEAD: "单位负责人", Audience.TRACKER: "督办人"}
    told = [name for kind, name in above.items() if kind in audience.values() and kind is not audience[person]]
    return f"（第{count}次提醒{'，已抄送' + '、'.join(told) if told else ''}）"


def _responsible(turn: Turn, finding: Finding) -> str:
    return people.name_of(turn.session, finding.resp_person) if finding.resp_person else "未定"
