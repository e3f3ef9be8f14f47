"""The stand-in's own record of what the bot asked of it: what tests count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.clock import real_now, stamp

Row = dict[str, Any]


class Record:
    """Append-only. `outcome` is accepted, duplicate (swallowed by the duplicate check) or refused."""

    def __init__(self, business_now: Callable[[], str]) -> None:
        self._business_now = business_now
        self._rows: list[Row] = []

    def add(self, api: str, outcome: str, **content: Any) -> Row:
        times = {"at": stamp(real_now()), "business_at": self._business_now()}
        row: Row = {"seq": len(self._rows) + 1, **times, "api": api, "outcome": outcome, **content}
        self._rows.append(row)
        return row

    def rows(self, after: int = 0, *, refused: bool = False, api: str = "", userid: str = "") -> list[Row]:
        return [
            row
            for row in self._rows[max(after, 0) :]
            if (refused or row["outcome"] != "refused")
            and (not api or row["api"] == api)
            and (not userid or userid in row.get("to", ()))
        ]

    def clear(self) -> None:
        """Forgets the rows. Numbers begin anew."""
        self._rows.clear()
