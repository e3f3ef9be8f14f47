"""Whom a wish to urge means: one finding, a person, a unit, all that are overdue, unconfirmed or have not reported."""

from __future__ import annotations

from typing import Any

from bot.errors import UserError
from bot.flow import Turn
from handlers import access, choosing, quarter_state, serving, texts
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.urging_cases import Case, arrival, may_urge_report, narrowed, of_finding, of_quarter, refusal
from storage import moves, people, units, urges
from storage.matters import Finding, Unit

MOST = 200  # findings of one act; more is asked for unit by unit
ONLY_OFFICE = "催报由监督办公室负责，成员单位负责人可以催本部门。需要的话请联系{office}。"
TOO_MANY = f"超过{MOST}条，请按单位分开催，如“催办恒信建设逾期的”。"

Wish = dict[str, Any]  # numbers, scope, quarter, unit (canonical name), who (account); JSON


def cases(turn: Turn, wish: Wish) -> list[Case]:
    """Everything meant that the speaker may urge about. What he may not see is as if it were not there."""
    if wish.get("numbers"):
        return _numbered(turn, wish["numbers"])
    if wish.get("scope") == "unsubmitted":
        return _reports(turn, wish)
    if wish.get("who"):
        return _of_person(turn, wish["who"], wish.get("scope", ""))
    unit = _unit(turn, wish)
    if wish.get("scope"):
        return _listed(turn, wish["scope"], unit)
    return _of_unit(turn, unit) if unit is not None else []


def quarter_meant(turn: Turn, said: str) -> str:
    """The quarter that was named; else the last one while it is still owed, else this one."""
    if said and quarter_state.names_quarter(turn.text):
        return said
    return quarter_state.still_meant(turn) or periods.quarter_of(day_of(turn.now))


def _numbered(turn: Turn, numbers: list[str]) -> list[Case]:
    found: list[Case] = []
    for number in numbers:
        finding = access.get_visible(turn, number)
        if not access.allowed(turn, Action.URGE, finding):
            raise UserError(refusal(turn, number), keep=False)
        found.append(of_finding(turn, finding))
    return found


def _reports(turn: Turn, wish: Wish) -> list[Case]:
    """All that owe the quarter's report; for somebody of a member unit only his own."""
    quarter, wanted = str(wish["quarter"]), wish.get("unit")
    states = [state for state in quarter_state.everybody(turn, quarter) if wanted in (None, state.name)]
    if not may_urge_report(turn):
        states = [state for state in states if may_urge_report(turn, state.unit)]
        if not states:
            raise UserError(ONLY_OFFICE.format(office=texts.office_contact(turn)), keep=False)
    owing = [state for state in states if not state.complete]
    return [of_quarter(turn, state) for state in (owing or states[:1] if wanted else owing)]


def _listed(turn: Turn, scope: str, unit: Unit | None) -> list[Case]:
    codes = units.subtree(turn.session, unit.path) if unit is not None else ()
    if scope == "unconfirmed":
        found = urges.candidates(turn.session, MOST + 1, states=("assigned",), units=codes)
    else:
        found = urges.candidates(turn.session, MOST + 1, due_before=arrival(turn), units=codes)
    return _allowed(turn, found)


def _of_unit(turn: Turn, unit: Unit) -> list[Case]:
    """What is overdue; else what is in its hands; else its report for the quarter."""
    codes = units.subtree(turn.session, unit.path)
    found = _allowed(turn, urges.candidates(turn.session, MOST + 1, units=codes))
    if found:
        return _pressing(found)
    if unit.quarterly and may_urge_report(turn, unit.code):
        return _reports(turn, {"unit": unit.name, "quarter": quarter_meant(turn, "")})
    return []


def _of_person(turn: Turn, who: str, scope: str) -> list[Case]:
    """What he is responsible for, what the units owe whose liaison he is, or his department's report."""
    states = ("assigned",) if scope == "unconfirmed" else moves.IN_HAND
    found = _allowed(turn, urges.candidates(turn.session, MOST + 1, people=(who,), states=states))
    if found:
        return found if scope == "unconfirmed" else _pressing(found)
    actor = people.actor(turn.session, who, day_of(turn.now))
    codes = [service.unit for service in serving.services(turn, actor) if service.role == "unit_liaison"]
    theirs = _allowed(turn, urges.candidates(turn.session, MOST + 1, units=codes, states=states)) if codes else []
    if theirs:
        return [narrowed(case, (who,), who) for case in _pressing(theirs) if who in case.others or case.settled]
    quarter = quarter_meant(turn, "")
    owing = [state for state in quarter_state.everybody(turn, quarter) if state.unit in codes]
    return [of_quarter(turn, state) for state in owing if may_urge_report(turn, state.unit)]


def _allowed(turn: Turn, found: list[Finding]) -> list[Case]:
    if len(found) > MOST:
        raise UserError(TOO_MANY, keep=False)
    return [of_finding(turn, finding) for finding in found if access.allowed(turn, Action.URGE, finding)]


def _pressing(found: list[Case]) -> list[Case]:
    late = [case for case in found if case.overdue]
    return late or found


def _unit(turn: Turn, wish: Wish) -> Unit | None:
    name = wish.get("unit")
    if not name:
        return None
    return units.find_by_name(turn.session, turn.actor.unit_name if name == "SELF" else name)


def wished(turn: Turn) -> Wish:
    """What the message says of it; nothing that it does not say."""
    slots = turn.meaning.slots
    wish: Wish = {key: slots[key] for key in ("scope", "cc", "repeat", "unit") if slots.get(key)}
    if slots.get("due") or slots.get("date"):
        wish["due"] = str(slots.get("due") or slots["date"])
    if numbers := choosing.numbers(turn):
        wish["numbers"] = numbers
    elif slots.get("number") or slots.get("numbers"):
        raise UserError.hidden()  # nobody is urged about a lead or an urgent report here
    if wish.get("scope") == "unsubmitted":
        wish["quarter"] = quarter_meant(turn, str(slots.get("quarter") or ""))
    return wish
