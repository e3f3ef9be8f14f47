"""Leaving a post: rights end by the day, open matters go to the unit's head, the office hears of it (domain.md 2.1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from bot.flow import Entry, Turn
from handlers import access, choosing, parties, texts
from handlers.rules.permissions import Action
from storage import delegations, departures, moves, people, units
from storage.matters import Finding
from storage.people import Actor

SHOWN = 3  # five lines at most: a head, three matters, the way out


@dataclass(slots=True)
class Handed:
    """What became of one person's matters: by their new owner, and those that nobody could take."""

    to: dict[str, list[Finding]] = field(default_factory=dict)
    orphans: list[Finding] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(findings) for findings in self.to.values())


def left_by(turn: Turn, actor: Actor) -> list[Finding]:
    """The open findings of which `actor`, with the posts he has here, can no longer be responsible."""
    return [
        finding
        for finding in departures.matters_of(turn.session, actor.userid)
        if finding.unit and not parties.serves(turn.session, actor, units.get_unit(turn.session, finding.unit))
    ]


def settle(turn: Turn, userid: str) -> Handed:
    """After his posts changed: hand over what he may not answer for any more, tell, grey his cards, drop his drafts."""
    actor = people.actor(turn.session, userid, texts.today_of(turn))
    handed = Handed()
    for finding in left_by(turn, actor):
        head = _successor(turn, finding, userid)
        if head is None:
            handed.orphans.append(finding)
            continue
        entry = Entry(turn.now, "system", "handed_over", "原责任人不再任职")
        if moves.keep(turn.session, finding, entry, resp_person=head):
            handed.to.setdefault(head, []).append(finding)
    _close(turn, actor)
    _tell(turn, actor, handed)
    return handed


def _successor(turn: Turn, finding: Finding, former: str) -> str | None:
    """The unit's head, if he may see it (S8)."""
    heads = parties.heads(turn.session, finding, texts.today_of(turn))
    may = (head for head in heads if head != former and access.person_may(turn, head, Action.VIEW_FULL, finding))
    return next(may, None)


def _close(turn: Turn, actor: Actor) -> None:
    """His cards about what he may not see any more; with his last post, also what he had begun."""
    gone = [matter for matter in departures.card_matters(turn.session, actor.userid) if _lost(turn, actor, matter)]
    departures.grey_cards(turn.session, actor.userid, "您已不再负责", turn.now, gone)
    departures.cancel_pushes(turn.session, actor.userid, gone)
    if actor.posts:
        return
    departures.drop_talk(turn.session, actor.userid)
    person = people.find_person(turn.session, actor.userid)
    left = person is not None and person.left_on is not None
    for row in delegations.open_with(turn.session, actor.userid, texts.today_of(turn)):
        if left or row.principal == actor.userid:
            delegations.end(turn.session, row, turn.now)
            turn.record(f"delegation:{row.id}", "delegation_ended", reason="不再任职")


def _lost(turn: Turn, actor: Actor, matter: str) -> bool:
    if not actor.posts:
        return True
    finding = moves.find(turn.session, matter) if matter.startswith("WT-") else None
    return finding is not None and not access.person_may(turn, actor.userid, Action.VIEW_FULL, finding)


def _tell(turn: Turn, actor: Actor, handed: Handed) -> None:
    for head, findings in handed.to.items():
        lines = "\n".join(choosing.line(turn, finding) for finding in findings[:SHOWN])
        more = f"\n另有{len(findings) - SHOWN}条" if len(findings) > SHOWN else ""
        text = f"{actor.name}不再负责以下整改，{len(findings)}条转由您负责：\n{lines}{more}\n{_way_out(findings[0])}"
        turn.tell(head, text, matter=findings[0].number)
    for person in dict.fromkeys(texts.office_staff(turn) + (texts.directors(turn) if handed.orphans else [])):
        if person not in handed.to:
            _tell_office(turn, person, actor, handed)


def _tell_office(turn: Turn, person: str, actor: Actor, handed: Handed) -> None:
    """Once for what was handed over, and once for what nobody could take; each only what he may see."""
    for head, findings in handed.to.items():
        if seen := _seen_by(turn, person, findings):
            name = people.name_of(turn.session, head)
            text = f"{actor.name}不再任职，在办{len(seen)}条（{_numbers(seen)}）已转单位负责人{name}。"
            turn.tell(person, f"{text}\n{_way_out(seen[0])}", matter=seen[0].number)
    if seen := _seen_by(turn, person, handed.orphans):
        text = f"{actor.name}不再任职，在办{len(seen)}条（{_numbers(seen)}）没有单位负责人可接。\n{_way_out(seen[0])}"
        digest = hashlib.sha256(_numbers(handed.orphans, len(handed.orphans)).encode()).hexdigest()[:16]
        turn.tell(person, text, push_key=f"orphan:{digest}|{person}|{actor.userid}", matter=seen[0].number)


def _seen_by(turn: Turn, person: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if access.person_may(turn, person, Action.VIEW_FULL, finding)]


def _numbers(findings: list[Finding], shown: int = SHOWN) -> str:
    more = "等" if len(findings) > shown else ""
    return "、".join(finding.number for finding in findings[:shown]) + more


def _way_out(finding: Finding) -> str:
    return f"需要改派，回复“{finding.number} 责任人改成某某”。"


def new_day(turn: Turn) -> None:
    """The morning after: what people left behind whose posts ended by a date, by an import or by another system."""
    for userid in departures.suspects(turn.session, texts.today_of(turn)):
        settle(turn, userid)
