"""Who may see what of a lead (domain.md 2.4): far narrower than for findings, and never by the same table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.rules.relations import Post
from handlers.rules.roles import Role


class LeadAction(StrEnum):
    SUBMIT = "submit"
    VIEW_OWN = "view_own"  # the content he reported himself
    VIEW_CONTENT = "view_content"
    VIEW_STATUS = "view_status"


class Sight(StrEnum):
    """How much: everything of the action, three states only, a total only, or nothing."""

    FULL = "full"
    THREE_STATES = "three_states"
    TOTALS = "totals"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LeadRelation:
    """One person and one lead. An anonymous report has no submitter.

    in_session: the conversation in which it was reported is still open. registering: the lead is being registered.
    office_reads: the group lets the office's staff read at registration. handled: he is its handler.
    transferred: it was handed to his body. recused: it is about himself, a relative, his superior (P7).
    """

    submitter: bool = False
    in_session: bool = False
    registering: bool = False
    office_reads: bool = True
    handled: bool = False
    transferred: bool = False
    recused: bool = False


Look = Callable[[LeadRelation], Sight]


def _if(holds: Callable[[LeadRelation], bool], sight: Sight = Sight.FULL) -> Look:
    return lambda relation: sight if holds(relation) else Sight.NONE


def _full(_: LeadRelation) -> Sight:
    return Sight.FULL


def _totals(_: LeadRelation) -> Sight:
    return Sight.TOTALS


_MEMBERS = (Role.MEMBER_LIAISON, Role.MEMBER_HEAD, Role.AUDIT_STAFF, Role.UNION_STAFF)
_UNITS = (Role.UNIT_LIAISON, Role.UNIT_HEAD)
_EVERYBODY = frozenset(Role) - {Role.LOG_AUDITOR}
# These hold no matter of the group's, and what they are as employees is not theirs in office.
_TECHNICAL = frozenset({Role.SYS_ADMIN, Role.LOG_AUDITOR})

_own = _if(lambda relation: relation.submitter)
_own_three = _if(lambda relation: relation.submitter, Sight.THREE_STATES)
_handled = _if(lambda relation: relation.handled)
_transferred = _if(lambda relation: relation.transferred)

LEAD_MATRIX: Mapping[LeadAction, Mapping[Role, Look]] = {
    LeadAction.SUBMIT: dict.fromkeys(_EVERYBODY, _full),
    LeadAction.VIEW_OWN: {
        Role.EMPLOYEE: _if(lambda relation: relation.submitter and relation.in_session),
        **dict.fromkeys(_MEMBERS + _UNITS, _own),
    },
    LeadAction.VIEW_CONTENT: {
        Role.OFFICE_STAFF: _if(lambda relation: relation.registering and relation.office_reads),
        Role.OFFICE_DIRECTOR: _full,
        Role.DISC_MANAGER: _full,
        Role.DISC_HANDLER: _handled,
        Role.ACCT_STAFF: _transferred,
    },
    LeadAction.VIEW_STATUS: {
        Role.EMPLOYEE: _own_three,
        **dict.fromkeys(_MEMBERS, _own_three),
        Role.OFFICE_STAFF: _full,
        Role.OFFICE_DIRECTOR: _full,
        Role.LEADING_GROUP: _totals,
        Role.DISC_MANAGER: _full,
        Role.DISC_HANDLER: _handled,
        Role.ACCT_STAFF: _transferred,
    },
}

_ROLE_OF = {role.value: role for role in Role}
_ORDER = (Sight.NONE, Sight.TOTALS, Sight.THREE_STATES, Sight.FULL)


def sight(action: LeadAction, posts: Iterable[str | Post], relation: LeadRelation) -> Sight:
    """The most that any of his posts (or roles) shows him. Everybody is an employee too, except in a technical office.

    A post that a delegation lends shows nothing of leads (domain.md 2.1 代理).
    """
    if relation.recused and action not in (LeadAction.SUBMIT, LeadAction.VIEW_OWN):
        return Sight.NONE
    roles = [
        post if isinstance(post, str) else post.role for post in posts if isinstance(post, str) or not post.lent_by
    ]
    held = {_ROLE_OF[role] for role in roles if role in _ROLE_OF}
    if not held & _TECHNICAL:
        held.add(Role.EMPLOYEE)
    seen = [look(relation) for role, look in LEAD_MATRIX[action].items() if role in held]
    return max(seen, key=_ORDER.index, default=Sight.NONE)


def may_lead(action: LeadAction, posts: Iterable[str | Post], relation: LeadRelation) -> bool:
    """Whether he may do it to this very lead; a total tells nothing of one lead."""
    return sight(action, posts, relation) in (Sight.FULL, Sight.THREE_STATES)
