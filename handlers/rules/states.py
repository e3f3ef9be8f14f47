"""The life of a finding: its states, and the moves T1 to T12 between them (domain.md 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.rules.lead_states import LEAD_LABELS, LeadState, may_follow, reporter_view
from handlers.rules.matrix import Action

__all__ = [
    "COUNTED",
    "ENDED",
    "LABELS",
    "LEAD_LABELS",
    "MOVES",
    "OPEN",
    "UNREGISTERED",
    "FindingState",
    "LeadState",
    "Move",
    "T",
    "after",
    "may_follow",
    "may_move",
    "reporter_view",
]


class FindingState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEED_MORE = "need_more"
    REJECTED = "rejected"
    MERGED = "merged"
    CONVERTED_TO_LEAD = "converted_to_lead"
    REGISTERED = "registered"
    ASSIGNED = "assigned"
    RECTIFYING = "rectifying"
    ONGOING = "ongoing"
    PENDING_ACCEPTANCE = "pending_acceptance"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


_S = FindingState

LABELS: Mapping[FindingState, str] = {
    _S.DRAFT: "草稿",
    _S.SUBMITTED: "已提交",
    _S.NEED_MORE: "待补正",
    _S.REJECTED: "不予登记",
    _S.MERGED: "已并案",
    _S.CONVERTED_TO_LEAD: "已转线索",
    _S.REGISTERED: "已登记",
    _S.ASSIGNED: "已交办",
    _S.RECTIFYING: "整改中",
    _S.ONGOING: "持续整改",
    _S.PENDING_ACCEPTANCE: "待验收",
    _S.CLOSED: "已销号",
    _S.WITHDRAWN: "已撤回",
}

UNREGISTERED = frozenset({_S.DRAFT, _S.SUBMITTED, _S.NEED_MORE})
OPEN = frozenset({_S.ASSIGNED, _S.RECTIFYING, _S.ONGOING})  # 在办 (domain.md 7.4): what can be overdue
ENDED = frozenset({_S.REJECTED, _S.MERGED, _S.CONVERTED_TO_LEAD, _S.CLOSED, _S.WITHDRAWN})
COUNTED = frozenset({_S.REGISTERED, _S.PENDING_ACCEPTANCE, _S.CLOSED}) | OPEN  # the denominator A (domain.md 7.4)
_IN_HAND = frozenset({_S.REGISTERED, _S.PENDING_ACCEPTANCE}) | OPEN


class T(StrEnum):
    """The rows of the table; a row with several targets has a name for each."""

    SUBMIT = "T1"
    COMPLETE = "T1b"  # 补正 after need_more
    REGISTER = "T2"
    ASK_MORE = "T3-need_more"
    REJECT = "T3-rejected"
    MERGE = "T3-merged"
    CONVERT = "T3-converted_to_lead"
    ASSIGN = "T4"
    BEGIN = "T5"
    REASSIGN = "T6"
    APPLY = "T7"
    CLOSE = "T8"
    RETURN = "T9"
    ASK_EXTENSION = "T10"
    DECIDE_EXTENSION = "T10-decided"
    MAKE_ONGOING = "T10-converted_ongoing"
    REOPEN = "T11"
    TAKE_BACK = "T12-submitter"
    WITHDRAW = "T12-office"


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where. target None: the state stays. who: any of these permissions. guards: all must hold."""

    sources: frozenset[FindingState]
    target: FindingState | None
    who: frozenset[Action]
    guards: tuple[str, ...] = ()


def _from(*states: FindingState) -> frozenset[FindingState]:
    return frozenset(states)


def _by(*actions: Action) -> frozenset[Action]:
    return frozenset(actions)


MOVES: Mapping[T, Move] = {
    T.SUBMIT: Move(
        _from(_S.DRAFT), _S.SUBMITTED, _by(Action.SUBMIT), ("has_description", "secrecy_passed", "not_repeated")
    ),
    T.COMPLETE: Move(_from(_S.NEED_MORE), _S.SUBMITTED, _by(Action.SUBMIT), ("own_submission",)),
    T.REGISTER: Move(
        _from(_S.SUBMITTED), _S.REGISTERED, _by(Action.REGISTER), ("has_category", "has_unit_or_open", "has_found_at")
    ),
    T.ASK_MORE: Move(_from(_S.SUBMITTED), _S.NEED_MORE, _by(Action.REJECT), ("has_reason",)),
    T.REJECT: Move(_from(_S.SUBMITTED), _S.REJECTED, _by(Action.REJECT), ("has_reason",)),
    T.MERGE: Move(_from(_S.SUBMITTED), _S.MERGED, _by(Action.REJECT), ("has_reason", "has_merge_target")),
    T.CONVERT: Move(_from(_S.SUBMITTED) | _IN_HAND, _S.CONVERTED_TO_LEAD, _by(Action.REJECT), ("has_reason",)),
    T.ASSIGN: Move(
        _from(_S.REGISTERED), _S.ASSIGNED, _by(Action.ASSIGN), ("unit_in_being", "person_in_post", "due_not_past")
    ),
    T.BEGIN: Move(_from(_S.ASSIGNED), _S.RECTIFYING, _by(Action.PROGRESS)),
    T.REASSIGN: Move(OPEN, None, _by(Action.ASSIGN), ("person_in_post", "same_unit_or_office")),
    T.APPLY: Move(
        _from(_S.RECTIFYING, _S.ONGOING),
        _S.PENDING_ACCEPTANCE,
        _by(Action.APPLY_ACCEPTANCE),
        ("has_measures", "has_evidence", "starred_filled", "no_extension_pending"),
    ),
    T.CLOSE: Move(
        _from(_S.PENDING_ACCEPTANCE),
        _S.CLOSED,
        _by(Action.ACCEPT),
        ("acceptor_not_filler", "accountability_settled", "major_agreed_by_director"),
    ),
    T.RETURN: Move(
        _from(_S.PENDING_ACCEPTANCE),
        _S.RECTIFYING,
        _by(Action.ACCEPT),
        ("acceptor_not_filler", "has_reason", "due_not_past"),
    ),
    T.ASK_EXTENSION: Move(OPEN, None, _by(Action.EXTEND), ("has_reason", "later_than_due", "no_extension_pending")),
    T.DECIDE_EXTENSION: Move(
        OPEN, None, _by(Action.APPROVE_EXT), ("extension_pending", "third_decided_by_leading_group")
    ),
    T.MAKE_ONGOING: Move(
        _from(_S.ASSIGNED, _S.RECTIFYING), _S.ONGOING, _by(Action.APPROVE_EXT), ("extension_pending",)
    ),
    T.REOPEN: Move(_from(_S.CLOSED), _S.ASSIGNED, _by(Action.REOPEN), ("has_reason", "has_basis")),
    T.TAKE_BACK: Move(_from(_S.SUBMITTED, _S.NEED_MORE), _S.WITHDRAWN, _by(Action.WITHDRAW), ("own_submission",)),
    T.WITHDRAW: Move(_IN_HAND, _S.WITHDRAWN, _by(Action.WITHDRAW), ("by_office", "has_reason", "agreed_by_director")),
}


def may_move(t: T | str, state: FindingState | str) -> bool:
    """Whether the row `t` starts at `state`; who may, and the guards, are the flow's to ask."""
    return FindingState(state) in MOVES[T(t)].sources


def after(t: T | str, state: FindingState | str) -> FindingState:
    """The state after the move; ValueError when it does not start at `state`."""
    if not may_move(t, state):
        raise ValueError(f"{T(t).value} does not start at {FindingState(state).value}")
    return MOVES[T(t)].target or FindingState(state)
