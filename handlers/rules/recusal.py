"""Who handles a lead that names some of its handlers: they are struck off, their superiors take over (S26, S41).

Never nobody: the last is the leader of the leading group, and where he is named too, only the superior body's key
opens it. What is about officials of the superior body is not entered at all (检举控告规则 15).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.rules import mentions
from handlers.rules.mentions import Degree, Member, Mention

VERSION = "recusal-1"
ORDINARY, LEADER, SUPERIOR, ABOVE = "", "leader", "superior", "above"
YES, NO, UNSURE = "yes", "no", "unsure"
CHAIN = (
    "disc_manager",
    "disc_handler",
    "acct_staff",
    "office_director",
    "office_staff",
    "leading_group",
    "member_head",
)
_OFFICE_AND_DISC = frozenset({"office_director", "office_staff", "disc_manager", "disc_handler"})
_FIRST = frozenset({"disc_manager", "office_director"})  # who hears of a new lead
# To whom it goes when those of the role are struck off, step by step; behind the last comes the leader.
_SUPERIORS = {
    "disc_handler": ("disc_manager", "office_director"), "disc_manager": ("office_director",),
    "acct_staff": ("office_director",), "member_head": ("office_director",), "office_staff": ("office_director",),
    "office_director": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What is decided upon. answers: what the writer said to the questions, by account.

    about_superior: its words are about officials of the superior body anyway. unit_path: of the unit it is about.
    elsewhere: names of units none of whose people are on the chain.
    """

    text: str = field(repr=False)
    subject: str = field(default="", repr=False)
    unit_path: str = ""
    about_superior: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets it. route: "" ordinary, "leader", "superior" (its key only), "above" (not entered here).

    questions: whom the writer may have meant; while one is open nothing is decided about him. inputs: SHA-256 of all
    that was decided upon.
    """

    handlers: tuple[str, ...]
    struck: tuple[str, ...]
    questions: tuple[Mention, ...]
    route: str
    inputs: str
    version: str = VERSION

    def entry(self, mark: Callable[[str], str]) -> dict[str, Any]:
        """For the ledger: how many, under which rule; not whom, which would say whom it is about.

        mark: a hash under a secret key, since whoever guesses the words could try a plain one on them.
        """
        whole = json.dumps([self.inputs, self.handlers, self.struck, self.route], ensure_ascii=False)
        return {
            "rule": self.version, "inputs": mark(self.inputs), "decision": mark(whole),
            "handlers": len(self.handlers), "struck": len(self.struck), "questions": len(self.questions),
        }  # fmt: skip


def decide(
    members: Sequence[Member], report: Report, destinations: Collection[str] = (), kept_out: Collection[str] = ()
) -> Decision:
    """destinations: none while it is new, then `disc`, `acct`, `func:<unit's code>` or `external`, or several.

    kept_out: who was struck off before.
    """
    written = f"{report.subject}\n{report.text}"
    found = mentions.find(members, written, report.elsewhere)
    answered = {one.userid for one in found if report.answers.get(one.userid) in (YES, UNSURE)}
    sure = {one.userid for one in found if one.degree is Degree.SURE} | answered
    struck = sure | {member.userid for member in members if _sits_in(member, report.unit_path)} | set(kept_out)
    open_ = tuple(one for one in found if one.userid not in struck and one.userid not in report.answers)
    route = ORDINARY
    if any(member.userid in struck and mentions.is_head(member) for member in members):
        route = LEADER
        struck |= {member.userid for member in members if _below_the_head(member)}
    inputs = _digest(members, report, destinations)
    if report.about_superior or _accused_above(members, report, sure):
        return Decision((), tuple(sorted(struck)), open_, ABOVE, inputs)
    handlers = _handlers(members, struck, destinations, route)
    if not handlers:
        route = SUPERIOR
    elif route == ORDINARY and all(_by_id(members, one).leader for one in handlers):
        route = LEADER
    return Decision(handlers, tuple(sorted(struck)), open_, route, inputs)


def cautious(
    members: Sequence[Member], report: Report, destinations: Collection[str] = (), kept_out: Collection[str] = ()
) -> Decision:
    """The same where nobody can be asked: whoever may be meant is struck off."""
    asked = decide(members, report, destinations, kept_out).questions
    answers = {**report.answers, **{one.userid: UNSURE for one in asked}}
    return decide(members, replace(report, answers=answers), destinations, kept_out)


def _by_id(members: Iterable[Member], userid: str) -> Member:
    return next(member for member in members if member.userid == userid)


def _sits_in(member: Member, path: str) -> bool:
    """He belongs to the unit that it is about, or below it; below the group itself everybody is (6.5)."""
    if path.strip("/").count("/") == 0:
        return bool(path) and path in member.paths
    return any(own.startswith(path) for own in member.paths)


def _below_the_head(member: Member) -> bool:
    """The director leads the office and is the group's leader for discipline (S26), so both are below him."""
    return bool(member.roles & _OFFICE_AND_DISC) and not member.leader


def _accused_above(members: Iterable[Member], report: Report, sure: Collection[str]) -> bool:
    """It is reported about somebody whom the superior body manages; only to mention him is not that."""
    if not report.subject:
        return False
    named = {one.userid for one in mentions.find(list(members), report.subject) if one.degree is Degree.SURE}
    return any(member.above and member.userid in named & set(sure) for member in members)


def _handlers(
    members: Sequence[Member], struck: Collection[str], destinations: Collection[str], route: str
) -> tuple[str, ...]:
    able = [member for member in members if member.userid not in struck]
    leaders = [member.userid for member in able if member.leader]
    if route == LEADER and not leaders:
        return ()
    found: list[str] = []
    for roles, unit in _wanted(destinations):
        holders = [member for member in members if _holds(member, roles, unit)]
        found += [member.userid for member in able if member in holders]
        if not holders or any(member.userid in struck for member in holders):
            found += _superiors(able, roles, leaders)
    found += leaders if route == LEADER and not destinations else []
    return tuple(dict.fromkeys(found))


def _wanted(destinations: Collection[str]) -> list[tuple[frozenset[str], str]]:
    if not destinations:
        return [(_FIRST, "")]
    wanted = []
    for where in destinations:
        if where.startswith("func:"):
            wanted.append((frozenset({"member_head"}), where.removeprefix("func:")))
        else:
            wanted.append((frozenset({"acct_staff" if where == "acct" else "disc_manager"}), ""))
    return wanted


def _holds(member: Member, roles: frozenset[str], unit: str) -> bool:
    return bool(member.roles & roles) and (not unit or unit in member.units)


def _superiors(able: Iterable[Member], roles: frozenset[str], leaders: list[str]) -> list[str]:
    """The first step up on which somebody stands; behind the last one the leader."""
    steps = ("office_director",) if roles == _FIRST else _SUPERIORS[next(iter(roles))]
    for step in steps:
        found = [member.userid for member in able if step in member.roles]
        if found:
            return found
    return leaders


def _digest(members: Iterable[Member], report: Report, destinations: Collection[str]) -> str:
    who = sorted([member.userid, sorted(member.roles), list(member.titles), list(member.paths)] for member in members)
    whole = [
        VERSION, report.text, report.subject, report.unit_path, report.about_superior, sorted(report.answers.items()),
        sorted(report.elsewhere), sorted(destinations), who,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
