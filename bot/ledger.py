"""What a walk along the ledger's chain has shown, in words for whoever runs `run.py verify` or `run.py check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import CHINA, business_now
from storage import links
from storage.chain import Broken, Fault, Proof

LATE = timedelta(minutes=1)  # the sealer looks every second: an older tail means that none is at work

_FAULTS: Mapping[Fault, str] = {
    Fault.MISSING_LINK: "这一环缺失（被删除，或编号不连续）",
    Fault.MISSING_EVENT: "事件缺失（这一环还在，它的事件被删除）",
    Fault.ALTERED_EVENT: "事件被改动（内容、人员、时间或次序与封存时不符）",
    Fault.ALTERED_DIGEST: "摘要被改动（事件完好，这一环的摘要不符）",
    Fault.ALTERED_HEAD: "最后一环的事件或摘要被改动，或是伪造的",
}


def whole(proof: Proof) -> bool:
    """Whether every link holds, and the digest that was asked for is among them."""
    return proof.broken is None and proof.expected is not False


def lines(proof: Proof, now: datetime) -> Iterator[str]:
    """The outcome; no contents of events. now: business time."""
    if proof.broken is not None:
        yield f"未通过：第{proof.broken.seq}环断开，{_where(proof.broken)}：{_FAULTS[proof.broken.fault]}"
        yield f"此前的{proof.count}环完好"
    else:
        yield f"通过：{proof.count}条事件，逐环验证完好"
    if proof.count:
        at = f"，封存于{_moment(proof.head_at)}" if proof.head_at else ""
        yield f"{'链头' if proof.broken is None else '最后一个完好的'}摘要：{proof.head}{at}"
    yield tail_words(proof.tail, proof.tail_since, now)
    if proof.expected is not None:
        found = "在链上" if proof.expected else "不在链上：当时的记录已被截断或重写"
        yield f"核对的摘要：{found}"


def tail_words(count: int, since: datetime | None, now: datetime) -> str:
    """`未封存：3条，最早的已等待2分钟`. since: None where nobody can read when the oldest was written."""
    if not count or since is None:
        return f"未封存：{count}条"
    waited = max(0, int((now - since).total_seconds()))
    length = f"{waited}秒" if waited < 120 else f"{waited // 60}分钟"
    return f"未封存：{count}条，最早的已等待{length}"


def late_tail(session: Session) -> str:
    """Words for a tail older than a minute, or "" when the sealer keeps up."""
    count, since = links.tail(session)
    now = business_now(session)
    late = count > 0 and (since is None or now - since > LATE)
    return tail_words(count, since, now) if late else ""


def _where(broken: Broken) -> str:
    event = f"事件{broken.event_id}" if broken.event_id else "事件不明"
    return f"{event}，{broken.matter}" if broken.matter else event


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
