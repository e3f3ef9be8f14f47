"""Who may do what to a finding: the one function that reads the matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from handlers.rules.matrix import COLUMN_OF, MATRIX, Action, Way
from handlers.rules.relations import Facts, Post, Relation, relation_of
from handlers.rules.roles import SOURCE_ROLES, UNIT_ROLES, Role

__all__ = [
    "SOURCE_ROLES",
    "Action",
    "Facts",
    "Post",
    "Relation",
    "Role",
    "Verdict",
    "Way",
    "may",
    "relation_of",
    "standing",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """True when the action itself is allowed. Otherwise `way` may still name what is left to him."""

    allowed: bool
    way: Way = Way.NONE

    def __bool__(self) -> bool:
        return self.allowed


_DENIED = Verdict(False)
_ROLE_OF = {role.value: role for role in Role}
# S8: only the source, the office's director and the discipline body; and never who heads the unit concerned.
_RESTRICTED_CIRCLE = frozenset({Role.OFFICE_DIRECTOR, Role.DISC_MANAGER})
_UNTOUCHED_BY_RESTRICTION = frozenset(
    {Action.SUBMIT, Action.SUBMIT_QUARTER, Action.QUERY_UNSUBMITTED, Action.QUERY_LIST}
)
# S13: what the audited may do to nothing that another body found about them; they may only object.
_NOT_BY_THE_AUDITED = frozenset(
    {Action.CLASSIFY, Action.REJECT, Action.WITHDRAW, Action.AGREE_WITHDRAW, Action.ANSWER_OBJECTION}
)
# What became a lead is none of these roles' business any more (T3, S49; a sub-office handles no leads, S61).
_BLIND_TO_LEADS = UNIT_ROLES | {Role.SUB_OFFICE}


def may(action: Action, posts: Iterable[str | Post], relation: Relation | Callable[[Post], Relation]) -> Verdict:
    """The best verdict that any of the posts (or roles) gives; unknown roles give nothing.

    relation: one for all posts, or a function of the post for somebody with posts in several units (`standing`).
    """
    verdicts = [_judge(action, _role(post), _standing(post, relation)) for post in posts]
    return max(verdicts, key=_rank, default=_DENIED)


def standing(userid: str, facts: Facts, posts: Sequence[Post] = ()) -> Callable[[Post], Relation]:
    """The `relation` of `may` for one person and one finding. posts: all that he, and whom he stands in for, holds."""
    return lambda post: relation_of(userid, post, facts, posts)


def _judge(action: Action, role: Role | None, relation: Relation) -> Verdict:
    column = COLUMN_OF.get(role) if role is not None else None
    cell = MATRIX[action][column] if column is not None else None
    if cell is None or role is None or _barred(action, role, relation) or not cell.when(relation):
        return _DENIED
    return Verdict(cell.may, cell.way)


def _barred(action: Action, role: Role, relation: Relation) -> bool:
    """What no cell can allow: recusal (P7), the reporter as his own judge (T8), S13, a finding turned lead (T3), S8."""
    if relation.recused or (action is Action.ACCEPT and relation.filler):
        return True
    if relation.audited and action in _NOT_BY_THE_AUDITED and not (relation.submitter and not relation.registered):
        return True
    if relation.converted and role in _BLIND_TO_LEADS:
        return True
    return relation.restricted and action not in _UNTOUCHED_BY_RESTRICTION and not _in_circle(role, relation)


def _in_circle(role: Role, relation: Relation) -> bool:
    sources = SOURCE_ROLES | {Role.OFFICE_STAFF}
    inside = role in _RESTRICTED_CIRCLE or (role in sources and relation.own_source)
    return inside and not relation.concerned


def _rank(verdict: Verdict) -> tuple[bool, bool, bool, bool]:
    way = verdict.way
    return verdict.allowed, way is Way.FULL, way is Way.WITHIN_LEVEL, way is not Way.NONE


def _role(post: str | Post) -> Role | None:
    name = post if isinstance(post, str) else post.role
    return _ROLE_OF.get(name)


def _standing(post: str | Post, relation: Relation | Callable[[Post], Relation]) -> Relation:
    if isinstance(relation, Relation):
        return relation
    if isinstance(post, str):
        raise TypeError("a relation by post needs posts, not names of roles")
    return relation(post)
