"""The life of a lead (domain.md 3.5): its states, the moves between them, and the three states its reporter sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.rules.lead_matrix import LeadAction


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
IN_HAND = frozenset(LeadState) - LEAD_ENDED - {_S.SHELVED}


class L(StrEnum):
    """The rows of the table."""

    REGISTER = "L1"
    ACCEPT = "L2"
    NOT_ACCEPT = "L2-not"
    TRIAGE = "L3"
    TRANSFER = "L4"
    TRANSFER_MORE = "L4-more"  # S51: 并送, also out of the middle of another body's work
    SIGN = "L5"
    SIGN_MORE = "L5-more"
    REFUSE = "L5-refused"
    REFUSE_MORE = "L5-refused-more"
    OPINE = "L6-early"  # S11: the opinion stands before the slip is signed
    DISPOSE = "L6"
    REVISE = "L6-again"  # 谈话函询 -> 初步核实
    TOLERATE = "L6-tolerance"  # S53
    FEED_BACK = "L7"
    CLOSE = "L8"
    CLOSE_SHELVED = "L8-shelved"
    SHELVE = "L9"
    RESUME = "L9-resumed"
    RESUME_UNSIGNED = "L9-resumed-unsigned"
    REOPEN = "L10"
    ACCEPT_AGAIN = "L10-accepted"


@dataclass(frozen=True, slots=True)
class LeadMove:
    """From where to where. target None: the state stays. who: the permission. guards: all must hold."""

    sources: frozenset[LeadState]
    target: LeadState | None
    who: LeadAction
    guards: tuple[str, ...] = ()


def _from(*states: LeadState) -> frozenset[LeadState]:
    return frozenset(states)


_A = LeadAction
LEAD_MOVES: Mapping[L, LeadMove] = {
    L.REGISTER: LeadMove(_from(_S.REPORTED), _S.REGISTERED, _A.REGISTER),
    L.ACCEPT: LeadMove(_from(_S.REGISTERED), _S.ACCEPTED, _A.ACCEPT),
    L.NOT_ACCEPT: LeadMove(_from(_S.REGISTERED), _S.NOT_ACCEPTED, _A.ACCEPT, ("has_reason",)),
    L.TRIAGE: LeadMove(
        _from(_S.ACCEPTED, _S.REFUSED),
        _S.TRIAGED,
        _A.TRIAGE,
        ("four_elements", "has_destination", "discipline_holds_disc"),
    ),
    L.TRANSFER: LeadMove(_from(_S.TRIAGED, _S.REFUSED), _S.TRANSFERRED, _A.TRANSFER, ("has_slip", "has_receiver")),
    L.TRANSFER_MORE: LeadMove(
        _from(_S.TRANSFERRED, _S.SIGNED, _S.DISPOSAL), None, _A.TRANSFER, ("has_slip", "has_receiver", "not_there_yet")
    ),
    L.SIGN: LeadMove(_from(_S.TRANSFERRED), _S.SIGNED, _A.SIGN, ("own_slip_sent",)),
    L.SIGN_MORE: LeadMove(_from(_S.SIGNED, _S.DISPOSAL), None, _A.SIGN, ("own_slip_sent",)),
    L.REFUSE: LeadMove(
        _from(_S.TRANSFERRED), _S.REFUSED, _A.SIGN, ("own_slip_sent", "has_reason", "no_other_slip_open")
    ),
    L.REFUSE_MORE: LeadMove(
        _from(_S.TRANSFERRED, _S.SIGNED, _S.DISPOSAL),
        None,
        _A.SIGN,
        ("own_slip_sent", "has_reason", "another_slip_open"),
    ),
    L.OPINE: LeadMove(_from(_S.ACCEPTED, _S.TRIAGED, _S.TRANSFERRED, _S.REFUSED), None, _A.DISPOSE, ("has_way",)),
    L.DISPOSE: LeadMove(_from(_S.SIGNED), _S.DISPOSAL, _A.DISPOSE, ("has_way",)),
    L.REVISE: LeadMove(_from(_S.DISPOSAL), None, _A.DISPOSE, ("has_way",)),
    L.TOLERATE: LeadMove(_from(_S.DISPOSAL, _S.FEEDBACK), None, _A.DISPOSE, ("four_parts_of_tolerance",)),
    L.FEED_BACK: LeadMove(_from(_S.DISPOSAL), _S.FEEDBACK, _A.FEED_BACK, ("has_result", "every_slip_settled")),
    L.CLOSE: LeadMove(
        _from(_S.FEEDBACK), _S.CLOSED, _A.CLOSE, ("has_result", "every_slip_settled", "tolerance_complete")
    ),
    L.CLOSE_SHELVED: LeadMove(_from(_S.SHELVED), _S.CLOSED, _A.CLOSE, ("has_result", "every_slip_settled")),
    L.SHELVE: LeadMove(IN_HAND, _S.SHELVED, _A.DISPOSE, ("has_review_day",)),
    L.RESUME: LeadMove(_from(_S.SHELVED), _S.DISPOSAL, _A.DISPOSE, ("has_way", "was_signed")),
    L.RESUME_UNSIGNED: LeadMove(_from(_S.SHELVED), _S.ACCEPTED, _A.DISPOSE, ("has_way", "was_not_signed")),
    L.REOPEN: LeadMove(_from(_S.CLOSED), _S.REOPENED, _A.REOPEN, ("has_new_clue",)),
    L.ACCEPT_AGAIN: LeadMove(_from(_S.REOPENED), _S.ACCEPTED, _A.ACCEPT),
}


def may_move(row: L | str, state: LeadState | str) -> bool:
    """Whether the row starts at `state`; who may, and the guards, are the flow's to ask."""
    return LeadState(state) in LEAD_MOVES[L(row)].sources


