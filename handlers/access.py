"""How a person stands to a finding, worked out in this one place, and what he may therefore see and do."""

from __future__ import annotations

from typing import Literal

from bot.errors import UserError
from bot.flow import Turn
from handlers import parties
from handlers.rules import calendar
from handlers.rules.permissions import Action, Facts, Verdict, may, standing
from storage import moves, people, units
from storage.matters import Finding
from storage.people import Actor, PostFact

View = Literal["full", "peer"]

_UNREGISTERED = ("submitted", "need_more", "rejected")


def view_level(turn: Turn, finding: Finding) -> View | None:
    """The whole text, the harmless fields only, or nothing."""
    if allowed(turn, Action.VIEW_FULL, finding):
        return "full"
    return "peer" if allowed(turn, Action.VIEW_PEER, finding) else None


def get_visible(turn: Turn, number: str) -> Finding:
    """The finding of this number. What is absent and what is forbidden raise the same words."""
    finding = moves.find(turn.session, number)
    if finding is None or view_level(turn, finding) is None:
        raise UserError.hidden()
    return finding


def allowed(turn: Turn, action: Action, finding: Finding, *, extension_no: int = 1, extension_days: int = 0) -> Verdict:
    """What the matrix says of the speaker, this action and this finding."""
    facts = facts_of(turn, action, finding, extension_no=extension_no, extension_days=extension_days)
    return may(action, _posts(turn, turn.actor, finding), standing(turn.actor.userid, facts))


def person_may(
    turn: Turn, userid: str, action: Action, finding: Finding, *, extension_no: int = 1, extension_days: int = 0
) -> bool:
    """The same for somebody else: whether he may be told of it, or asked to decide it."""
    actor = people.actor(turn.session, userid, calendar.day_of(turn.now))
    facts = facts_of(turn, action, finding, extension_no=extension_no, extension_days=extension_days)
    return may(action, _posts(turn, actor, finding), standing(userid, facts)).allowed


def facts_of(turn: Turn, action: Action, finding: Finding, *, extension_no: int = 1, extension_days: int = 0) -> Facts:
    """What the store says of a finding; who reported on it is only looked up where it decides (T8)."""
    return Facts(
        unit=finding.unit or "",
        unit_path=finding.unit_path,
        source=finding.source,
        resp_person=finding.resp_person or "",
        submitter=finding.submitted_by,
        fillers=moves.fillers(turn.session, finding) if action is Action.ACCEPT else frozenset(),
        restricted=finding.visibility == "restricted",
        converted=finding.state == "converted_to_lead",
        registered=finding.state not in _UNREGISTERED,
        major=finding.severity == "major",
        peers_closed=not turn.policy.peer_cards,
        extension_no=extension_no,
        extension_days=extension_days,
        extension_limit=turn.policy.first_extension_days,
    )


def _posts(turn: Turn, actor: Actor, finding: Finding) -> tuple[PostFact, ...]:
    """His appointments, and what he is for this one finding (domain.md 2.1: 条目级)."""
    if not finding.unit:
        return actor.posts
    here = (finding.unit, finding.unit_name, finding.unit_path, "")
    return actor.posts + tuple(PostFact(role, *here) for role in _lent_roles(turn, actor, finding))


def _lent_roles(turn: Turn, actor: Actor, finding: Finding) -> list[str]:
    """The responsible person; a department's member staff; and who serves a unit that has nobody of its own."""
    roles = []
    if finding.unit and actor.userid == finding.resp_person:
        unit = units.get_unit(turn.session, finding.unit)
        roles += ["resp_person"] if parties.serves(turn.session, actor, unit) else []
    day = calendar.day_of(turn.now)
    for role, holders, find in (
        ("unit_liaison", parties.LIAISONS, parties.liaisons),
        ("unit_head", parties.HEADS, parties.heads),
    ):
        posts = actor.posts_as(*holders)
        if any(post.unit == finding.unit for post in posts):
            roles.append(role)
        elif any(post.path and finding.unit_path.startswith(post.path) for post in posts):
            roles += [role] if actor.userid in find(turn.session, finding, day) else []
    return roles
