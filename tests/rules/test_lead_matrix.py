"""Who may do what with a lead: every role, every action, every relation, against a table typed from domain.md 2.4."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import combinations, product
from pathlib import Path

import pytest

from handlers.rules.lead_permissions import LeadAction, LeadRelation, Sight, may_lead, sight
from handlers.rules.roles import Role
from tests.rules.test_permissions import COLUMNS

# What a cell says: when it holds, and how much it gives.
CELLS: dict[str, Callable[[LeadRelation], str]] = {
    "✔": lambda r: "full",
    "✘": lambda r: "none",
    "✔水印": lambda r: "marked",
    "◐合计": lambda r: "totals",
    "◐拟办": lambda r: "draft",
    "◐自己的日志": lambda r: "own_looks",
    "◐线索类日志": lambda r: "leads_only",
    "◐会话内": lambda r: "full" if r.submitter and r.in_session else "none",
    "◐自己提交": lambda r: "full" if r.submitter else "none",
    "◐三态": lambda r: "three_states" if r.submitter else "none",
    "◐登记环节": lambda r: "full" if r.registering and r.office_reads else "none",
    "◐承办件": lambda r: "full" if r.handled else "none",
    "◐转入件": lambda r: "full" if r.transferred else "none",
    "◐转入件或三态": lambda r: "full" if r.transferred else "three_states" if r.submitter else "none",
    "◐纪检件": lambda r: "full" if r.disc_matter else "none",
    "◐反映人同意": lambda r: "full" if r.consented else "none",
    "◐理由": lambda r: "full" if r.reasoned else "none",
    "◐承办件经批准": lambda r: "full" if r.handled and r.approved else "none",
}
AMOUNT = ("none", "totals", "own_looks", "leads_only", "draft", "three_states", "marked", "full")
FLAGS = tuple(field.name for field in fields(LeadRelation) if field.name not in ("recused", "in_place"))
RELATIONS = tuple(
    LeadRelation(**{name: name in chosen for name in FLAGS})
    for size in (0, 1, 2, 3, len(FLAGS))
    for chosen in combinations(FLAGS, size)
)


def matrix() -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    with Path(__file__).with_name("matrix_leads.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            action = row.pop("动作")
            assert row.pop("条款"), action
            cells |= {(action, COLUMNS[column]): cell for column, cell in row.items()}
    return cells


MATRIX = matrix()


def expected(action: str, roles: tuple[str, ...], relation: LeadRelation) -> str:
    everybody = () if set(roles) & {"sys_admin", "log_auditor"} else ("employee",)
    return max((CELLS[MATRIX[action, role]](relation) for role in (*roles, *everybody)), key=AMOUNT.index)


def test_the_table_has_every_cell() -> None:
    assert set(MATRIX) == set(product(LeadAction, Role))
    assert set(MATRIX.values()) == set(CELLS)


@pytest.mark.parametrize(("action", "role"), list(product(LeadAction, Role)))
def test_every_cell(action: LeadAction, role: Role) -> None:
    for relation in RELATIONS:
        found = sight(action, [role], relation)
        assert found == expected(action, (role,), relation), relation
        assert may_lead(action, [role], relation) is (found in ("full", "marked", "three_states"))


@pytest.mark.parametrize("action", list(LeadAction))
def test_two_roles_give_what_the_better_one_gives(action: LeadAction) -> None:
    for (one, other), relation in product(combinations(Role, 2), RELATIONS[:14]):
        if not {one, other} & {"sys_admin", "log_auditor"}:
            assert sight(action, [one, other], relation) == expected(action, (one, other), relation)


@pytest.mark.parametrize(("action", "role"), list(product(LeadAction, Role)))
def test_who_is_recused_has_nothing_whatever_else_he_is(action: LeadAction, role: Role) -> None:
    """P7; he may still report, and read what he reported himself."""
    for relation in RELATIONS:
        for recused in (replace(relation, recused=True), replace(relation, recused=True, in_place=True)):
            found = sight(action, [role, "disc_manager", "office_director"], recused)
            assert found is Sight.NONE or action in ("submit", "view_own")


@pytest.mark.parametrize(("action", "role"), list(product(LeadAction, Role)))
def test_who_takes_over_acts_as_those_do_in_whose_place_he_is(action: LeadAction, role: Role) -> None:
    """S41: the leader of the leading group reads no lead but the one that nobody below him may have."""
    for relation in RELATIONS[:14]:
        places = (role, "office_director", "disc_manager")
        assert sight(action, [role], replace(relation, in_place=True)) == expected(action, places, relation)


def test_nobody_learns_who_an_anonymous_reporter_is() -> None:
    for role, relation in product(Role, RELATIONS):
        whole = replace(relation, in_place=True)
        assert sight(LeadAction.VIEW_ANONYMOUS, [*Role], whole) is Sight.NONE
        assert not may_lead(LeadAction.VIEW_ANONYMOUS, [role], relation)
