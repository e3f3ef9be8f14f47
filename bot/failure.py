"""A turn that failed for a fault of ours: a short code, a log line without text, the message kept for replay."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from bot.clock import CHINA, real_now
from bot.flow import Turn
from bot.messages import Inbound, Kind, Media
from storage import failures, people

NOT_KEPT = "没有办成（代码 {code}），内容没有保存，请稍后重发。"
KEPT = "没有办成（代码 {code}）。您的消息已保留，管理员处理后会补办；急事请再发一次或联系监督办公室。"

log = logging.getLogger("jiandu.turn")


def note(turn: Turn, error: Exception, flow: str, keep: bool) -> str:
    """What the person hears. Without `keep`, neither the message nor who wrote it is stored."""
    assert turn.inbound is not None
    code = secrets.token_hex(3).upper()
    log.error("turn failed code=%s flow=%s error=%s", code, flow or "-", _where(error))
    failures.add(
        turn.session,
        code=code,
        at=real_now(),
        person=turn.inbound.person if keep else None,
        flow=flow,
        error=type(error).__name__,
        message=_packed(turn.inbound) if keep else None,
    )
    today = turn.now.astimezone(CHINA).date()
    words = f"程序出现异常，代码 {code}；今天同类异常不再逐条通知。请在服务器上运行 run.py check 查看。"
    for admin in people.userids_with(turn.session, ("sys_admin",), today):
        turn.tell(admin, words, push_key=f"failure:{flow or '-'}|{admin}|{type(error).__name__}|{today}"[:190])
    return (KEPT if keep else NOT_KEPT).format(code=code)


def _packed(inbound: Inbound) -> dict[str, Any]:
    plain = replace(inbound, selected=dict(inbound.selected), details=dict(inbound.details))
    return {**asdict(plain), "at": inbound.at.astimezone(UTC).isoformat()}


def unpack(message: Mapping[str, Any], code: str) -> Inbound:
    """The kept message, under a dedup key of its own (the old one has its answer)."""
    media = message["media"]
    fields = {
        **message,
        "kind": Kind(message["kind"]),
        "at": datetime.fromisoformat(message["at"]),
        "media": Media(**media) if media else None,
        "selected": {key: tuple(chosen) for key, chosen in message["selected"].items()},
        "key": f"r:{code}",
    }
    return Inbound(**fields)


def _where(error: Exception) -> str:
    """The exception's type and the line it came from: never its text, which may hold a message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__}@{place}"
