"""Our outgoing messages into the bodies of `message/send` (wecom.md 3.2), within its limits."""

from __future__ import annotations

from typing import Any

from bot.messages import Attachment, Card, CardKind, Markdown, Text, TextCard
from bot.wecom import cards, split

Sendable = Text | Markdown | TextCard | Card | Attachment

_TITLE, _DESCRIPTION, _URL = 128, 512, 2048  # bytes
_BUTTON = 4  # characters
_DUPLICATE_SECONDS = 14400  # the longest that WeCom offers


class BodyError(ValueError):
    """A message that the wire cannot carry. Names the block, never its content."""


def message_body(message: Sendable, media_id: str = "") -> dict[str, Any]:
    """`msgtype` and its object. Raises BodyError or CardError; too long a text is refused, for WeCom would cut it."""
    match message:
        case Text(content=content):
            return _typed("text", {"content": _whole(content)})
        case Markdown(content=content):
            return _typed("markdown", {"content": _whole(content)})
        case TextCard():
            return _typed("textcard", _text_card(message))
        case Card(kind=CardKind.NOTICE, url=""):
            # text_notice cannot do without a link; its words are what matters.
            return _typed("text", {"content": _whole(cards.plain_text(message))})
        case Card():
            return _typed("template_card", cards.wire_card(message))
        case Attachment(image=image):
            return _typed("image" if image else "file", {"media_id": media_id})


def envelope(person: str, agent_id: int, body: dict[str, Any], *, duplicate_check: bool) -> dict[str, Any]:
    """The whole body of a send to one person."""
    check = {"enable_duplicate_check": 1, "duplicate_check_interval": _DUPLICATE_SECONDS} if duplicate_check else {}
    return {"touser": person, "agentid": agent_id, **body, **check}


def _typed(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"msgtype": kind, kind: content}


def _whole(content: str) -> str:
    if not content.strip() or not split.fits(content):
        raise BodyError("content")
    return content


def _text_card(card: TextCard) -> dict[str, Any]:
    if not card.title.strip() or not card.description.strip():
        raise BodyError("textcard")
    if not card.url.startswith(("https://", "http://")) or not split.fits(card.url, _URL):
        raise BodyError("url")
    return {
        "title": split.cut(card.title, _TITLE),
        "description": split.cut(card.description, _DESCRIPTION),
        "url": card.url,
        "btntxt": card.button[:_BUTTON] or "详情",
    }
