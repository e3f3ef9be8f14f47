"""Cards after they were sent: response codes, clicks, updates and recall (wecom.md 3.3-3.5)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from sandbox import limits
from sandbox.chats import Chats, Entry
from sandbox.errors import ApiError
from sandbox.organisation import Organisation
from sandbox.record import Record
from sandbox.settings import Settings

CODE_LIFETIME = 72 * 3600
RECALL_LIFETIME = 24 * 3600
WITH_BUTTONS = ("button_interaction", "vote_interaction", "multiple_interaction")


@dataclass(slots=True)
class _Code:
    msgid: str
    given_at: float
    used: bool = False


class Cards:
    """Which card a response code stands for, and what becomes of the card at each receiver."""

    def __init__(self, settings: Settings, organisation: Organisation, chats: Chats, record: Record) -> None:
        self._settings = settings
        self._organisation = organisation
        self._chats = chats
        self._record = record
        self._codes: dict[str, _Code] = {}
        self._sent: dict[str, float] = {}  # msgid -> when

    def sent(self, msgid: str) -> None:
        self._sent[msgid] = time.time()

    def code(self, msgid: str) -> str:
        """A fresh response code: one for the sending, one for each click."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(msgid, time.time())
        return code

    def age(self, seconds: float) -> None:
        """Makes every code and message older, for tests of what lapses."""
        for code in self._codes.values():
            code.given_at -= seconds
        for msgid in self._sent:
            self._sent[msgid] -= seconds

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """message/update_template_card. Raises ApiError; an unusable code leaves every card as it is.

        The errcode of a used, unknown or expired code is not in wecom.md; 42052 and 40058 are our choice.
        """
        limits.validate(body, "update", strict=self._settings.strict)
        if body["agentid"] != self._settings.agent_id:
            raise ApiError(301002)
        code = self._usable(str(body["response_code"]))
        entries = self._receivers_entries(code.msgid, body)
        change = self._change(body, entries[0] if entries else None)
        code.used = True
        wanted = {str(userid) for userid in body.get("userids", [])}
        reached = {entry["userid"] for entry in entries}
        for entry in entries:
            self._chats.change(entry, **change)
        invalid = sorted(wanted - reached)
        content = {"to": sorted(reached), "msgid": code.msgid, "payload": body, "invaliduser": invalid}
        self._record.add("message/update_template_card", "accepted", **content)
        return {"invaliduser": invalid}

    def recall(self, body: dict[str, Any]) -> dict[str, Any]:
        msgid = str(body.get("msgid") or "")
        sent_at = self._sent.get(msgid)
        if sent_at is None:
            raise ApiError(40058, "msgid")
        if time.time() - sent_at > RECALL_LIFETIME:
            raise ApiError(42052)
        entries = [entry for entry in self._chats.of_message(msgid) if entry["from"] == "app"]
        for entry in entries:
            self._chats.change(entry, state="recalled")
        self._record.add("message/recall", "accepted", to=[e["userid"] for e in entries], msgid=msgid, payload=body)
        return {}

    def clear(self) -> None:
        self._codes.clear()
        self._sent.clear()

    def _usable(self, text: str) -> _Code:
        code = self._codes.get(text)
        if code is None or code.used:
            raise ApiError(40058, "response_code")
        if time.time() - code.given_at > CODE_LIFETIME:
            raise ApiError(42052, "response_code")
        return code

    def _receivers_entries(self, msgid: str, body: dict[str, Any]) -> list[Entry]:
        entries = [entry for entry in self._chats.of_message(msgid) if entry["kind"] == "template_card"]
        if body.get("atall") == 1:
            return entries
        named = {str(userid).lower() for userid in body.get("userids", [])}
        for party in body.get("partyids", []):
            if party in self._organisation.departments:
                below = self._organisation.below(party)
                named |= {m.userid.lower() for d in below for m in self._organisation.in_department(d.id)}
        return [entry for entry in entries if entry["userid"].lower() in named]

    def _change(self, body: dict[str, Any], entry: Entry | None) -> dict[str, Any]:
        if "button" in body:
            if entry is not None and entry["card"]["card_type"] not in WITH_BUTTONS:
                raise ApiError(40058, "button")
            return closed(str(body["button"]["replace_name"]))
        card = body["template_card"]
        kind = card.get("card_type") if isinstance(card, dict) else ""
        unneeded = ("template_card.task_id",)
        limits.validate(body, "template_card", f"template_card/{kind}", strict=self._settings.strict, skip=unneeded)
        return replaced(card)


def closed(text: str) -> dict[str, Any]:
    """The change that makes a card's buttons one dead, grey text."""
    return {"replaced": text, "closed": True}


def replaced(card: dict[str, Any]) -> dict[str, Any]:
    """The change that puts a new card in the old one's place; with `replace_text` its buttons are dead."""
    text = str(card.get("replace_text") or "")
    return {"card": card, "replaced": text, "closed": bool(text)}
