"""Decrypted callback XML into an `Inbound`: every kind of wecom.md 1.7 and 1.8, and BadCallback for anything odd.

wechatpy's parser knows neither card clicks nor contact changes, and takes 22 µs for a text where this takes about 12.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.messages import Inbound, Kind, Media
from bot.wecom.crypto import BadCallback
from bot.wecom.tree import Fields, Node, children, parse_xml

_SYSTEM = "sys"
_EVERYBODY = "@all"  # whom one answers, and who never speaks
_MAX_PERSON = 128  # 64 bytes, or CorpId/userid for members of linked corps
_MAX_NAME = 64
_LAST_SECOND = 2**33  # the year 2242; keeps datetime from overflowing

_MESSAGES: Mapping[str, Kind] = {
    "text": Kind.TEXT, "image": Kind.IMAGE, "voice": Kind.VOICE, "video": Kind.VIDEO,
    "location": Kind.LOCATION, "link": Kind.LINK, "file": Kind.FILE,
}  # fmt: skip
_EVENTS: Mapping[str, Kind] = {
    "enter_agent": Kind.ENTER, "subscribe": Kind.SUBSCRIBE, "unsubscribe": Kind.UNSUBSCRIBE,
    "click": Kind.MENU_CLICK, "template_card_event": Kind.CARD_CLICK,
    "template_card_menu_event": Kind.CARD_MENU, "change_contact": Kind.CONTACT_CHANGE,
}  # fmt: skip
_CLICKS = (Kind.MENU_CLICK, Kind.CARD_CLICK, Kind.CARD_MENU)
_HELD_BY_MEDIA = (Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.FILE)

# What we keep of each kind. Of a contact change only ids: mobile numbers and addresses are none of our business.
_DETAILS: Mapping[Kind, tuple[str, ...]] = {
    Kind.IMAGE: ("PicUrl",),
    Kind.VIDEO: ("ThumbMediaId",),
    Kind.LOCATION: ("Location_X", "Location_Y", "Scale", "Label", "AppType"),
    Kind.LINK: ("Title", "Description", "Url", "PicUrl"),
    Kind.CARD_CLICK: ("CardType",),
    Kind.CARD_MENU: ("CardType",),
    Kind.CONTACT_CHANGE: (
        "ChangeType", "UserID", "NewUserID", "Name", "Department", "MainDepartment", "IsLeaderInDept", "Status",
        "Id", "ParentId", "Order", "TagId", "AddUserItems", "DelUserItems", "AddPartyItems", "DelPartyItems",
    ),
    Kind.OTHER: ("Latitude", "Longitude", "Precision", "EffectTime", "ChangeType", "UserID"),
}  # fmt: skip


def parse_inbound(data: bytes) -> Inbound:
    """The callback in our words. Raises BadCallback, and nothing else, for bytes that no callback can be."""
    fields = parse_xml(data)
    wire = _name(fields, "MsgType")
    if wire.lower() == "event":
        return _event(fields)
    return _message(fields, wire)


def normal_userid(userid: str) -> str:
    """The form under which userids are compared and stored: WeCom ignores their case (wecom.md 3.9).

    `Inbound.person` keeps the case as sent, because replies must name the member as WeCom did.
    """
    return userid.strip().lower()


def _message(fields: Fields, wire: str) -> Inbound:
    kind = _MESSAGES.get(wire.lower(), Kind.OTHER)
    if kind is not Kind.OTHER and ("ChatId" in fields or "ChatType" in fields):
        raise BadCallback("group")  # a self-built app never hears a group; if one comes, it is not for us
    text = ""
    if kind is Kind.TEXT:
        text = _scalar(fields, "Content")
    elif kind is Kind.VOICE:
        text = _scalar(fields, "Recognition", "")
    media = None
    if kind in _HELD_BY_MEDIA:
        media = Media(_name(fields, "MediaId", 512), _scalar(fields, "FileName", ""), _scalar(fields, "Format", ""))
    return _inbound(fields, kind, wire, text=text, media=media)


def _event(fields: Fields) -> Inbound:
    event = _name(fields, "Event")
    kind = _EVENTS.get(event.lower(), Kind.OTHER)
    change = _scalar(fields, "ChangeType", "")
    if kind is Kind.CONTACT_CHANGE and not change:
        raise BadCallback("field")
    return _inbound(
        fields,
        kind,
        f"{event}/{change[:_MAX_NAME]}" if change else event,
        event_key=_scalar(fields, "EventKey") if kind in _CLICKS else _scalar(fields, "EventKey", ""),
        task_id=_scalar(fields, "TaskId", ""),
        response_code=_scalar(fields, "ResponseCode", ""),
        selected=_selected(fields.get("SelectedItems")),
    )


def _inbound(fields: Fields, kind: Kind, wire: str, **more: Any) -> Inbound:
    wanted = ((name, fields.get(name)) for name in _DETAILS.get(kind, ()))
    return Inbound(
        kind=kind,
        person=_person(fields, kind),
        key=_key(fields),
        at=datetime.fromtimestamp(_number(fields, "CreateTime", _LAST_SECOND), UTC),
        wire_kind=wire,
        agent_id=_number(fields, "AgentID", 2**63) if _scalar(fields, "AgentID", "").strip() else None,
        details={name: value for name, value in wanted if isinstance(value, str) and value},
        **more,
    )


def _person(fields: Fields, kind: Kind) -> str:
    """Who it is from. Corp-level events may leave the field out; they come from "sys"."""
    person = _scalar(fields, "FromUserName", _SYSTEM if kind is Kind.OTHER else None).strip()
    if not person or len(person) > _MAX_PERSON or not person.isprintable() or "|" in person or person == _EVERYBODY:
        raise BadCallback("person")
    return person


def _key(fields: Fields) -> str:
    """The dedup key. Without a MsgId it is a hash of the whole content: repeats carry the same (wecom.md 1.6),
    and any narrower choice of fields lets two events of one second collide."""
    number = _scalar(fields, "MsgId", "").strip()
    if number:
        return f"m:{_number(fields, 'MsgId', 2**64)}"
    content = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"e:{hashlib.sha256(content.encode()).hexdigest()[:40]}"


def _selected(node: Node | None) -> Mapping[str, tuple[str, ...]]:
    chosen: dict[str, tuple[str, ...]] = {}
    for item in children(node, "SelectedItem"):
        if not isinstance(item, dict):
            raise BadCallback("field")
        options = children(item.get("OptionIds"), "OptionId")
        chosen[_scalar(item, "QuestionKey")] = tuple(o for o in options if isinstance(o, str) and o)
    return chosen


def _scalar(fields: Fields, name: str, default: str | None = None) -> str:
    """A field that holds text and stands once; without a default it must be there."""
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise BadCallback("field")
    return value


def _name(fields: Fields, name: str, limit: int = _MAX_NAME) -> str:
    value = _scalar(fields, name).strip()
    if not value or len(value) > limit:
        raise BadCallback("field")
    return value


def _number(fields: Fields, name: str, below: int) -> int:
    text = _scalar(fields, name).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) < below):
        raise BadCallback("number")
    return int(text)
