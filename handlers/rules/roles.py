"""The roles of domain.md 2.1, and which of them belong to a supervising body."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    EMPLOYEE = "employee"
    RESP_PERSON = "resp_person"
    UNIT_LIAISON = "unit_liaison"
    UNIT_HEAD = "unit_head"
    MEMBER_LIAISON = "member_liaison"
    MEMBER_HEAD = "member_head"
    AUDIT_STAFF = "audit_staff"
    UNION_STAFF = "union_staff"
    OFFICE_STAFF = "office_staff"
    OFFICE_DIRECTOR = "office_director"
    LEADING_GROUP = "leading_group"
    DISC_MANAGER = "disc_manager"
    DISC_HANDLER = "disc_handler"
    ACCT_STAFF = "acct_staff"
    SUB_OFFICE = "sub_office"
    SYS_ADMIN = "sys_admin"
    LOG_AUDITOR = "log_auditor"


NAMES: dict[Role, str] = {
    Role.EMPLOYEE: "职工",
    Role.RESP_PERSON: "整改责任人",
    Role.UNIT_LIAISON: "单位联络员",
    Role.UNIT_HEAD: "单位负责人",
    Role.MEMBER_LIAISON: "成员单位联络员",
    Role.MEMBER_HEAD: "成员单位负责人",
    Role.AUDIT_STAFF: "审计人员",
    Role.UNION_STAFF: "工会经办",
    Role.OFFICE_STAFF: "办公室专人",
    Role.OFFICE_DIRECTOR: "办公室主任",
    Role.LEADING_GROUP: "领导小组成员",
    Role.DISC_MANAGER: "纪检线索管理员",
    Role.DISC_HANDLER: "纪检承办人",
    Role.ACCT_STAFF: "追责部门经办",
    Role.SUB_OFFICE: "子级办公室",
    Role.SYS_ADMIN: "系统管理员",
    Role.LOG_AUDITOR: "日志审查员",
}

# A finding submitted by one of these has his unit as its source.
SOURCE_ROLES: frozenset[Role] = frozenset(
    {
        Role.MEMBER_LIAISON,
        Role.MEMBER_HEAD,
        Role.AUDIT_STAFF,
        Role.UNION_STAFF,
        Role.DISC_MANAGER,
        Role.DISC_HANDLER,
        Role.ACCT_STAFF,
        Role.SUB_OFFICE,
    }
)
UNIT_ROLES: frozenset[Role] = frozenset({Role.RESP_PERSON, Role.UNIT_LIAISON, Role.UNIT_HEAD})
OFFICE_ROLES: frozenset[Role] = frozenset({Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR})
