"""Who may do what to a finding: every role, every action, every relation, against a table written by hand."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path

import pytest

from handlers.rules.permissions import (
    Action,
    Facts,
    Relation,
    Role,
    Way,
    may,
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
    "工会经办": "union_staff",
    "办公室专人": "office_staff",
    "办公室主任": "office_director",
    "领导小组": "leading_group",
    "纪检线索员": "disc_manager",
    "纪检承办人": "disc_handler",
    "追责部门": "acct_staff",
    "子级办公室": "sub_office",
    "系统管理员": "sys_admin",
    "日志审查员": "log_auditor",
}

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
    "◐本单位或配合": (lambda r: r.own_unit or r.co_unit, "full"),
    "◐本单位及下级或配合": (lambda r: r.own_unit or r.subordinate or r.co_unit, "full"),
    "◐本级": (lambda r: r.own_level, "full"),
    "◐本级内报送": (lambda r: r.own_level, "within_level"),
    "◐本级内交办": (lambda r: r.own_level and (r.own_unit or r.subordinate or r.nobodys), "within_level"),
    "◐本级及所辖": (lambda r: r.own_level or (r.sub_office and (r.own_unit or r.subordinate)), "full"),
    "◐本级首次三十日内": (
        lambda r: r.own_level and r.extension_no < 2 and r.extension_days < 31 and not r.major,
        "full",
    ),
    "◐本级抽查或重大或本来源": (lambda r: r.own_level and (r.spot_check or r.major or r.own_source), "full"),
}
SOURCES = {
    "member_liaison", "member_head", "audit_staff", "union_staff", "disc_manager", "disc_handler", "acct_staff",
    "sub_office", "office_staff",
}  # fmt: skip


def matrix() -> dict[tuple[str, str], str]:
    path = Path(__file__).with_name("matrix_findings.csv")
    cells: dict[tuple[str, str], str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            action = row.pop("动作")
            assert row.pop("条款"), action
            cells |= {(action, COLUMNS[column]): cell for column, cell in row.items()}
    return cells


MATRIX = matrix()


def expected(action: str, role: str, relation: Relation) -> tuple[bool, str]:
    cell = MATRIX[action, role]
    holds, way = CELLS[cell]
    in_circle = role in ("office_director", "disc_manager") or (role in SOURCES and relation.own_source)
    about_one_finding = action not in ("submit", "submit_quarter", "query_unsubmitted", "query_list")
    own_draft = relation.submitter and not relation.registered
    barred = (
        relation.recused
        or (action == "accept" and relation.filler)
        or (relation.converted and role in ("resp_person", "unit_liaison", "unit_head", "sub_office"))
        or (relation.restricted and about_one_finding and not (in_circle and not relation.concerned))
        or (relation.audited and action in ALTERING and not own_draft)
    )
    if barred or not holds(relation):
        return False, "none"
    return cell[0] in "✔◐", way


TIES = ("own", "own_unit", "subordinate", "own_source", "submitter", "co_unit", "sub_office", "own_level", "nobodys")
ALTERING = ("classify", "reject", "withdraw", "agree_withdraw", "answer_objection")  # S13
FURTHER: tuple[dict[str, object], ...] = (
    {"major": True},
    {"transferred": True},
    {"recused": True},
    {"spot_check": True},
    {"peers_closed": True},
    {"extension_no": 2},
    {"extension_days": 30},
    {"extension_days": 31},
    {"audited": True},
    {"concerned": True},
)


def relations() -> Iterator[Relation]:
    """Every tie and every two of them and all, crossed with the kinds of finding; with each further circumstance."""
    chosen = [ties for size in (0, 1, 2, len(TIES)) for ties in combinations(TIES, size)]
    for ties in chosen:
        base = Relation(**dict.fromkeys(ties, True))
        for kind in product((False, True), repeat=4):
            yield replace(base, **dict(zip(("restricted", "converted", "registered", "filler"), kind, strict=True)))
        for circumstance, restricted in product(FURTHER, (False, True)):
            yield replace(base, restricted=restricted, **circumstance)  # type: ignore[arg-type]


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
    lent_by: str = ""


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


JS = Post("", "JS", "/HX/JS/")
FILE = Facts(unit="WL", unit_path="/HX/WL/", source="CW", source_path="/HX/CW/", registered=True)
OPEN = frozenset({"JS"})
# How he stands, as the store says it, and the ties that follow; his post is in 恒信建设 (JS).
STANDINGS: dict[str, tuple[Facts, dict[str, bool]]] = {
    "他单位": (FILE, {}),
    "本人条目": (replace(FILE, resp_person="me"), {"own": True, "audited": True}),
    "本单位": (replace(FILE, unit="JS", unit_path="/HX/JS/"), {"own_unit": True, "audited": True}),
    "下级单位": (replace(FILE, unit="JS2", unit_path="/HX/JS/JS2/"), {"subordinate": True}),
    "本来源": (replace(FILE, source="JS", source_path="/HX/JS/"), {"own_source": True}),
    "自查": (
        replace(FILE, unit="JS", unit_path="/HX/JS/", source="JS", source_path="/HX/JS/"),
        {"own_unit": True, "own_source": True},
    ),
    "配合单位": (replace(FILE, co_units=frozenset({"JS"})), {"co_unit": True}),
    "本级来源": (
        replace(FILE, source="JSS", source_path="/HX/JS/JSS/", sub_offices=OPEN),
        {"sub_office": True, "own_level": True},
    ),
    "本级所辖": (
        replace(FILE, unit="JS2", unit_path="/HX/JS/JS2/", sub_offices=OPEN),
        {"sub_office": True, "subordinate": True},
    ),
    "子级未启用": (replace(FILE, source="JSS", source_path="/HX/JS/JSS/", sub_offices=frozenset({"WL"})), {}),
    "本级来源待定": (
        replace(FILE, unit="", unit_path="", source="JSS", source_path="/HX/JS/JSS/", sub_offices=OPEN),
        {"sub_office": True, "own_level": True, "nobodys": True},
    ),
    "自己提交": (replace(FILE, submitter="me", registered=False), {"submitter": True, "registered": False}),
}
KINDS: tuple[tuple[dict[str, bool], dict[str, bool]], ...] = (
    ({}, {}),
    ({"restricted": True}, {"restricted": True}),
    ({"converted": True}, {"converted": True}),
    ({"fillers": frozenset({"me"})}, {"filler": True}),  # type: ignore[dict-item]
    ({"recused": frozenset({"me"})}, {"recused": True}),  # type: ignore[dict-item]
)


@pytest.mark.parametrize("name", list(STANDINGS))
@pytest.mark.parametrize("lent_by", ["", "other"])
def test_every_role_and_action_as_the_store_says_it(name: str, lent_by: str) -> None:
    """For himself, and by a lent post: what is true of either counts (domain.md 2.1 代理)."""
    said, ties = STANDINGS[name]
    for role, action, (facts, kind) in product(Role, Action, KINDS):
        post = replace(JS, role=role.value, lent_by=lent_by)
        flags = {"registered": True, **ties, **kind}
        flags["audited"] = bool(ties.get("audited")) and (role is not Role.SUB_OFFICE or name == "本人条目")
        head = role in (Role.UNIT_HEAD, Role.MEMBER_HEAD, Role.OFFICE_DIRECTOR)
        flags["concerned"] = head and bool(ties.get("own_unit"))
        for userid in ("me", "deputy") if lent_by else ("me",):
            held = post if userid == "me" else replace(post, lent_by="me")
            verdict = may(action, [held], standing(userid, replace(said, **facts)))  # type: ignore[arg-type]
            wanted = expected(action, role, Relation(**flags))
            assert (verdict.allowed, verdict.way) == wanted, (name, role, action, kind, userid)


def test_the_audited_may_not_alter_in_any_of_their_posts() -> None:
    """S13: the head of the audited unit who also works in the office may only object."""
    facts = replace(FILE, unit="JS", unit_path="/HX/JS/", source="SJ", source_path="/HX/SJ/")
    posts = [Post("office_staff", "JB", "/HX/JB/"), Post("unit_head", "JS", "/HX/JS/")]
    for action in (Action.CLASSIFY, Action.WITHDRAW, Action.REJECT, Action.ANSWER_OBJECTION):
        assert may(action, posts[:1], standing("me", facts, posts[:1])), action
        assert not may(action, posts, standing("me", facts, posts)), action
    assert may(Action.OBJECT, posts, standing("me", facts, posts))
    own = replace(facts, submitter="me", registered=False)
    assert may(Action.WITHDRAW, posts, standing("me", own, posts))


def test_a_restricted_finding_is_kept_from_who_heads_the_unit_in_any_post() -> None:
    """S8, S26: the source sees it, and the director, unless it is about the unit that they head."""
    facts = replace(FILE, unit="CW", unit_path="/HX/CW/", restricted=True)
    head, liaison = Post("member_head", "CW", "/HX/CW/"), Post("member_liaison", "CW", "/HX/CW/")
    assert may(Action.VIEW_FULL, [liaison], standing("me", facts, [liaison]))
    assert not may(Action.VIEW_FULL, [head], standing("me", facts, [head]))
    both = [liaison, head]
    assert not may(Action.VIEW_FULL, both, standing("me", facts, both))
    director = Post("office_director", "JB", "/HX/JB/")
    assert may(Action.VIEW_FULL, [director], standing("me", facts, [director]))
    office = replace(facts, unit="JB", unit_path="/HX/JB/")
    assert not may(Action.VIEW_FULL, [director], standing("me", office, [director]))


def test_a_sub_office_reaches_no_further_than_its_own_level() -> None:
    """S61: 数据向上汇总、向下隔离."""
    post = Post("sub_office", "JS", "/HX/JS/")
    for said in (
        FILE,
        replace(FILE, sub_offices=OPEN),
        replace(FILE, source="J", source_path="/HX/J/", sub_offices=OPEN),
    ):
        assert not any(may(action, [post], standing("me", said)) for action in Action), said
