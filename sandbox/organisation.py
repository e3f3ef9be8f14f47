"""The corp's departments and members, read from 单位.csv and 人员.csv (contract.md, Commands)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROLE_NAMES = {
    "leading_group": "领导小组", "office_director": "监督办主任", "office_staff": "监督办",
    "member_liaison": "成员单位联络员", "member_head": "成员单位负责人", "audit_staff": "审计",
    "disc_manager": "纪检", "acct_staff": "追责", "unit_head": "单位负责人", "unit_liaison": "单位联络员",
    "resp_person": "责任人", "union_staff": "工会", "employee": "职工", "sys_admin": "系统管理员",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Department:
    """One department; WeCom numbers them, the root is 1."""

    id: int
    code: str
    name: str
    parent: int


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the corp; `departments` in the order of the file's lines, the first is the main one."""

    userid: str
    name: str
    departments: tuple[int, ...]
    roles: tuple[str, ...]
    position: str


class Organisation:
    """Look-ups over the corp. Userids are case-insensitive, as on the real platform (wecom.md 3.9)."""

    def __init__(self, departments: Iterable[Department], members: Iterable[Member]) -> None:
        self.departments = {d.id: d for d in departments}
        self.members = {m.userid: m for m in members}
        self._folded = {m.userid.lower(): m for m in self.members.values()}

    @classmethod
    def load(cls, folder: Path) -> Organisation:
        departments = _departments(_lines(folder / "单位.csv"))
        return cls(departments, _members(_lines(folder / "人员.csv"), {d.code: d.id for d in departments}))

    def find(self, userid: str) -> Member | None:
        return self._folded.get(userid.lower())

    def below(self, department: int) -> list[Department]:
        """The department and everything under it, parents first."""
        found = [self.departments[department]]
        for parent in found:
            found.extend(d for d in self.departments.values() if d.parent == parent.id)
        return found

    def in_department(self, department: int) -> list[Member]:
        """One level only (wecom.md 3.9)."""
        return [m for m in self.members.values() if department in m.departments]

    def unit_names(self, member: Member) -> str:
        return "、".join(self.departments[d].name for d in member.departments)


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(file)]


def _departments(lines: list[dict[str, str]]) -> list[Department]:
    roots_first = sorted(lines, key=lambda line: bool(line["上级编码"]))
    ids = {line["编码"]: number for number, line in enumerate(roots_first, start=1)}
    return [
        Department(ids[line["编码"]], line["编码"], line["名称"], ids.get(line["上级编码"], 0)) for line in roots_first
    ]


def _members(lines: list[dict[str, str]], ids: dict[str, int]) -> list[Member]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for line in lines:
        grouped.setdefault(line["账号"], []).append(line)
    return [
        Member(
            userid,
            own[0]["姓名"],
            tuple(dict.fromkeys(ids[line["单位编码"]] for line in own)),
            tuple(dict.fromkeys(role for line in own for role in line["角色"].split("、") if role)),
            own[0]["职务"],
        )
        for userid, own in grouped.items()
    ]
