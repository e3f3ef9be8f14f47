"""Who may do what to a finding: every role, every action, every relation, against a table written by hand."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest

from handlers.rules.permissions import (
    SOURCE_ROLES,
    Action,
    Facts,
    Relation,
    Role,
    Way,
    may,
    may_register_directly,
    standing,
)

COLUMNS = {
    "职工": "employee",
    "责任人": "resp_person",
    "单位联络员": "unit_liaison",
    "单位负责人": "unit_head",
    "成员单位联络员": "member_liaison",
    "成员单位负责人": "member_head",
    "审计/来源经办": "audit_staff",
    "办公室专人": "office_staff",
    "办公室主任": "office_director",
    "领导小组": "leading_group",
    "纪检线索员": "disc_manager",
    "追责部门": "acct_staff",
    "系统管理员": "sys_admin",
}
UNLISTED = {"disc_handler", "sub_office", "log_auditor"}

# What a cell says: when it holds, and the way. ✔/◐ allow it; × leaves only the way.
CELLS: dict[str, tuple[Callable[[Relation], bool], str]] = {
    "✔": (lambda r: True, "full"),
    "✘": (lambda r: False, "none"),
    "×走反映": (lambda r: True, "report"),
    "×经联络员": (lambda r: r.own, "via_liaison"),
    "×提议": (lambda r: True, "propose"),
    "×本来源提议": (lambda r: r.own_source, "propose"),
    "×拟办": (lambda r: True, "draft"),
    "×知悉": (lambda r: True, "notice"),
    "×本单位仅知悉": (lambda r: r.own_unit, "notice"),
    "◐自查": (lambda r: r.own_unit, "self_check"),
    "◐本人": (lambda r: r.own, "full"),
    "◐本单位": (lambda r: r.own_unit, "full"),
    "◐本单位及下级": (lambda r: r.own_unit or r.subordinate, "full"),
    "◐本单位内转": (lambda r: r.own_unit, "within_unit"),
    "◐本单位筛选": (lambda r: r.own_unit, "filtered"),
    "◐筛选": (lambda r: True, "filtered"),
    "◐本来源": (lambda r: r.own_source, "full"),
    "◐本来源登记前": (lambda r: r.own_source and not r.registered, "full"),
    "◐自己提交登记前": (lambda r: r.submitter and not r.registered, "full"),
    "◐转入": (lambda r: r.transferred, "full"),
    "◐转入或自己提交": (lambda r: r.transferred or r.submitter, "full"),
    "◐可关": (lambda r: not r.peers_closed, "full"),
    "◐首次三十日内": (lambda r: r.extension_no < 2 and r.extension_days < 31 and not r.major, "full"),
    "◐本来源首次三十日内": (
        lambda r: r.own_source and r.extension_no < 2 and r.extension_days < 31 and not r.major,
        "full",
    ),
    "◐重大或再次": (lambda r: r.major or r.extension_no > 1, "full"),
    "◐抽查或重大或本来源": (lambda r: r.spot_check or r.major or r.own_source, "full"),
}


def matrix() -> dict[tuple[str, str], str]:
    path = Path(__file__).with_name("matrix_findings.csv")
    cells: dict[tuple[str, str], str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            action = row.pop("动作")
            cells |= {(action, COLUMNS[column]): cell for column, cell in row.items()}
    cells |= {(action, "union_staff"): cells[action, "audit_staff"] for action in Action}
    cells |= {(action, role): "✘" for action in Action for role in UNLISTED}
    return cells


MATRIX = matrix()


def expected(action: str, role: str, relation: Relation) -> tuple[bool, str]:
    cell = MATRIX[action, role]
    holds, way = CELLS[cell]
    outside_circle = not (
        role in ("office_director", "disc_manager") or (role in {*SOURCE_ROLES, "office_staff"} and relation.own_source)
    )
    about_one_finding = action not in ("submit", "submit_quarter", "query_unsubmitted", "query_list")
    barred = (
        relation.recused
        or (action == "accept" and relation.filler)
        or (relation.converted and role in ("resp_person", "unit_liaison", "unit_head"))
        or (relation.restricted and about_one_finding and outside_circle)
    )
    if barred or not holds(relation):
        return False, "none"
    return cell[0] in "✔◐", way


def relations() -> Iterator[Relation]:
    """Every combination of how he stands to it, each with one further circumstance at a time."""
    further: tuple[dict[str, object], ...] = (
        {},
        {"converted": True},
        {"registered": True},
        {"major": True},
        {"transferred": True},
        {"recused": True},
        {"spot_check": True},
        {"peers_closed": True},
        {"extension_no": 2},
        {"extension_days": 30},
        {"extension_days": 31},
    )
    for own, unit, below, source, submitter, filler, restricted in product((False, True), repeat=7):
        base = Relation(own, unit, below, source, submitter, filler, restricted)
        for circumstance in further:
            yield replace(base, **circumstance)  # type: ignore[arg-type]


def test_the_table_names_every_cell() -> None:
    assert set(MATRIX) == {(action.value, role.value) for action in Action for role in Role}
    assert set(MATRIX.values()) <= set(CELLS)


@pytest.mark.parametrize("action", list(Action))
def test_every_role_in_every_relation(action: Action) -> None:
    for role, relation in product(Role, list(relations())):
        verdict = may(action, [role], relation)
        assert (verdict.allowed, verdict.way) == expected(action, role, relation), (role, relation)
        assert bool(verdict) is verdict.allowed


@pytest.mark.parametrize("action", list(Action))
def test_nobody_and_unknown_roles_may_nothing(action: Action) -> None:
    everything = Relation(own=True, own_unit=True, own_source=True, submitter=True)
    assert not may(action, [], everything)
    assert not may(action, ["书记", "admin", ""], everything)


def test_the_best_of_several_roles_counts() -> None:
    relation = Relation(own=True, own_unit=True)
    assert may(Action.APPLY_ACCEPTANCE, ["resp_person"], relation).way is Way.VIA_LIAISON
    assert may(Action.APPLY_ACCEPTANCE, ["resp_person", "unit_liaison"], relation).allowed
    assert may(Action.SUBMIT, ["employee", "unit_liaison"], relation).way is Way.SELF_CHECK
    assert may(Action.REOPEN, ["employee", "disc_manager"], relation).way is Way.PROPOSE


@dataclass(frozen=True)
class Post:
    role: str
    unit: str
    path: str


FACTS = Facts(
    unit="JS2",
    unit_path="/HX/JS/JS2/",
    source="HX-SJ",
    resp_person="zhou",
    submitter="qin",
    fillers=frozenset({"zhou"}),
    registered=True,
)


@pytest.mark.parametrize(
    ("userid", "posts", "action", "allowed"),
    [
        ("wang", [Post("unit_head", "JS", "/HX/JS/")], Action.VIEW_FULL, True),  # of the unit above
        ("wang", [Post("unit_liaison", "JS", "/HX/JS/")], Action.VIEW_FULL, False),
        ("wang", [Post("unit_head", "WL", "/HX/WL/")], Action.VIEW_FULL, False),
        ("wang", [Post("unit_head", "J", "/HX/J/")], Action.VIEW_FULL, False),  # a prefix of a name, not of the tree
        ("wang", [Post("unit_head", "", "")], Action.VIEW_FULL, False),
        ("zhou", [Post("resp_person", "JS", "/HX/JS/")], Action.PROGRESS, True),
        ("other", [Post("resp_person", "JS2", "/HX/JS/JS2/")], Action.PROGRESS, False),
        ("qin", [Post("audit_staff", "HX-SJ", "/HX/HX-SJ/")], Action.ACCEPT, True),
        ("liu", [Post("member_liaison", "HX-CW", "/HX/HX-CW/")], Action.ACCEPT, False),
        # Liaison of a member unit, and head elsewhere: neither lends anything to the other.
        (
            "liu",
            [Post("unit_head", "HX-SJ", "/HX/HX-SJ/"), Post("member_liaison", "JS2", "/HX/JS/JS2/")],
            Action.VIEW_FULL,
            False,
        ),
        ("zhou", [Post("audit_staff", "HX-SJ", "/HX/HX-SJ/")], Action.ACCEPT, False),  # he filled it in himself
    ],
)
def test_standing_is_judged_post_by_post(userid: str, posts: list[Post], action: Action, allowed: bool) -> None:
    assert may(action, posts, standing(userid, FACTS)).allowed is allowed


def test_standing_with_empty_facts_is_no_relation() -> None:
    assert not may(Action.VIEW_FULL, [Post("unit_liaison", "", "")], standing("", Facts()))
    assert not may(Action.VIEW_FULL, [Post("resp_person", "", "")], standing("", Facts()))


def test_names_of_roles_are_not_enough_for_a_relation_by_post() -> None:
    with pytest.raises(TypeError, match="posts"):
        may(Action.VIEW_FULL, ["unit_head"], standing("wang", FACTS))


@pytest.mark.parametrize(
    ("roles", "same_source", "direct"),
    [
        (["member_liaison"], True, True),
        (["member_liaison"], False, False),
        (["audit_staff", "member_liaison"], True, True),
        (["union_staff"], True, True),
        (["office_staff"], False, True),
        (["office_director"], False, True),
        (["leading_group"], True, False),
        (["disc_manager"], True, False),
        (["disc_manager", "member_liaison"], True, True),
        (["unit_liaison"], True, False),
        (["acct_staff"], True, False),
        (["employee"], True, False),
    ],
)
def test_registering_with_the_submission(roles: list[str], same_source: bool, direct: bool) -> None:
    assert may_register_directly(roles, same_source) is direct
