"""What may be urged about (催办): each matter with its fact, who has to act, and why nobody is to be urged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.flow import Turn
from handlers import access, choosing, hearing, parties, quarter_state, quarter_task, tasks, texts
from handlers.quarter_state import Standing
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves, people, quarters, units
from storage.matters import Finding

TODO = "回复“进展”填报，或“延期”申请；知道了回“收到”。"
UNCONFIRMED = "请回复“收到”确认。"


@dataclass(frozen=True, slots=True)
class Case:
    """One matter. label: its short name. fact: what it is and how it stands, as of the day the words arrive.

    todo: the word to answer with. persons: who has to act and may know of it; others: who may be urged in their
    place (the liaisons). heads: of their unit, for a copy. settled: why nobody is urged; then there are no persons.
    """

    matter: str
    label: str
    fact: str
    todo: str
    persons: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    settled: str = ""
    overdue: bool = False


def arrival(turn: Turn) -> date:
    """The day on which what is told now arrives (domain.md 6.7)."""
    return day_of(turn.calendar.may_send(turn.now))


def of_finding(turn: Turn, finding: Finding) -> Case:
    """Of one that the speaker may urge about."""
    day, number = arrival(turn), finding.number
    case = Case(number, number, f"{number} {choosing.title(finding)}", TODO)
    if finding.state not in moves.IN_HAND or finding.due is None:
        return replace(case, settled=_ended(finding))
    left = wording.days_left(finding.due, day, turn.calendar)
    late = finding.due < day
    term = wording.day(finding.due, day)
    fact = f"{case.fact}，{'应于' + term if late else term + '前'}完成整改，{left}"
    todo = UNCONFIRMED if finding.state == "assigned" else TODO
    case = replace(case, fact=fact, todo=todo, overdue=late)
    who = _reached(turn, finding)
    if not who:
        return replace(case, settled="由您本人办理" if _mine(turn, finding) else "没有可催的人，请联系责任单位")
    today = day_of(turn.now)
    heads = hearing.able(turn, reachable(turn, parties.heads(turn.session, finding, today)), finding)
    others = hearing.able(turn, reachable(turn, parties.liaisons(turn.session, finding, today)), finding)
    copied = tuple(person for person in heads if person not in who)
    return replace(case, persons=tuple(who), others=tuple(others), heads=copied)


def of_quarter(turn: Turn, state: Standing) -> Case:
    """Of a member unit's report for a quarter (S32)."""
    day, today = arrival(turn), day_of(turn.now)
    matter = quarter_state.matter_of(state.unit, state.quarter)
    fact = f"{state.label}监督工作待报，{quarter_state.until(state.deadline, day, turn.calendar)}"
    case = Case(matter, state.name, fact, f"还差：{'；'.join(state.missing)}。知道了回“收到”。")
    case = replace(case, overdue=state.deadline < day)
    if state.complete:
        return replace(case, settled="已报送")
    liaisons = reachable(turn, quarter_state.liaisons(turn, state.unit, today))
    heads = reachable(turn, quarter_state.heads(turn, state.unit, today))
    who = [person for person in liaisons or heads if person != turn.actor.userid]
    if not who:
        own = turn.actor.userid in (*liaisons, *heads)
        return replace(case, settled="由您本人报送" if own else "未设联络员，请电话催")
    copied = [person for person in heads if person not in who and person != turn.actor.userid]
    return replace(case, persons=tuple(who), heads=tuple(copied))


def again(turn: Turn, matter: str) -> Case | None:
    """The same case as the store has it now, held until the turn ends; None when he may not urge about it any more."""
    if matter.startswith("WT-"):
        finding = moves.find(turn.session, matter)
        if finding is None:
            return None
        moves.lock(turn.session, finding)
        return of_finding(turn, finding) if access.allowed(turn, Action.URGE, finding) else None
    quarter, _, code = matter.partition(":")
    unit = quarter_task.find_member(turn, code)
    if unit is None or not may_urge_report(turn, code):
        return None
    task = quarters.find(turn.session, code, quarter)
    if task is not None:
        quarters.lock(turn.session, task)
    return of_quarter(turn, quarter_state.standing(turn, unit, quarter, task))


def narrowed(case: Case, persons: Iterable[str], named: str = "") -> Case:
    """Only these people, as far as they still have to act; somebody who was named may be the unit's liaison, too."""
    able = {*case.persons, *(person for person in case.others if person == named)}
    kept = tuple(person for person in persons if person in able)
    if kept or case.settled:
        return replace(case, persons=kept, heads=tuple(head for head in case.heads if head not in kept))
    return replace(case, persons=(), settled="责任人刚有变动，请重新催")


def may_urge_report(turn: Turn, code: str = "") -> bool:
    """About one unit's report, or about all of them: whoever may ask who has not reported, and may urge."""
    path = units.get_unit(turn.session, code).path if code else ""
    asks = access.for_unit(turn, Action.QUERY_UNSUBMITTED, code, path)
    return bool(asks and access.for_unit(turn, Action.URGE, code, path))


def reachable(turn: Turn, userids: Iterable[str]) -> list[str]:
    """Those of them whom a message can reach."""
    found = {userid: people.find_person(turn.session, userid) for userid in userids}
    return [userid for userid, person in found.items() if person and person.reachable and person.left_on is None]


def _reached(turn: Turn, finding: Finding) -> list[str]:
    """The responsible person and who stands in for him; when none can be reached, the unit's heads or liaisons."""
    day = day_of(turn.now)
    for holders in (parties.responsible, parties.heads, parties.liaisons):
        found = reachable(turn, holders(turn.session, finding, day))
        if found:
            return hearing.able(turn, found, finding)
    return []


def _mine(turn: Turn, finding: Finding) -> bool:
    return turn.actor.userid in parties.responsible(turn.session, finding, day_of(turn.now))


def _ended(finding: Finding) -> str:
    if finding.state == "pending_acceptance":
        return "已申请验收，等验收人处理"
    if finding.state in ("submitted", "need_more", "registered"):
        return "还没有交办"
    return tasks.label(finding)


def refusal(turn: Turn, number: str) -> str:
    office = texts.office_contact(turn)
    return f"{number} 由来源部门、监督办公室或责任单位负责人催办。需要的话请联系{office}。"
