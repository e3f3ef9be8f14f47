"""What the bot may answer in the callback's own response (wecom.md 2), opened and judged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from sandbox import xml
from sandbox.crypto import CipherError, Envelope

TEXT_BYTES = 2048
_EVENTS_WITH_REPLY = {
    "subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram", "scancode_waitmsg",
    "template_card_event", "template_card_menu_event",
}  # fmt: skip
_CARD_EVENTS = {"template_card_event", "template_card_menu_event"}
_LISTS = {
    "ActionList", "OptionList", "VerticalContentList", "HorizontalContentList", "JumpList", "ButtonList", "SelectList",
}  # fmt: skip
_NUMBERS = {"Type", "Style", "DescColor", "Mode"}
_TRUTHS = {"Disable", "IsChecked"}
_NAMES = {"KeyName": "keyname", "AppId": "appid", "PagePath": "pagepath", "UserId": "userid", "CheckBox": "checkbox"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An opened reply; `kind` "" is the empty answer. `problem` says what the real platform would not have shown."""

    kind: str = ""
    text: str = field(default="", repr=False)
    media_id: str = ""
    card: dict[str, Any] = field(default_factory=dict, repr=False)
    articles: list[dict[str, Any]] = field(default_factory=list, repr=False)
    problem: str = ""


def open_reply(body: bytes, envelope: Envelope, asked: dict[str, Any]) -> Reply:
    """The reply to the callback whose plaintext fields were `asked`. Never raises: a bad reply is a `problem`."""
    if body.strip() in (b"", b"success"):
        return Reply()
    try:
        plain = _opened(body, envelope)
        reply = _parse(plain)
    except (CipherError, xml.XmlError, ValueError) as error:
        return Reply(problem=f"回复无法解读：{error}")
    return _judged(reply, plain, asked)


def _opened(body: bytes, envelope: Envelope) -> Element:
    outer = xml.read(body)
    encrypted, claimed = xml.text(outer, "Encrypt"), xml.text(outer, "MsgSignature")
    timestamp, nonce = xml.text(outer, "TimeStamp"), xml.text(outer, "Nonce")
    if not (encrypted and claimed and timestamp and nonce):
        raise xml.XmlError("Encrypt, MsgSignature, TimeStamp and Nonce are needed")
    envelope.verify(claimed, timestamp, nonce, encrypted)
    return xml.read(envelope.open(encrypted))


def _parse(root: Element) -> Reply:
    kind = xml.text(root, "MsgType")
    match kind:
        case "text":
            return Reply(kind, text=root.findtext("Content") or "")
        case "image" | "voice" | "video":
            return Reply(kind, media_id=xml.text(root, f"{kind.capitalize()}/MediaId"))
        case "news":
            items = root.findall("Articles/item")
            return Reply(kind, articles=[{child.tag.lower(): child.text or "" for child in item} for item in items])
        case "update_button":
            return Reply(kind, text=xml.text(root, "Button/ReplaceName"))
        case "update_template_card":
            card = root.find("TemplateCard")
            return Reply(kind, card=_card(card) if card is not None else {})
        case _:
            raise xml.XmlError(f"a reply cannot be {kind or 'nothing'}")


def _judged(reply: Reply, plain: Element, asked: dict[str, Any]) -> Reply:
    problem = _problem(reply, plain, asked)
    if reply.kind == "text" and len(reply.text.encode()) > TEXT_BYTES:
        cut = reply.text.encode()[:TEXT_BYTES].decode(errors="ignore")
        return Reply("text", cut, problem=problem or f"文字超过{TEXT_BYTES}字节，已截断")
    return Reply(reply.kind, reply.text, reply.media_id, reply.card, reply.articles, problem)


def _problem(reply: Reply, plain: Element, asked: dict[str, Any]) -> str:
    event = asked.get("Event", "")
    if asked["MsgType"] == "event" and event not in _EVENTS_WITH_REPLY:
        return f"事件{event}不接受回复"
    if reply.kind.startswith("update_") and event not in _CARD_EVENTS:
        return "只有卡片点击可以用更新卡片来回复"
    if xml.text(plain, "ToUserName") != asked["FromUserName"] or xml.text(plain, "FromUserName") != asked["ToUserName"]:
        return "收发双方写反或写错"
    if not xml.text(plain, "CreateTime").isdigit():
        return "缺少CreateTime"
    if not (reply.text or reply.media_id or reply.card or reply.articles):
        return "回复内容为空"
    return ""


def _card(element: Element) -> dict[str, Any]:
    """XML names and repeated elements -> the JSON form of section 3.3, which is what is kept and drawn."""
    card: dict[str, Any] = {}
    for child in element:
        name, value = _json_name(child.tag), _value(child)
        if child.tag in _LISTS:
            card.setdefault(name, []).append(value)
        else:
            card[name] = value
    return card


def _value(element: Element) -> Any:
    if len(element):
        return _card(element)
    content = element.text or ""
    if element.tag in _NUMBERS:
        return int(content or 0)
    return content.strip().lower() in ("1", "true") if element.tag in _TRUTHS else content


def _json_name(tag: str) -> str:
    return _NAMES.get(tag) or re.sub(r"(?<!^)(?=[A-Z])", "_", tag).lower()
