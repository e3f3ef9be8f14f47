"""What the doors are shown when all is well: the seeds of every mutation."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.settings import Settings

SAMPLE = Settings()
ROOT = Path(__file__).parents[2]
PEOPLE = (
    "hx_caiwu",
    "hx_ban",
    "hx_zhuren",
    "hx_jiwei",
    "hx_admin",
    "hx_caiwu ",
    "nobody",
    "HX_BAN",
    "sys",
    "@all",
    "ww1/linked",
    "x" * 64,
    "陌生人",
)
_CONTENT: dict[str, dict[str, Any]] = {
    "text": {"Content": "报送问题：恒信物流采购未招标，涉及金额4.2万元"},
    "image": {"PicUrl": "http://p.example/1.jpg", "MediaId": "MEDIA-1"},
    "voice": {"MediaId": "MEDIA-2", "Format": "amr", "Recognition": "查一下逾期清单"},
    "video": {"MediaId": "MEDIA-3", "ThumbMediaId": "MEDIA-4"},
    "location": {"Location_X": "31.2", "Location_Y": "121.4", "Scale": "16", "Label": "上海", "AppType": "wxwork"},
    "link": {"Title": "标题", "Description": "说明", "Url": "http://a.example/", "PicUrl": "http://p.example/2"},
    "file": {"MediaId": "MEDIA-5", "FileName": "台账.xlsx"},
    "markdown": {"Content": "**x**"}, "mixed": {"Content": "x"}, "stream": {},
}  # fmt: skip
_EVENTS: dict[str, dict[str, Any]] = {
    "enter_agent": {"EventKey": ""}, "subscribe": {}, "unsubscribe": {}, "click": {"EventKey": "报送问题"},
    "view": {"EventKey": "http://a.example"}, "LOCATION": {"Latitude": "1", "Longitude": "2", "Precision": "3"},
    "template_card_event": {"EventKey": "逾期清单", "TaskId": "T-1", "CardType": "button_interaction", "ResponseCode": "rc",
                            "SelectedItems": {"SelectedItem": {"QuestionKey": "q", "OptionIds": {"OptionId": "a"}}}},
    "template_card_menu_event": {"EventKey": "mute", "TaskId": "T-2", "CardType": "text_notice", "ResponseCode": "rc2"},
    "change_contact": {"ChangeType": "update_user", "UserID": "hx_ban", "NewUserID": "", "Name": "张三", "Department": "1,2"},
    "batch_job_result": {"BatchJob": {"JobId": "j", "JobType": "sync_user", "ErrCode": "0", "ErrMsg": "ok"}},
    "open_approval_change": {"ApprovalInfo": {"ThirdNo": "1", "ApprovalNodes": {"ApprovalNode": [{"NodeStatus": "1"}, {"NodeStatus": "2"}]}}},
    "taskcard_click": {"EventKey": "k", "TaskId": "t"},
}  # fmt: skip


def kinds() -> list[dict[str, Any]]:
    """One message of every kind that WeCom knows, without its envelope fields."""
    said = [{"MsgType": kind, **content} for kind, content in _CONTENT.items()]
    return said + [{"MsgType": "event", "Event": event, **content} for event, content in _EVENTS.items()]


@cache
def utterances() -> tuple[str, ...]:
    """What people say, of every intent; the words that confirm or raise an alarm are left out: those do what they say."""
    lines = (ROOT / "tests" / "understanding" / "dev.jsonl").read_text("utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    return tuple(one["text"] for one in said if isinstance(one.get("text"), str))


ALERT: dict[str, Any] = {
    "id": "A-1", "title": "大额资金异常流出", "text": "备用金账户连续三笔转出", "unit": "恒信物流", "source": "erp", "level": "高",
    "at": "2026-11-20T09:00:00", "amount_yuan": 42000.5,
}  # fmt: skip