def after(row: L | str, state: LeadState | str) -> LeadState:
    """The state after the move; ValueError when it does not start at `state`."""
    if not may_move(row, state):
        raise ValueError(f"{L(row).value} does not start at {LeadState(state).value}")
    return LEAD_MOVES[L(row)].target or LeadState(state)


def may_follow(state: LeadState | str, following: LeadState | str) -> bool:
    """Whether some move leads from one state to the other."""
    before, then = LeadState(state), LeadState(following)
    return any(before in move.sources and move.target is then for move in LEAD_MOVES.values())


# The four ways of disposal (domain.md 3.5.1, 检举控告规则 17).
DISPOSALS: Mapping[str, str] = {
    "talk_inquiry": "谈话函询", "prelim_verify": "初步核实", "shelved": "暂存待查", "concluded": "予以了结",
}  # fmt: skip
# Why it is not accepted: material is missing, or another way is the right one (domain.md 3.5.1).
NOT_ACCEPTED: Mapping[str, str] = {"more": "补正后再报", "elsewhere": "告知应去渠道", "repeat": "重复反映"}
# Classes of result (domain.md 3.5.1 结案).
RESULTS: Mapping[str, str] = {
    "unfounded": "失实澄清", "admonished": "谈话提醒、批评教育", "organised": "组织处理", "disciplined": "党纪政务处分",
    "accountable": "违规追责", "handed_up": "移送司法或上级", "tolerated": "容错免责", "rectify": "转问题整改",
}  # fmt: skip
# Three ways of using the tolerance, and its four required parts (S53).
TOLERANCE_OUTCOMES: Mapping[str, str] = {"exempt": "容错免责", "lighter": "从轻", "denied": "不予容错"}
TOLERANCE_PARTS: Mapping[str, str] = {
    "case": "适用情形", "basis": "决策程序依据", "gain": "有无谋私", "approver": "批准机构",
}  # fmt: skip


def tolerance_lacks(parts: Mapping[str, str]) -> list[str]:
    """Which of the four parts are not there yet, in the words of S53; without all of them nothing is closed."""
    return [words for name, words in TOLERANCE_PARTS.items() if not parts.get(name, "").strip()]


def flows_back(result: str, nature: str, destinations: Collection[str]) -> bool:
    """S52: punished, in a matter of business or investment, and nobody has held him to account for that yet."""
    return result == "disciplined" and nature in ("illegal_invest", "breach_rule") and "acct" not in destinations


# The slips of transfer, one for each body that receives it (S42, S43).
SLIP_STATES = ("sent", "signed", "refused", "done")


def slips_settled(slips: Collection[str]) -> bool:
    """Whether no body still has it before it or in hand; who sent it back has not."""
    return not {"sent", "signed"} & set(slips)


_RECEIVED, _HANDED_ON, _SETTLED = "已收到", "已移送", "已办结"  # S42: a reporter sees no more than these
_HANDED_ON_STATES = frozenset({_S.TRANSFERRED, _S.SIGNED, _S.DISPOSAL, _S.FEEDBACK, _S.SHELVED})


def reporter_view(state: LeadState | str) -> str:
    """已收到, 已移送 or 已办结. A refusal by the receiving body shows as not yet handed on."""
    seen = LeadState(state)
    if seen in LEAD_ENDED:
        return _SETTLED
    return _HANDED_ON if seen in _HANDED_ON_STATES else _RECEIVED
