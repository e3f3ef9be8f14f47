"""A person's tasks in rectification: which they are, which one is meant, and their beginning (T5)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Turn
from handlers import access, choosing, heard, naming, parties, rectification, texts
from handlers.rules.permissions import Action
from handlers.rules.states import LABELS, FindingState
from storage import moves, units
from storage.matters import Finding


def open_tasks(turn: Turn) -> list[Finding]:
    """What the speaker may report on: his own items and those of the units he serves; soonest due first."""
    posts = turn.actor.posts_as(*parties.LIAISONS, *parties.HEADS)
    served = {unit for post in posts for unit in units.subtree(turn.session, post.path)}
    found = moves.in_hand(turn.session, turn.actor.userid, served)
    return [finding for finding in found if access.allowed(turn, Action.PROGRESS, finding)]


def meant(turn: Turn, step: str, question: str) -> Finding | Ask | None:
    """The task that the message is about, a question which one, or None when there is nothing open."""
    said = choosing.numbers(turn)
    if said:
        naming.one_by_one(turn)
        return reportable(turn, said[0])
    tasks = open_tasks(turn)
    only = choosing.single(turn, tasks) or heard.single(turn, tasks)
    if only is not None or not tasks:
        return only
    return choosing.ask_which(turn, tasks, step, question)


def reportable(turn: Turn, number: str) -> Finding:
    """The finding, if the speaker may see it and report on it; otherwise the refusal."""
    finding = access.get_visible(turn, number)
    if not access.allowed(turn, Action.PROGRESS, finding):
        raise UserError(f"{number} 的整改情况由责任单位填报。有意见请联系{texts.office_contact(turn)}转达。")
    return finding


def label(finding: Finding) -> str:
    return LABELS[FindingState(finding.state)]


def must_be_in_hand(turn: Turn, finding: Finding) -> None:
    """Raises what is to be said of a finding that waits for somebody else, or has ended."""
    if finding.state not in moves.IN_HAND:
        raise not_in_hand(turn, finding)


def not_in_hand(turn: Turn, finding: Finding) -> UserError:
    """Why nothing is to be reported on it now."""
    if finding.state == "pending_acceptance":
        return UserError(f"{finding.number} 已申请验收，正等验收人处理，现在不用再填。", keep=False)
    if finding.state in ("submitted", "registered"):
        office = texts.office_contact(turn)
        return UserError(f"{finding.number} 还没有交办，现在不用填报整改。有情况请联系{office}。", keep=False)
    return UserError(f"{finding.number} 现在是“{label(finding)}”，不用填报整改。", keep=False)


def begin(turn: Turn, finding: Finding) -> None:
    """T5: the first word of the responsible side (a unit that assists is not it); what has begun stays as it is."""
    if finding.state != "assigned" or not access.allowed(turn, Action.EXTEND, finding):
        return
    entry = turn.entry("confirm_task")
    if not moves.move(turn.session, finding, "assigned", "rectifying", entry, confirmed_at=turn.now):
        raise Overtaken(f"{finding.number} 刚刚有人办理过，现在是“{label(finding)}”。", keep=False)
    rectification.confirmed(turn, finding)
