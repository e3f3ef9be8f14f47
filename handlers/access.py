"""How a person stands to a finding, worked out in this one place, and what he may therefore see and do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from bot.errors import UserError
from bot.flow import Turn
from handlers import serving, texts
from handlers.rules import calendar
from handlers.rules.matrix import ASSISTED, LENDING
from handlers.rules.permissions import Action, Facts, Post, Relation, Verdict, Way, may, relation_of, standing
from storage import lookup, memory, moves, people, staffing
from storage.matters import Finding, Unit
from storage.people import Actor, PostFact

View = Literal["full", "peer", "moved"]

PEERS_ONLY = "您能看到 {number} 的编号、类别、责任单位、状态和时限，不能办理。有事请联系{office}。"
_UNREGISTERED = ("submitted", "need_more", "rejected")


def find_visible(turn: Turn, number: str) -> tuple[Finding, View] | None:
    """The finding and how much of it: all, the harmless fields, or only that it is dealt with elsewhere (S49).

    What is absent and what is forbidden take the same way, statement by statement and row by row (domain.md 2.5).
    """
    return _as_seen(turn, *lookup.by_number(turn.session, Finding, number))


def look(turn: Turn, number: str) -> tuple[Finding, View] | None:
    """The same of one that is only told of: nothing can be written to it."""
    return _as_seen(turn, *lookup.look(turn.session, number))


def _as_seen(turn: Turn, finding: Finding | None, real: bool) -> tuple[Finding, View] | None:
    level = _level(turn, finding, real=real)
    return (finding, level) if real and finding is not None and level is not None else None


def view_level(turn: Turn, finding: Finding) -> View | None:
    """The whole text, the harmless fields only, or nothing."""
    level = _level(turn, finding)
    return level if level != "moved" else None


def get_visible(turn: Turn, number: str, *, peers: bool = False) -> Finding:
    """The finding of this number, to do something with it. What is absent and what is forbidden raise the same words.

    peers: also for those who see the harmless fields only. They hear no other flow's refusal, as that would name
    whom they may not know: who found it, who is responsible (S4).
    """
    found = find_visible(turn, number)
    if found is None or found[1] == "moved":
        raise UserError.hidden()
    if found[1] == "peer" and not peers:
        raise UserError(PEERS_ONLY.format(number=number, office=texts.office_contact(turn)))
    return found[0]


def allowed(turn: Turn, action: Action, finding: Finding, *, extension_no: int = 1, extension_days: int = 0) -> Verdict:
    """What the matrix says of the speaker, this action and this finding."""
    return _verdict(turn, turn.actor, action, facts_of(turn, turn.actor, action, finding, extension_no, extension_days))


def person_may(
    turn: Turn, userid: str, action: Action, finding: Finding, *, extension_no: int = 1, extension_days: int = 0
) -> bool:
    """The same for somebody else: whether he may be told of it, or asked to decide it."""
    question = ("may", userid, action, finding.id, extension_no, extension_days)
    return memory.recall_here(
        turn.session, question, lambda: _person_may(turn, userid, action, finding, extension_no, extension_days)
    )


def _person_may(turn: Turn, userid: str, action: Action, finding: Finding, no: int, days: int) -> bool:
    actor = people.actor(turn.session, userid, calendar.day_of(turn.now))
    return _verdict(turn, actor, action, facts_of(turn, actor, action, finding, no, days)).allowed


def may_hand_to(turn: Turn, finding: Finding, unit: Unit) -> bool:
    """Whether he might assign it if that unit were the responsible one: nobody hands it out of his own reach."""
    facts = facts_of(turn, turn.actor, Action.ASSIGN, finding)
    return bool(_verdict(turn, turn.actor, Action.ASSIGN, replace(facts, unit=unit.code, unit_path=unit.path)))


def for_unit(turn: Turn, action: Action, code: str = "", path: str = "") -> Verdict:
    """The same about a unit instead of a finding, such as the list of what is its own; none: about all of them."""
    me = turn.actor.userid
    return may(action, turn.actor.posts, standing(me, _own(me, code, path, _sub_offices(turn, turn.actor))))


def in_own_unit(turn: Turn, action: Action, *posts: PostFact) -> Verdict:
    """The same about the unit of each of his posts, or of these: to submit for it, to report its quarter."""
    me, sub_offices = turn.actor.userid, _sub_offices(turn, turn.actor)

    def here(post: Post) -> Relation:
        return relation_of(me, post, _own(me, post.unit, post.path, sub_offices))

    return may(action, posts or turn.actor.posts, here)


def registers_directly(turn: Turn, unit: str) -> bool:
    """Whether what he submits for the source `unit` is 已登记 at once (contract.md, "Numbers that people see")."""
    here = [post for post in turn.actor.posts if post.unit == unit]
    return any(in_own_unit(turn, Action.REGISTER, post) for post in here)


def facts_of(
    turn: Turn, actor: Actor, action: Action, finding: Finding | None, extension_no: int = 1, extension_days: int = 0
) -> Facts:
    """What the store says of a finding, as far as it matters for this action of this person.

    No finding: the same is asked of the store.
    """
    facts = _base(turn, finding, action, actor)
    if (extension_no, extension_days) == (facts.extension_no, facts.extension_days):
        return facts
    return replace(facts, extension_no=extension_no, extension_days=extension_days)


def _base(turn: Turn, finding: Finding | None, action: Action, actor: Actor) -> Facts:
    """Of the person only his kind of post counts here, so that it is worked out once for all of a kind."""
    staff, level = action in ASSISTED and actor.has(*serving.STAFF), actor.has("sub_office")
    row = finding.id if finding is not None else 0
    question = ("facts", row, staff, level, action is Action.ACCEPT)
    return memory.recall_here(turn.session, question, lambda: _read(turn, finding, action, staff=staff, level=level))


def _read(turn: Turn, finding: Finding | None, action: Action, *, staff: bool, level: bool) -> Facts:
    source_path = staffing.path_of(turn.session, finding.source if finding else "") if level else ""
    co_units = staffing.assisting(turn.session, finding.id if finding else 0) if staff else frozenset()
    sub_offices = staffing.open_sub_offices(turn.session) if level else frozenset()
    closed, limit = not turn.policy.peer_cards, turn.policy.first_extension_days
    fillers = moves.fillers(turn.session, finding) if finding and action is Action.ACCEPT else frozenset()
    if finding is None:
        return Facts(
            source_path=source_path, co_units=co_units, sub_offices=sub_offices, peers_closed=closed,
            extension_limit=limit,
        )  # fmt: skip
    return Facts(
        source_path=source_path,
        co_units=co_units,
        sub_offices=sub_offices,
        fillers=fillers,
        peers_closed=closed,
        extension_limit=limit,
        unit=finding.unit or "",
        unit_path=finding.unit_path,
        source=finding.source,
        resp_person=finding.resp_person or "",
        submitter=finding.submitted_by,
        restricted=finding.visibility == "restricted",
        converted=finding.state == "converted_to_lead",
        registered=finding.state not in _UNREGISTERED,
        major=finding.severity == "major",
        spot_check=finding.spot_check,
    )


def everything(turn: Turn, actor: Actor) -> tuple[PostFact, ...]:
    """All that he holds, and all that those hold for whom he stands in."""
    principals = dict.fromkeys(post.lent_by for post in actor.posts if post.lent_by)
    day = calendar.day_of(turn.now)
    theirs = (people.actor(turn.session, principal, day).posts for principal in principals)
    return actor.posts + tuple(post for posts in theirs for post in posts)


def _own(userid: str, code: str, path: str, sub_offices: frozenset[str]) -> Facts:
    return Facts(code, path, source=code, source_path=path, resp_person=userid, sub_offices=sub_offices)


def _level(turn: Turn, finding: Finding | None, *, real: bool = True) -> View | None:
    actor, facts = turn.actor, facts_of(turn, turn.actor, Action.VIEW_FULL, finding)
    if not real:
        facts = replace(facts, recused=frozenset({actor.userid}))  # whoever asks sees nothing of what is not there
    held = everything(turn, actor)
    where = standing(actor.userid, facts, held)
    if may(Action.VIEW_FULL, actor.posts, where):
        return "full"
    posts = (*actor.posts, *_for_this_one(turn, actor, facts))
    if may(Action.VIEW_FULL, posts, where):
        return "full"
    if may(Action.VIEW_PEER, actor.posts, where):
        return "peer"
    before = standing(actor.userid, replace(facts, converted=False), held)
    return "moved" if may(Action.VIEW_FULL, posts, before) else None


def _verdict(turn: Turn, actor: Actor, action: Action, facts: Facts) -> Verdict:
    """By his appointments, and by what he is for this one finding (domain.md 2.1: 条目级)."""
    where = standing(actor.userid, facts, everything(turn, actor))
    verdict = may(action, actor.posts, where)
    if action not in LENDING or (verdict and verdict.way is Way.FULL):
        return verdict
    return may(action, (*actor.posts, *_for_this_one(turn, actor, facts)), where)


def _sub_offices(turn: Turn, actor: Actor) -> frozenset[str]:
    return staffing.open_sub_offices(turn.session) if actor.has("sub_office") else frozenset()


def _for_this_one(turn: Turn, actor: Actor, facts: Facts) -> Iterable[PostFact]:
    """The responsible person; a department's member staff; and who serves a unit that has nobody of its own."""
    served = serving.services(turn, actor)
    units = {facts.unit, *facts.co_units} - {""}
    for service in served:
        if service.unit in units:
            yield PostFact(service.role, service.unit, "", service.path, "", service.post.lent_by)
    if facts.unit and actor.userid == facts.resp_person and serving.belongs(actor, facts.unit_path):
        yield PostFact("resp_person", facts.unit, "", facts.unit_path, "")
