"""What a member can do on the phone: write, send files, tap a menu or a card; each becomes one callback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import cards
from sandbox.chats import Entry
from sandbox.courier import Outcome
from sandbox.errors import ApiError
from sandbox.events import Fields
from sandbox.organisation import Member
from sandbox.platform import Platform
from sandbox.replies import Reply


class ActionError(ValueError):
    """Something that cannot be done on the phone."""


class Actions:
    """Every method waits until the callback's delivery has ended and tells how it went."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def member(self, userid: Any) -> Member:
        member = self._platform.organisation.find(str(userid or ""))
        if member is None:
            raise ActionError("没有这个人")
        return member

    async def say(self, userid: Any, text: Any) -> dict[str, Any]:
        if not isinstance(text, str) or not text:
            raise ActionError("没有内容")
        who = self.member(userid).userid
        return await self._message(self._platform.events.text(who, text), kind="text", text=text)

    async def send_file(self, userid: Any, kind: str, name: str, data: bytes) -> dict[str, Any]:
        """A picture, file, voice or video that the member picked."""
        who, events = self.member(userid).userid, self._platform.events
        try:
            media = self._platform.media.add(kind, name, data)
        except ApiError as error:
            raise ActionError(f"不能发送：{error.body()['errmsg']}") from error
        settings = self._platform.settings
        fields = {
            "image": lambda: events.image(
                who, media.id, f"http://{settings.host}:{settings.port}/api/media/{media.id}"
            ),
            "voice": lambda: events.voice(who, media.id),
            "video": lambda: events.video(who, media.id, media.id),
            "file": lambda: events.file(who, media.id, media.name),
        }[kind]()
        shown = {"id": media.id, "name": media.name, "size": len(data), "type": media.type}
        return await self._message(fields, kind=kind, media=shown)

    async def inbound(self, userid: Any, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """A location or a link."""
        who, events = self.member(userid).userid, self._platform.events
        if kind == "location":
            place = float(given.get("latitude", 36.8)), float(given.get("longitude", 118.0))
            fields = events.location(who, *place, str(given.get("label", "")))
        elif kind == "link":
            url = str(given.get("url", ""))
            fields = events.link(who, str(given.get("title", "")), str(given.get("description", "")), url)
        else:
            raise ActionError("没有这种消息")
        return await self._message(fields, kind=kind, payload=dict(given))

    async def event(self, userid: Any, event: str, **fields: Any) -> dict[str, Any]:
        """enter_agent, subscribe, unsubscribe, click, view…"""
        who = self.member(userid).userid
        return await self._delivered(self._platform.events.event(who, event, **fields), who)

    async def change_contact(self, change: str, **fields: Any) -> dict[str, Any]:
        return await self._delivered(self._platform.events.contact_change(change, **fields), None)

    async def click(
        self,
        userid: Any,
        *,
        msgid: str = "",
        task_id: str = "",
        key: str = "",
        selected: Mapping[str, Sequence[str]] | None = None,
        force: bool = False,
    ) -> dict[str, Any]:
        """A tap on a card's button (or a top-right menu entry). A dead card cannot be tapped, unless forced."""
        who = self.member(userid).userid
        entry = self._platform.chats.find(
            who,
            lambda e: e["kind"] == "template_card" and (e["msgid"] == msgid if msgid else e.get("task_id") == task_id),
        )
        if entry is None:
            raise ActionError("没有这张卡片")
        if (entry["closed"] or entry["state"] == "recalled") and not force:
            raise ActionError("这张卡片已不能点击")
        code = self._platform.cards.code(entry["msgid"])
        card = {**entry["card"], "task_id": entry["task_id"]}
        if key in _menu_keys(card):
            fields = self._platform.events.card_menu(who, card, key, code)
        else:
            picked = {q: _as_list(v) for q, v in (selected or {}).items()}
            fields = self._platform.events.card_click(who, card, key, code, picked)
        self._platform.chats.change(entry, clicked=key, selected=dict(selected or {}), waiting=True)
        try:
            return await self._delivered(fields, who, entry)
        finally:
            self._platform.chats.change(entry, waiting=False)

    async def _message(self, fields: Fields, **shown: Any) -> dict[str, Any]:
        who = str(fields["FromUserName"])
        msgid = str(fields["MsgId"])
        entry = self._platform.chats.add(who, **{"from": "member"}, msgid=msgid, state="sending", **shown)
        outcome = await self._platform.courier.deliver(fields)
        arrived = outcome.status in ("replied", "empty", "bad_reply")
        state = "delivered" if arrived else "failed"
        self._platform.chats.change(entry, state=state, attempts=len(outcome.attempts), ms=round(outcome.ms, 1))
        self._show(who, outcome.reply)
        return {"msgid": msgid, **report(outcome)}

    async def _delivered(self, fields: Fields, who: str | None, clicked: Entry | None = None) -> dict[str, Any]:
        outcome = await self._platform.courier.deliver(fields)
        if who is not None:
            self._show(who, outcome.reply, clicked)
        return {"msgid": None, **report(outcome)}

    def _show(self, who: str, reply: Reply, clicked: Entry | None = None) -> None:
        chats = self._platform.chats
        if reply.problem:
            chats.add(who, **{"from": "platform"}, kind="note", text=f"平台提示：{reply.problem}", state="shown")
            if reply.kind != "text":
                return
        content: dict[str, Any] = {"from": "app", "via": "reply", "msgid": "", "state": "shown", "kind": reply.kind}
        match reply.kind:
            case "text":
                chats.add(who, **content, text=reply.text)
            case "image" | "voice" | "video":
                self._show_media(who, reply, content)
            case "news":
                chats.add(who, **content, payload={"articles": reply.articles})
            case "update_button" if clicked is not None:
                chats.change(clicked, **cards.closed(reply.text))
            case "update_template_card" if clicked is not None:
                chats.change(clicked, **cards.replaced(reply.card))

    def _show_media(self, who: str, reply: Reply, content: dict[str, Any]) -> None:
        try:
            media = self._platform.media.get(reply.media_id)
        except ApiError:
            note = {"from": "platform", "kind": "note", "state": "shown", "text": "平台提示：回复的素材不存在或已过期"}
            self._platform.chats.add(who, **note)
            return
        shown = {"id": media.id, "name": media.name, "size": len(media.data), "type": media.type}
        self._platform.chats.add(who, **content, media=shown)


def report(outcome: Outcome) -> dict[str, Any]:
    """The outcome for a test: `reply` is the text that came back in the response itself, or None."""
    reply = outcome.reply
    return {
        "reply": reply.text if reply.kind == "text" else None,
        "reply_kind": reply.kind,
        "status": outcome.status,
        "problem": reply.problem,
        "attempts": len(outcome.attempts),
        "https": [answer.http for answer in outcome.attempts],
        "ms": round(outcome.ms, 1),
    }


def _menu_keys(card: Mapping[str, Any]) -> set[str]:
    return {str(item.get("key")) for item in card.get("action_menu", {}).get("action_list", [])}


def _as_list(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
