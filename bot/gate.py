"""The gates before lock, session and any row: secrecy marks, anonymous reports, receipt codes (architecture.md 4)."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass, field

from bot.messages import Inbound, Kind
from bot.understanding import gates

QUIET_SECONDS = 30 * 60  # real time: nothing of these 30 minutes is kept outside an open conversation
HAS_MARK = (
    "这条消息带有国家秘密标志，已停止接收：没有保存，也没有转发。企业微信不能传递国家秘密。\n"
    "请在手机上删除本条消息，改走机要渠道；不确定密级的，请先联系保密部门。"
)
NOT_OPEN = (
    "匿名反映尚未开通。您刚才发的内容没有保存，也没有记录您的账号。\n"
    "请暂时用来信、意见箱或12388反映；愿意实名的，请发“实名反映：”加内容。\n"
    "建议现在删除本聊天。"
)
_JOINTS = re.compile(r"[_\-—+.]+")  # what stands for a space in a file name
RECEIPT = "回执码查询尚未开通。您发来的内容没有保存。"
ORDINARY = re.compile(
    r"(?:帮助|取消|确认|逾期清单|本季度无问题|还有谁没报|我报了没|统计)[。！!？? ]*$"
    r"|(?:报送问题|报告问题线索|监督工作信息|紧急|实名反映)\s*[:：]"
    r"|(?:查询?|看看?)?\s*(?:WT|JJ|BG|XS)-?\d{4}",
    re.IGNORECASE,
)


def marked_name(name: str) -> bool:
    """Whether a file's name carries the mark of a state secret: `机密★方案.docx`, `秘密_图纸(2).pdf`."""
    return bool(name) and (gates.secret_mark(name) or gates.secret_mark(_JOINTS.sub(" ", name)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a message goes no further. leave_mark: an empty event is recorded (secrecy marks only).

    unless_talking: it passes after all when the person has an open conversation.
    """

    wording: str
    leave_mark: bool = False
    unless_talking: bool = False


@dataclass(slots=True)
class Gate:
    """Decides in memory only; the key of the quiet list is random per process and never leaves it."""

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _quiet: dict[bytes, float] = field(default_factory=dict, repr=False)

    def check(self, inbound: Inbound) -> Verdict | None:
        """None: the message is an ordinary one. Nothing of a stopped message is stored or logged, nor who wrote it."""
        text = inbound.text or inbound.event_key
        if (text and gates.secret_mark(text)) or (inbound.media is not None and marked_name(inbound.media.name)):
            return Verdict(HAS_MARK, leave_mark=True)
        if text and gates.receipt_code(text):
            return Verdict(RECEIPT)
        if text and gates.anonymous_sounding(text):
            self._hush(inbound.person)
            return Verdict(NOT_OPEN)
        if not self._is_quiet(inbound.person) or self._ordinary(inbound):
            return None
        if inbound.kind in (Kind.ENTER, Kind.SUBSCRIBE):
            return Verdict("")  # a row that says "he opened the app then" would be a trace, too
        return Verdict(NOT_OPEN, unless_talking=True)

    def _ordinary(self, inbound: Inbound) -> bool:
        """A fixed command says clearly that an ordinary thing is meant; so does a click."""
        if inbound.kind in (Kind.CARD_CLICK, Kind.MENU_CLICK):
            return True
        return ORDINARY.match(inbound.text.strip()) is not None

    def _name(self, person: str) -> bytes:
        return hmac.new(self._key, person.encode(), hashlib.sha256).digest()

    def _hush(self, person: str) -> None:
        now = time.monotonic()
        self._quiet = {name: until for name, until in self._quiet.items() if until > now}
        self._quiet[self._name(person)] = now + QUIET_SECONDS

    def _is_quiet(self, person: str) -> bool:
        return bool(self._quiet) and self._quiet.get(self._name(person), 0.0) > time.monotonic()
