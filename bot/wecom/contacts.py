"""Names and units as WeCom's contacts know them, read for the import and for `check` (wecom.md 3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Department:
    id: int
    name: str
    parent_id: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member in the app's visible range. active: False while disabled, not activated or gone; None when not told."""

    userid: str
    name: str
    departments: tuple[int, ...]
    position: str = ""
    active: bool | None = None
    main: int = 0  # his main department; 0 when not told
    status: int | None = None  # 1 active, 2 disabled, 4 not activated, 5 quit


def departments_in(answer: Mapping[str, Any]) -> list[Department]:
    return [
        Department(_int(d.get("id")), str(d.get("name", "")), _int(d.get("parentid")))
        for d in _dicts(answer.get("department"))
    ]


def members_in(answer: Mapping[str, Any]) -> list[Member]:
    return [member_in(m) for m in _dicts(answer.get("userlist")) if m.get("userid")]


def member_in(answer: Mapping[str, Any]) -> Member:
    units = answer.get("department")
    status = answer.get("status")
    return Member(
        userid=str(answer.get("userid", "")),
        name=str(answer.get("name", "")),
        departments=tuple(_int(u) for u in units) if isinstance(units, list) else (),
        position=str(answer.get("position", "")),
        active=None if status is None else status == 1,
        main=_int(answer.get("main_department")),
        status=status if isinstance(status, int) else None,
    )


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
