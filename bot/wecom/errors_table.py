"""WeCom's error codes as data: what helps, whether the administrator must know, and a word of advice (wecom.md 4.2).

Judge by the code alone, never by errmsg (wecom.md 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.wecom.outcomes import Action, Rejected


@dataclass(frozen=True, slots=True)
class Entry:
    action: Action
    advice: str
    tell_admin: bool = False


_BUG = "请求内容不合要求，请联系开发人员"
_MEMBER = "账号不存在、已停用或不在应用可见范围"
_AGENT = "agent_id 与 secret 不是同一个应用，请核对 [wecom] 配置"
_DOMAIN = "请在管理后台核对应用的可信域名"
_SPLIT = "接收对象过多，应分批发送"
_BAD_REQUEST = (40008, 40035, 40058, 40063, 44004, 45002, *range(42030, 42052), 82004)
_APPCHAT = (40050, *range(86001, 86009))
_NOTICE = tuple(range(90201, 90209))
_WEBHOOK = (93000, 93004, 93006, 93008)

TABLE: Mapping[int, Entry] = {
    **{code: Entry(Action.GIVE_UP, _BUG, True) for code in (*_BAD_REQUEST, *_APPCHAT, *_NOTICE, *_WEBHOOK)},
    **{code: Entry(Action.DROP_MEMBER, _MEMBER) for code in (40003, 60111, 46004)},
    **{code: Entry(Action.GIVE_UP, _AGENT, True) for code in (40056, 301002)},
    **{code: Entry(Action.GIVE_UP, _DOMAIN, True) for code in (50001, 80001, 85005)},
    **{code: Entry(Action.GIVE_UP, _SPLIT, True) for code in (40032, 82001, 82002, 82003)},
    **{code: Entry(Action.GIVE_UP, "文件或内容超过企业微信的上限") for code in (45001, 45007, 45008, 45032)},
    **{code: Entry(Action.REFRESH, "访问凭证已失效，会自动重新获取") for code in (40014, 42001)},
    # We send to one person at a time, so an invisible receiver is a matter of that person alone.
    **{
        code: Entry(Action.DROP_MEMBER, "收件人不在应用可见范围，请管理员调整可见范围", True) for code in (40031, 81013)
    },
    -1: Entry(Action.RETRY, "企业微信系统繁忙，稍后自动重试"),
    6000: Entry(Action.RETRY, "数据版本冲突，稍后自动重试"),
    40001: Entry(Action.REFRESH, "应用密钥不对，请核对 [wecom] secret", True),
    40007: Entry(Action.REUPLOAD, "媒体文件已过期，会重新上传"),
    40013: Entry(Action.GIVE_UP, "企业ID不对，请核对 [wecom] corp_id", True),
    40033: Entry(Action.GIVE_UP, _BUG, True),
    41001: Entry(Action.GIVE_UP, _BUG, True),
    41004: Entry(Action.GIVE_UP, "缺少应用密钥，请填写 [wecom] secret", True),
    42052: Entry(Action.GIVE_UP, "消息已超过可撤回的时间"),
    43004: Entry(Action.DROP_MEMBER, "该成员未关注微信插件"),
    43012: Entry(Action.GIVE_UP, "卡片需要回调地址，请在应用的“接收消息”里设置API接收", True),
    44001: Entry(Action.GIVE_UP, "要发送的文件不存在或为空", True),
    45009: Entry(Action.BRAKE, "调用过于频繁，已暂停发送，稍后自动恢复", True),
    45033: Entry(Action.BACKOFF, "并发过高，稍后自动重试"),
    48002: Entry(Action.GIVE_UP, "应用没有此接口的权限，请管理员开通", True),
    48005: Entry(Action.GIVE_UP, "接口权限已被收回，请管理员处理", True),
    48006: Entry(Action.GIVE_UP, "应用长期少用、接口权限被收回，请管理员在后台重新启用", True),
    60011: Entry(Action.GIVE_UP, "应用对该成员或部门没有权限，请管理员调整可见范围", True),
    # Everything fails until the address is added, and it works about a minute later: nothing is lost by waiting.
    60020: Entry(Action.BACKOFF, "本机出口IP不在企业可信IP里，请管理员添加", True),
    81012: Entry(Action.GIVE_UP, "应用没有可见范围，请管理员设置", True),
    301007: Entry(Action.GIVE_UP, "企业已被停用", True),
    701008: Entry(Action.DROP_MEMBER, "该成员没有有效的接口许可", True),
}
_UNLISTED = Entry(Action.GIVE_UP, "企业微信返回了未列出的错误，请按错误码查阅官方文档", True)


def entry(errcode: int) -> Entry:
    return TABLE.get(errcode, _UNLISTED)


def rejected(errcode: int, *, retry_after: float = 0.0, hint: str = "") -> Rejected:
    """The failure for an error code; `hint` is added to the advice (the address that 60020 complains of)."""
    found = entry(errcode)
    advice = f"{found.advice}（{hint}）" if hint else found.advice
    return Rejected(errcode, found.action, advice, tell_admin=found.tell_admin, retry_after=retry_after)
