"""Who may hand out which post in chat: nobody one above himself, the office's director a few more (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.rules.roles import Role

BY_OFFICE: frozenset[str] = frozenset(
    {
        Role.EMPLOYEE,
        Role.RESP_PERSON,
        Role.UNIT_LIAISON,
        Role.UNIT_HEAD,
        Role.MEMBER_LIAISON,
        Role.MEMBER_HEAD,
        Role.AUDIT_STAFF,
        Role.UNION_STAFF,
        Role.ACCT_STAFF,
        Role.OFFICE_STAFF,
    }
)
# What opens leads, and the office's own head: the director's to give (S25, S26, domain.md 2.4); S61 likewise.
BY_DIRECTOR: frozenset[str] = BY_OFFICE | {
    Role.OFFICE_DIRECTOR,
    Role.DISC_MANAGER,
    Role.DISC_HANDLER,
    Role.SUB_OFFICE,
}
# The leading group stands above the office; the machine's own posts come from the table of people only.
NOT_IN_CHAT: frozenset[str] = frozenset({Role.LEADING_GROUP, Role.SYS_ADMIN, Role.LOG_AUDITOR})


def appoints(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles appoints anybody at all; a system administrator does not."""
    return bool({Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR} & set(roles))


def may_give(roles: Iterable[str], role: str) -> bool:
    """Whether somebody who himself holds `roles` (lent ones left out) may give or take the post `role`."""
    held = set(roles)
    if Role.OFFICE_DIRECTOR in held:
        return role in BY_DIRECTOR
    return Role.OFFICE_STAFF in held and role in BY_OFFICE
