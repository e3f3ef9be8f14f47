"""WeCom's error codes (wecom.md 4.2) and the one exception that carries them to the wire."""

from __future__ import annotations

MESSAGES: dict[int, str] = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40016: "invalid button count",
    40017: "invalid button type",
    40018: "invalid button name length",
    40019: "invalid button key length",
    40020: "invalid button url length",
    40023: "invalid sub button count",
    40024: "invalid sub button type",
    40025: "invalid sub button name length",
    40026: "invalid sub button key length",
    40027: "invalid sub button url length",
    40031: "all touser & toparty & totag invalid",
    40032: "invalid user list size, over 1000",
    40035: "invalid parameter",
    40056: "invalid agentid",
    40058: "invalid request parameter",
    40063: "some parameters are empty",
    41001: "access_token missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43012: "callback url not configured for this card",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size exceeds limit",
    45002: "content size exceeds limit",
    45007: "voice play time exceeds limit",
    45008: "article count exceeds limit",
    45009: "api freq out of limit",
    45032: "author size exceeds limit",
    46003: "no such menu",
    47001: "data format error",
    50003: "app disabled",
    60003: "department not found",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
    82001: "no receiver",
    82002: "party list over limit",
    82003: "tag list over limit",
    301002: "agentid not allowed for this token",
    42035: "template_card list length invalid",
    42036: "template_card list length invalid",
    42037: "template_card option id invalid",
    42038: "template_card button text invalid",
    42039: "template_card button key invalid",
    42040: "template_card option list invalid",
    42041: "template_card option text invalid",
    42042: "template_card list length invalid",
    42045: "template_card card_action missing or wrong",
    42047: "template_card list length invalid",
    42051: "template_card duplicate action key",
    42052: "msgid expired",
    90201: "miniprogram_notice title invalid",
    90202: "miniprogram_notice description invalid",
    90203: "miniprogram_notice content_item invalid",
    90204: "miniprogram_notice content_item key invalid",
    90205: "miniprogram_notice content_item value invalid",
    90206: "miniprogram_notice appid invalid",
    90207: "miniprogram_notice page invalid",
    90208: "miniprogram_notice cannot be sent to @all",
}


class ApiError(Exception):
    """Ends an API call with this errcode. `detail` names the field, never a message's text."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        super().__init__(f"{errcode} {detail}")
        self.errcode = errcode
        self.detail = detail

    def body(self) -> dict[str, object]:
        text = MESSAGES.get(self.errcode, "error")
        return {"errcode": self.errcode, "errmsg": f"{text}: {self.detail}" if self.detail else text}
