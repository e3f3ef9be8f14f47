"""message/send: validation, receivers, duplicate check, the silent member limit, delivery (wecom.md 3.2, 4.1)."""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sandbox import limits
from sandbox.cards import WITH_BUTTONS, Cards
from sandbox.chats import Chats
from sandbox.errors import ApiError
from sandbox.faults import Faults
from sandbox.media import MediaStore
from sandbox.organisation import Organisation
from sandbox.record import Record
from sandbox.settings import Settings

_WITH_MEDIA = ("image", "voice", "video", "file")
_WINDOWS = ((60.0, 30), (3600.0, 1000))  # wecom.md 4.1, one app to one member
_CHECK_FIELDS = ("enable_duplicate_check", "duplicate_check_interval")


@dataclass(slots=True)
class _Receivers:
    reached: list[str] = field(default_factory=list)
    invalid: dict[str, list[str]] = field(default_factory=lambda: {"user": [], "party": [], "tag": []})
    unlicensed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sent:
    at: float
    answer: dict[str, Any]
    receivers: tuple[str, ...]


class Sending:
    """Accepts or refuses messages of the app."""

    def __init__(
        self,
        settings: Settings,
        organisation: Organisation,
        faults: Faults,
        media: MediaStore,
        chats: Chats,
        cards: Cards,
        record: Record,
    ) -> None:
        self._settings, self._organisation, self._faults = settings, organisation, faults
        self._media, self._chats, self._cards, self._record = media, chats, cards, record
        self._contents: dict[str, _Sent] = {}
        self._tasks: set[str] = set()
        self._windows: dict[str, deque[float]] = {}

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """The call's answer. Raises ApiError; every call leaves one row in the record."""
        try:
            self._check(body)
            receivers = self._resolve(body)
            return self._repeated(body, receivers) or self._accept(body, receivers)
        except ApiError as error:
            self._record.add("message/send", "refused", to=[], errcode=error.errcode, detail=error.detail, payload=body)
            raise

    def clear(self) -> None:
        self._contents.clear()
        self._tasks.clear()
        self._windows.clear()

    def _check(self, body: dict[str, Any]) -> None:
        kind = body.get("msgtype")
        card = body.get("template_card")
        own = f"template_card/{card.get('card_type')}" if isinstance(card, dict) else "template_card"
        limits.validate(body, "*", str(kind), own if kind == "template_card" else "*", strict=self._settings.strict)
        if body["agentid"] != self._settings.agent_id:
            raise ApiError(301002)
        if kind in _WITH_MEDIA:
            self._media.get(str(body[str(kind)]["media_id"]))
        if kind == "template_card" and not self._settings.callback and self._interactive(body["template_card"]):
            raise ApiError(43012)

    def _interactive(self, card: dict[str, Any]) -> bool:
        return card["card_type"] in WITH_BUTTONS or "action_menu" in card

    def _resolve(self, body: dict[str, Any]) -> _Receivers:
        found = _Receivers()
        if body.get("touser") == "@all":
            wanted = list(self._organisation.members)
        else:
            wanted = [part for part in str(body.get("touser") or "").split("|") if part]
            wanted += self._of_parties(str(body.get("toparty") or ""), found)
            found.invalid["tag"] = [part for part in str(body.get("totag") or "").split("|") if part]
        for userid in wanted:
            self._place(userid, found)
        if not found.reached and not found.unlicensed:
            raise ApiError(81013)
        return found

    def _of_parties(self, parties: str, found: _Receivers) -> list[str]:
        userids: list[str] = []
        for part in filter(None, parties.split("|")):
            if not part.isdigit() or int(part) not in self._organisation.departments:
                found.invalid["party"].append(part)
                continue
            for department in self._organisation.below(int(part)):
                userids += [m.userid for m in self._organisation.in_department(department.id)]
        return userids

    def _place(self, userid: str, found: _Receivers) -> None:
        member = self._organisation.find(userid)
        if member is None or member.userid in self._faults.invisible:
            found.invalid["user"].append(userid.lower())
        elif member.userid in self._faults.unlicensed:
            found.unlicensed.append(member.userid.lower())
        elif member.userid not in found.reached:
            found.reached.append(member.userid)

    def _repeated(self, body: dict[str, Any], receivers: _Receivers) -> dict[str, Any] | None:
        """The first answer again when the duplicate check swallows this call. Time is real time."""
        if body.get("enable_duplicate_check") != 1:
            return None
        former = self._contents.get(_content(body))
        interval = body.get("duplicate_check_interval", 1800)
        if former is None or time.monotonic() - former.at > interval:
            return None
        row = {"to": list(former.receivers), "msgtype": body["msgtype"], "payload": body}
        self._record.add("message/send", "duplicate", **row, dropped=[], delivered=[], msgid=former.answer["msgid"])
        return former.answer

    def _accept(self, body: dict[str, Any], receivers: _Receivers) -> dict[str, Any]:
        card = body["template_card"] if body["msgtype"] == "template_card" else {}
        task_id = str(card.get("task_id") or "")
        if task_id and task_id in self._tasks:
            raise ApiError(40058, "template_card.task_id was used before (see 3.3)")
        self._tasks.add(task_id)
        msgid = secrets.token_urlsafe(32)
        delivered = [userid for userid in receivers.reached if self._has_room(userid)]
        for userid in delivered:
            self._show(userid, body, msgid)
        self._cards.sent(msgid)
        answer = _answer(receivers, msgid)
        if card and self._interactive(card):
            answer["response_code"] = self._cards.code(msgid)
        self._contents[_content(body)] = _Sent(time.monotonic(), answer, tuple(receivers.reached))
        dropped = [userid for userid in receivers.reached if userid not in delivered]
        row = {"to": receivers.reached, "delivered": delivered, "dropped": dropped, "msgtype": body["msgtype"]}
        self._record.add("message/send", "accepted", **row, msgid=msgid, payload=body, **_lists(answer))
        return answer

    def _has_room(self, userid: str) -> bool:
        """Counts the message against the member's windows; beyond them it vanishes without a word."""
        if not self._faults.member_limit:
            return True
        window, now = self._windows.setdefault(userid, deque()), time.monotonic()
        while window and now - window[0] > _WINDOWS[-1][0]:
            window.popleft()
        if any(sum(now - at <= seconds for at in window) >= most for seconds, most in _WINDOWS):
            return False
        window.append(now)
        return True

    def _show(self, userid: str, body: dict[str, Any], msgid: str) -> None:
        kind = str(body["msgtype"])
        content: dict[str, Any] = {"from": "app", "via": "send", "kind": kind, "msgid": msgid, "state": "shown"}
        if kind in ("text", "markdown"):
            content["text"] = body[kind]["content"]
        elif kind == "template_card":
            card = body[kind]
            content |= {"card": card, "task_id": card.get("task_id", ""), "replaced": "", "closed": False}
        elif kind in _WITH_MEDIA:
            media = self._media.get(str(body[kind]["media_id"]))
            content["media"] = {"id": media.id, "name": media.name, "size": len(media.data), "type": media.type}
        else:
            content["payload"] = body[kind]
        self._chats.add(userid, **content)


def _content(body: dict[str, Any]) -> str:
    """What the duplicate check compares: the whole call without the check's own fields."""
    return json.dumps({k: v for k, v in body.items() if k not in _CHECK_FIELDS}, sort_keys=True, ensure_ascii=False)


def _answer(receivers: _Receivers, msgid: str) -> dict[str, Any]:
    names = {f"invalid{kind}": "|".join(ids) for kind, ids in receivers.invalid.items()}
    return {**names, "unlicenseduser": "|".join(receivers.unlicensed), "msgid": msgid}


def _lists(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in ("invaliduser", "invalidparty", "invalidtag", "unlicenseduser")}
