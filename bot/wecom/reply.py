"""The passive reply: the XML that goes back inside a callback's own response (wecom.md 2)."""

from __future__ import annotations

import re

from wechatpy.work.replies import TextReply

from bot.messages import Inbound, Kind
from bot.wecom import split

# XML 1.0 knows no such characters, not even escaped: one of them and the member sees nothing.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAKES_TEXT = frozenset({
    Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK, Kind.FILE,
    Kind.SUBSCRIBE, Kind.ENTER, Kind.MENU_CLICK,
})  # fmt: skip
_EVENTS_TAKING_TEXT = frozenset({"location", "view", "view_miniprogram", "scancode_waitmsg"})


def takes_text(inbound: Inbound) -> bool:
    """Whether WeCom is sure to show a text that answers this one in its response.

    After a card click the response can only change the card, so its words must go by message/send.
    """
    if inbound.kind is Kind.OTHER:
        return inbound.key.startswith("m:") or inbound.wire_kind.lower() in _EVENTS_TAKING_TEXT
    return inbound.kind in _TAKES_TEXT


def text_reply(person: str, corp_id: str, text: str, at: int) -> str:
    """The reply's XML before encryption. Raises ValueError for text over 2 048 bytes, which WeCom would cut."""
    if not split.fits(text):
        raise ValueError("reply")
    return TextReply(source=_safe(corp_id), target=_safe(person), content=_safe(text), time=at).render()


def button_reply(person: str, corp_id: str, text: str, at: int) -> str:
    """Greys the clicked button for the clicker alone; the others need `update_card`."""
    return (
        f"<xml><ToUserName><![CDATA[{_safe(person)}]]></ToUserName>"
        f"<FromUserName><![CDATA[{_safe(corp_id)}]]></FromUserName><CreateTime>{at}</CreateTime>"
        f"<MsgType><![CDATA[update_button]]></MsgType>"
        f"<Button><ReplaceName><![CDATA[{_safe(text)}]]></ReplaceName></Button></xml>"
    )


def _safe(text: str) -> str:
    """Text that may stand inside one CDATA section: wechatpy writes it there raw (libraries.md, trap 2)."""
    return _FORBIDDEN.sub("", text).replace("]]>", "]]]]><![CDATA[>")
