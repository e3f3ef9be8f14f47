"""Every cell of every move, both ways, against tables written by hand."""

from __future__ import annotations

from itertools import product

import pytest

from handlers.rules import lead_states, states
from handlers.rules.matrix import Action
from handlers.rules.states import FindingState, LeadState, T
from storage import matters

# domain.md 3.4: move -> (where it starts, where it leads; "" stays)
MOVES = {
    "T1": ("draft", "submitted"),
    "T1b": ("need_more", "submitted"),
    "T2": ("submitted", "registered"),
    "T3-need_more": ("submitted", "need_more"),
    "T3-rejected": ("submitted", "rejected"),
    "T3-merged": ("submitted", "merged"),
    "T3-converted_to_lead": (
        "submitted registered assigned rectifying ongoing pending_acceptance",
        "converted_to_lead",
    ),
    "T4": ("registered", "assigned"),
    "T5": ("assigned", "rectifying"),
    "T6": ("assigned rectifying ongoing", ""),
    "T7": ("rectifying ongoing", "pending_acceptance"),
    "T8": ("pending_acceptance", "closed"),
    "T9": ("pending_acceptance", "rectifying"),
    "T10": ("assigned rectifying ongoing", ""),
    "T10-decided": ("assigned rectifying ongoing", ""),
    "T10-converted_ongoing": ("assigned rectifying", "ongoing"),
    "T11": ("closed", "assigned"),
    "T12-submitter": ("submitted need_more", "withdrawn"),
    "T12-office": ("registered assigned rectifying ongoing pending_acceptance", "withdrawn"),
}


def test_the_tables_have_the_same_rows() -> None:
    assert set(MOVES) == set(T) == set(states.MOVES)


@pytest.mark.parametrize(("t", "state"), list(product(T, FindingState)))
def test_every_cell(t: T, state: FindingState) -> None:
    sources, target = MOVES[t]
    allowed = state in sources.split()
    assert states.may_move(t, state) is allowed
    if allowed:
        assert states.after(t.value, state.value) == (target or state)
    else:
        with pytest.raises(ValueError, match="does not start"):
            states.after(t, state)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="T13"):
        states.may_move("T13", "closed")
    with pytest.raises(ValueError, match="overdue"):
        states.may_move("T8", "overdue")


def test_who_may() -> None:
    assert all(move.who for move in states.MOVES.values())
    assert states.MOVES[T.CLOSE].who == {Action.ACCEPT}
    assert states.MOVES[T.REOPEN].who == {Action.REOPEN}
    assert "acceptor_not_filler" in states.MOVES[T.CLOSE].guards
    assert "no_extension_pending" in states.MOVES[T.APPLY].guards


def test_the_groups_of_states() -> None:
    parts = (states.UNREGISTERED, states.COUNTED - states.ENDED, states.ENDED)
    assert sum(map(len, parts)) == len(FindingState)
    assert frozenset().union(*parts) == set(FindingState)
    assert {"assigned", "rectifying", "ongoing"} == states.OPEN
    assert {"closed"} == states.COUNTED & states.ENDED


def test_what_has_ended_only_reopens() -> None:
    for t, state in product(T, states.ENDED):
        assert states.may_move(t, state) is (t is T.REOPEN and state is FindingState.CLOSED)


def test_every_state_can_be_reached() -> None:
    assert {move.target for move in states.MOVES.values()} >= set(FindingState) - {FindingState.DRAFT}


def test_the_store_knows_the_same_states() -> None:
    assert set(matters.FINDING_STATES) == set(FindingState) - {"draft"}
    assert set(matters.LEAD_STATES) == set(LeadState)


def test_labels() -> None:
    assert set(states.LABELS) == set(FindingState)
    assert set(states.LEAD_LABELS) == set(LeadState)
    assert len(set(states.LABELS.values())) == len(FindingState)
    assert [states.LABELS[state] for state in ("submitted", "registered", "assigned", "rectifying")] == [  # type: ignore[index]
        "已提交",
        "已登记",
        "已交办",
        "整改中",
    ]
    assert states.LABELS[FindingState.PENDING_ACCEPTANCE] == "待验收"
    assert states.LABELS[FindingState.CLOSED] == "已销号"


# domain.md 3.5.1; shelving apart
LEADS = {
    "reported": "registered",
    "registered": "accepted not_accepted",
    "accepted": "triaged",
    "not_accepted": "",
    "triaged": "transferred",
    "transferred": "signed refused",
    "signed": "disposal",
    "refused": "triaged transferred",
    "disposal": "feedback",
    "feedback": "closed",
    "closed": "reopened",
    "shelved": "accepted disposal closed",
    "reopened": "accepted",
}


@pytest.mark.parametrize(("state", "following"), list(product(LeadState, LeadState)))
def test_every_cell_of_the_leads(state: LeadState, following: LeadState) -> None:
    allowed = following in LEADS[state].split()
    if following is LeadState.SHELVED:
        allowed = state not in ("closed", "not_accepted", "shelved")
    assert lead_states.may_follow(state.value, following.value) is allowed


@pytest.mark.parametrize("state", list(LeadState))
def test_reporters_see_three_states(state: LeadState) -> None:
    seen = {
        "transferred": "已移送",
        "signed": "已移送",
        "disposal": "已移送",
        "feedback": "已移送",
        "shelved": "已移送",
        "closed": "已办结",
        "not_accepted": "已办结",
    }
    assert lead_states.reporter_view(state) == seen.get(state, "已收到")
