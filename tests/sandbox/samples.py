"""One full, valid payload for everything the table of limits speaks of."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.settings import Settings

Payload = dict[str, Any]

_ENVELOPE: Payload = {
    "touser": "hx_ban", "toparty": "2", "totag": "1", "agentid": Settings.agent_id, "safe": 0, "enable_id_trans": 0,
    "enable_duplicate_check": 0, "duplicate_check_interval": 60,
}  # fmt: skip

_URL = "https://example.org/a"

_CARD: Payload = {
    "source": {"desc": "监督小助手", "desc_color": 1},
    "action_menu": {"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]},
    "main_title": {"title": "整改提醒", "desc": "恒信建设"},
    "quote_area": {"type": 1, "url": _URL, "appid": "wx1", "title": "引文", "quote_text": "原文"},
    "sub_title_text": "还剩3个工作日",
    "horizontal_content_list": [{"type": 0, "keyname": "编号", "value": "WT-2026-0123", "url": _URL, "media_id": "m",
                                 "userid": "hx_ban"}],
    "jump_list": [{"type": 1, "title": "查看", "url": _URL, "appid": "wx1"}],
    "card_action": {"type": 1, "url": _URL, "appid": "wx1"},
    "task_id": "T-1",
}  # fmt: skip

_OPTIONS = [{"id": "a", "text": "同意"}, {"id": "b", "text": "不同意"}]
_SUBMIT = {"text": "提交", "key": "submit"}

_CARDS: dict[str, Payload] = {
    "text_notice": {"emphasis_content": {"title": "3", "desc": "个工作日"}},
    "news_notice": {
        "image_text_area": {"type": 0, "title": "图", "desc": "文", "image_url": _URL},
        "card_image": {"url": _URL, "aspect_ratio": 1.3},
        "vertical_content_list": [{"title": "标题", "desc": "说明"}],
    },
    "button_interaction": {
        "button_list": [{"type": 0, "text": "确认", "style": 1, "key": "yes", "url": _URL}],
        "button_selection": {"question_key": "q", "title": "选择", "option_list": _OPTIONS},
    },
    "vote_interaction": {
        "checkbox": {"question_key": "q", "mode": 1, "option_list": _OPTIONS},
        "submit_button": _SUBMIT,
    },
    "multiple_interaction": {
        "select_list": [{"question_key": "q", "title": "选择", "option_list": _OPTIONS}],
        "submit_button": _SUBMIT,
    },
}

_BODIES: dict[str, Payload] = {
    "text": {"content": "您好"},
    "image": {"media_id": "m"},
    "file": {"media_id": "m"},
    "voice": {"media_id": "m"},
    "video": {"media_id": "m", "title": "标题", "description": "说明"},
    "textcard": {"title": "标题", "description": "说明", "url": _URL, "btntxt": "详情"},
    "news": {"articles": [{"title": "标题", "description": "说明", "url": _URL, "pagepath": "p", "appid": "wx1"}]},
    "mpnews": {
        "articles": [{"title": "标题", "thumb_media_id": "m", "author": "甲", "content": "<p>文</p>", "digest": "摘要"}]
    },
    "markdown": {"content": "**您好**"},
    "miniprogram_notice": {
        "appid": "wx1", "page": "p", "title": "标题四字", "description": "说明四字",
        "content_item": [{"key": "项", "value": "值"}],
    },
}  # fmt: skip

_UPDATE: Payload = {
    "userids": ["hx_ban"], "partyids": [2], "tagids": [1], "atall": 0, "agentid": Settings.agent_id,
    "response_code": "code", "button": {"replace_name": "已确认"},
}  # fmt: skip

_MENU: Payload = {
    "button": [
        {
            "name": "办事", "type": "click", "key": "k", "url": _URL,
            "sub_button": [{"name": "报送问题", "type": "click", "key": "k2", "url": _URL}],
        }
    ]
}  # fmt: skip


def sample(applies: str) -> Payload:
    """A fresh valid payload in which every field that has a limit is there."""
    if applies == "update":
        return copy.deepcopy(_UPDATE)
    if applies == "menu":
        return copy.deepcopy(_MENU)
    kind, _, card = applies.partition("/")
    if kind == "template_card":
        card = card or "text_notice"
        whole = {"card_type": card, **_CARD, **_CARDS[card]}
        return copy.deepcopy({**_ENVELOPE, "msgtype": kind, "template_card": whole})
    kind = "text" if kind == "*" else kind
    return copy.deepcopy({**_ENVELOPE, "msgtype": kind, kind: _BODIES[kind]})


def names(applies: str) -> tuple[str, ...]:
    """Which rows apply to that sample."""
    if applies in ("update", "menu"):
        return (applies,)
    kind, _, card = applies.partition("/")
    if kind == "template_card":
        return ("*", kind, f"{kind}/{card or 'text_notice'}")
    return ("*", "text" if kind == "*" else kind)
