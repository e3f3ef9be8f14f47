"""The conversations as each member sees them: an append-only list per person, whose entries may change later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.clock import real_now, stamp
from sandbox.hub import Hub

Entry = dict[str, Any]


class Chats:
    """Entries are plain JSON-ready dicts, because the page and the tests read them as they are.

    `seq` grows over all people; `rev` grows with every change, so that a reader asks for what is new *or* changed.
    """

    def __init__(self, hub: Hub, business_now: Callable[[], str]) -> None:
        self._hub = hub
        self._business_now = business_now
        self._entries: dict[str, list[Entry]] = {}
        self._by_msgid: dict[str, list[Entry]] = {}
        self._count = 0

    def add(self, userid: str, **content: Any) -> Entry:
        self._count += 1
        entry: Entry = {
            "seq": self._count,
            "rev": self._count,
            "userid": userid,
            "at": stamp(real_now()),
            "business_at": self._business_now(),
            **content,
        }
        self._entries.setdefault(userid, []).append(entry)
        if msgid := content.get("msgid"):
            self._by_msgid.setdefault(msgid, []).append(entry)
        self._hub.tell("message", userid=userid, message=entry)
        return entry

    def change(self, entry: Entry, **content: Any) -> None:
        self._count += 1
        entry.update(content, rev=self._count)
        self._hub.tell("change", userid=entry["userid"], message=entry)

    def of(self, userid: str, after: int = 0) -> list[Entry]:
        """Entries that came or changed after that revision, in the order they came."""
        return [entry for entry in self._entries.get(userid, []) if entry["rev"] > after]

    def find(self, userid: str, matches: Callable[[Entry], bool]) -> Entry | None:
        """The newest entry that matches."""
        return next((entry for entry in reversed(self._entries.get(userid, [])) if matches(entry)), None)

    def of_message(self, msgid: str) -> list[Entry]:
        """What one message is with each who got it."""
        return list(self._by_msgid.get(msgid, ()))

    def last(self, userid: str) -> Entry | None:
        own = self._entries.get(userid)
        return own[-1] if own else None

    def clear(self) -> None:
        self._entries.clear()
        self._by_msgid.clear()
        self._hub.tell("reset")
