"""The machine of a lead: every state with every move, against a table written by hand from domain.md 3.5."""

from __future__ import annotations

from itertools import product

import pytest

from handlers.rules import lead_states
from handlers.rules.lead_states import L, LeadState
from storage.migrations import lead_guards

HANDLING = "reported registered accepted triaged transferred signed refused disposal feedback reopened"
# move -> (where it starts, where it leads; "" stays, whose permission)
MOVES = {
    "L1": ("reported", "registered", "register"),
    "L2": ("registered", "accepted", "accept"),
    "L2-not": ("registered", "not_accepted", "accept"),
    "L3": ("accepted refused", "triaged", "triage"),
    "L4": ("triaged refused", "transferred", "transfer"),
    "L4-more": ("transferred signed disposal", "", "transfer"),
    "L5": ("transferred", "signed", "sign"),
    "L5-more": ("signed disposal", "", "sign"),
    "L5-refused": ("transferred", "refused", "sign"),
    "L5-refused-more": ("transferred signed disposal", "", "sign"),
    "L6-early": ("accepted triaged transferred refused", "", "dispose"),
    "L6": ("signed", "disposal", "dispose"),
    "L6-again": ("disposal", "", "dispose"),
    "L6-tolerance": ("disposal feedback", "", "dispose"),
    "L7": ("disposal", "feedback", "feed_back"),
    "L8": ("feedback", "closed", "close"),
    "L8-shelved": ("shelved", "closed", "close"),
    "L9": (HANDLING, "shelved", "dispose"),
    "L9-resumed": ("shelved", "disposal", "dispose"),
    "L9-resumed-unsigned": ("shelved", "accepted", "dispose"),
    "L10": ("closed", "reopened", "reopen"),
    "L10-accepted": ("reopened", "accepted", "accept"),
}


def test_the_tables_have_the_same_rows() -> None:
    assert set(MOVES) == set(L) == set(lead_states.LEAD_MOVES)


@pytest.mark.parametrize(("row", "state"), list(product(L, LeadState)))
def test_every_cell(row: L, state: LeadState) -> None:
    sources, target, who = MOVES[row]
    allowed = state in sources.split()
    assert lead_states.may_move(row, state) is allowed
    assert lead_states.LEAD_MOVES[row].who == who
    if allowed:
        assert lead_states.after(row.value, state.value) == (target or state)
    else:
        with pytest.raises(ValueError, match="does not start"):
            lead_states.after(row, state)


def test_every_state_is_reached_and_none_is_a_dead_end_but_the_refusal() -> None:
    moves = lead_states.LEAD_MOVES.values()
    assert {move.target for move in moves} - {None} == set(LeadState) - {LeadState.REPORTED}
    leaving = {state for move in moves if move.target for state in move.sources}
    assert set(LeadState) - leaving == {LeadState.NOT_ACCEPTED}


def test_what_has_ended_is_only_taken_up_again() -> None:
    for row, state in product(L, lead_states.LEAD_ENDED):
        assert lead_states.may_move(row, state) is (row is L.REOPEN and state is LeadState.CLOSED)


def test_nothing_is_closed_without_its_result_and_a_whole_tolerance() -> None:
    closing = [move for move in lead_states.LEAD_MOVES.values() if move.target is LeadState.CLOSED]
    assert all({"has_result", "every_slip_settled"} <= set(move.guards) for move in closing)
    assert "tolerance_complete" in lead_states.LEAD_MOVES[L.CLOSE].guards


def test_the_four_ways_and_the_classes_of_result() -> None:
    assert list(lead_states.DISPOSALS.values()) == ["谈话函询", "初步核实", "暂存待查", "予以了结"]
    assert list(lead_states.RESULTS.values()) == [
        "失实澄清", "谈话提醒、批评教育", "组织处理", "党纪政务处分", "违规追责", "移送司法或上级",
        "容错免责", "转问题整改",
    ]  # fmt: skip


@pytest.mark.parametrize("lacking", ["", "case", "basis", "gain", "approver"])
def test_s53_tolerance_has_four_parts(lacking: str) -> None:
    parts = dict.fromkeys(("case", "basis", "gain", "approver"), "有")
    words = {"case": "适用情形", "basis": "决策程序依据", "gain": "有无谋私", "approver": "批准机构"}
    if lacking:
        parts[lacking] = " "
    assert lead_states.tolerance_lacks(parts) == ([words[lacking]] if lacking else [])
    assert lead_states.tolerance_lacks({}) == list(words.values())


def test_s52_what_was_punished_and_not_yet_accounted_for_flows_back() -> None:
    for result, nature, destinations in product(
        lead_states.RESULTS, ("discipline", "illegal_invest", "breach_rule", "mgmt"), ((), ("disc",), ("disc", "acct"))
    ):
        wanted = result == "disciplined" and nature in ("illegal_invest", "breach_rule") and "acct" not in destinations
        assert lead_states.flows_back(result, nature, destinations) is wanted


@pytest.mark.parametrize(
    ("slips", "settled"),
    [((), True), (("done",), True), (("done", "refused"), True), (("sent",), False), (("done", "signed"), False)],
)
def test_when_every_body_is_through_with_it(slips: tuple[str, ...], settled: bool) -> None:
    assert lead_states.slips_settled(slips) is settled


def test_the_store_refuses_what_no_move_allows() -> None:
    """The triggers of revision 0006 know the same pairs."""
    pairs = {
        (str(state), str(move.target))
        for move in lead_states.LEAD_MOVES.values()
        for state in move.sources
        if move.target is not None
    }
    assert set(lead_guards.PAIRS) == pairs and len(lead_guards.PAIRS) == len(pairs)
