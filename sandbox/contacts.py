"""Departments and members as the API shows them to a self-built app (wecom.md 3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.errors import ApiError
from sandbox.organisation import Department, Member, Organisation

_HEADS = ("unit_head", "member_head", "office_director", "leading_group")


class Contacts:
    """Answers of department/* and user/*; every method takes the call's query or body."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def department_simplelist(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return {"department_id": [_ids(d) for d in self._below(query)]}

    def department_list(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return {"department": [self._details(d) for d in self._below(query)]}

    def department_get(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return {"department": self._details(self._department(query.get("id")))}

    def user_get(self, query: Mapping[str, Any]) -> dict[str, Any]:
        member = self._organisation.find(str(query.get("userid") or ""))
        if member is None:
            raise ApiError(60111)
        return self._person(member)

    def user_list(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return {"userlist": [self._person(m) for m in self._one_level(query)]}

    def user_simplelist(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return {"userlist": [_simple(m) for m in self._one_level(query)]}

    def user_list_id(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Pages of (userid, department); the cursor is the place to go on from."""
        cursor, limit = str(body.get("cursor") or "0"), int(body.get("limit") or 10000)
        if not cursor.isdigit() or not 1 <= limit <= 10000:
            raise ApiError(40058, "cursor or limit")
        pairs = [(m.userid, d) for m in self._organisation.members.values() for d in m.departments]
        end = int(cursor) + limit
        page = [{"userid": userid, "department": d} for userid, d in pairs[int(cursor) : end]]
        return {"dept_user": page, "next_cursor": str(end) if end < len(pairs) else ""}

    def _department(self, text: Any) -> Department:
        number = int(text) if str(text or "").isdigit() else 0
        if number not in self._organisation.departments:
            raise ApiError(60003)
        return self._organisation.departments[number]

    def _below(self, query: Mapping[str, Any]) -> list[Department]:
        return self._organisation.below(self._department(query.get("id") or 1).id)

    def _one_level(self, query: Mapping[str, Any]) -> list[Member]:
        return self._organisation.in_department(self._department(query.get("department_id")).id)

    def _details(self, department: Department) -> dict[str, Any]:
        heads = [m.userid for m in self._organisation.in_department(department.id) if _leads(m)]
        return {**_ids(department), "name": department.name, "name_en": "", "department_leader": heads}

    def _person(self, member: Member) -> dict[str, Any]:
        """Without mobile, mail, avatar and the like: apps made after 2022-06-20 do not get them."""
        return {
            **_simple(member),
            "order": [0] * len(member.departments),
            "position": member.position,
            "is_leader_in_dept": [int(_leads(member))] * len(member.departments),
            "direct_leader": [],
            "status": 1,
            "main_department": member.departments[0],
            "alias": "",
        }


def _ids(department: Department) -> dict[str, Any]:
    return {"id": department.id, "parentid": department.parent, "order": 1000 - department.id}


def _simple(member: Member) -> dict[str, Any]:
    return {"userid": member.userid, "name": member.name, "department": list(member.departments)}


def _leads(member: Member) -> bool:
    return any(role in _HEADS for role in member.roles)
