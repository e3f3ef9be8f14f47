"""Who may do what with a lead: the one function that reads the matrix of domain.md 2.4."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.rules.lead_matrix import LEAD_MATRIX, LeadAction, LeadRelation, Sight
from handlers.rules.relations import Post
from handlers.rules.roles import Role

__all__ = ["LEAD_MATRIX", "LeadAction", "LeadRelation", "Sight", "may_lead", "sight"]

# These hold no matter of the group's, and what they are as employees is not theirs in office.
_TECHNICAL = frozenset({Role.SYS_ADMIN, Role.LOG_AUDITOR})
# Whose work falls to him who stands in the place of those who are named in it (S26, S41).
_IN_PLACE = frozenset({Role.OFFICE_DIRECTOR, Role.DISC_MANAGER})
_UNTOUCHED_BY_RECUSAL = (LeadAction.SUBMIT, LeadAction.VIEW_OWN)
_ROLE_OF = {role.value: role for role in Role}
_ORDER = (
    Sight.NONE, Sight.TOTALS, Sight.OWN_LOOKS, Sight.LEADS_ONLY, Sight.DRAFT, Sight.THREE_STATES, Sight.MARKED,
    Sight.FULL,
)  # fmt: skip
_ALLOWED = frozenset({Sight.FULL, Sight.MARKED, Sight.THREE_STATES})


def sight(action: LeadAction, posts: Iterable[str | Post], relation: LeadRelation) -> Sight:
    """The most that any of his posts (or roles) gives him. Everybody is an employee too, except in a technical office.

    A post that a delegation lends gives nothing of leads (domain.md 2.1 代理).
    """
    if relation.recused and action not in _UNTOUCHED_BY_RECUSAL:
        return Sight.NONE
    roles = [
        post if isinstance(post, str) else post.role for post in posts if isinstance(post, str) or not post.lent_by
    ]
    held = {_ROLE_OF[role] for role in roles if role in _ROLE_OF}
    if not held & _TECHNICAL:
        held.add(Role.EMPLOYEE)
    if relation.in_place:
        held |= _IN_PLACE
    seen = [look(relation) for role, look in LEAD_MATRIX[action].items() if role in held]
    return max(seen, key=_ORDER.index, default=Sight.NONE)


def may_lead(action: LeadAction, posts: Iterable[str | Post], relation: LeadRelation) -> bool:
    """Whether he may do it to this very lead; a total tells nothing of one lead, and a draft decides nothing."""
    return sight(action, posts, relation) in _ALLOWED
