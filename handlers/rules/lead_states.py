"""The life of a lead: its states, what may follow what, and the three states that its reporter sees."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class LeadState(StrEnum):
    REPORTED = "reported"
    REGISTERED = "registered"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    TRIAGED = "triaged"
    TRANSFERRED = "transferred"
    SIGNED = "signed"
    REFUSED = "refused"
    DISPOSAL = "disposal"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    SHELVED = "shelved"
    REOPENED = "reopened"


_S = LeadState

LEAD_LABELS: Mapping[LeadState, str] = {
    _S.REPORTED: "已报告",
    _S.REGISTERED: "已登记",
    _S.ACCEPTED: "已受理",
    _S.NOT_ACCEPTED: "不予受理",
    _S.TRIAGED: "已分办",
    _S.TRANSFERRED: "已移送",
    _S.SIGNED: "已签收",
    _S.REFUSED: "退回补材料",
    _S.DISPOSAL: "处置中",
    _S.FEEDBACK: "已反馈",
    _S.CLOSED: "已结案",
    _S.SHELVED: "暂存待查",
    _S.REOPENED: "已重启",
}

LEAD_ENDED = frozenset({_S.NOT_ACCEPTED, _S.CLOSED})

_NEXT: Mapping[LeadState, frozenset[LeadState]] = {
    _S.REPORTED: frozenset({_S.REGISTERED}),
    _S.REGISTERED: frozenset({_S.ACCEPTED, _S.NOT_ACCEPTED}),
    _S.ACCEPTED: frozenset({_S.TRIAGED}),
    _S.NOT_ACCEPTED: frozenset(),
    _S.TRIAGED: frozenset({_S.TRANSFERRED}),
    _S.TRANSFERRED: frozenset({_S.SIGNED, _S.REFUSED}),
    _S.SIGNED: frozenset({_S.DISPOSAL}),
    _S.REFUSED: frozenset({_S.TRANSFERRED}),
    _S.DISPOSAL: frozenset({_S.FEEDBACK}),
    _S.FEEDBACK: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset({_S.REOPENED}),
    _S.SHELVED: frozenset({_S.DISPOSAL, _S.CLOSED}),  # what comes of looking at it again
    _S.REOPENED: frozenset({_S.ACCEPTED}),
}

_RECEIVED, _HANDED_ON, _SETTLED = "已收到", "已移送", "已办结"  # S42: a reporter sees no more than these
_HANDED_ON_STATES = frozenset({_S.TRANSFERRED, _S.SIGNED, _S.DISPOSAL, _S.FEEDBACK, _S.SHELVED})


def may_follow(state: LeadState | str, following: LeadState | str) -> bool:
    """Whether a lead may go from one state to the other; anything that has not ended may be shelved."""
    before, then = LeadState(state), LeadState(following)
    if then is _S.SHELVED:
        return before not in LEAD_ENDED and before is not _S.SHELVED
    return then in _NEXT[before]


def reporter_view(state: LeadState | str) -> str:
    """已收到, 已移送 or 已办结. A refusal by the receiving body shows as not yet handed on."""
    seen = LeadState(state)
    if seen in LEAD_ENDED:
        return _SETTLED
    return _HANDED_ON if seen in _HANDED_ON_STATES else _RECEIVED
