"""The permission matrix of domain.md 2.3 as data: action by role, each cell with its condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.rules.relations import Relation
from handlers.rules.roles import Role


class Action(StrEnum):
    SUBMIT = "submit"
    REGISTER = "register"
    REJECT = "reject"  # T3: back for completion, refused, merged, turned into a lead
    VIEW_FULL = "view_full"
    VIEW_PEER = "view_peer"
    CLASSIFY = "classify"
    ASSIGN = "assign"
    PROGRESS = "progress"
    EXTEND = "extend"
    APPROVE_EXT = "approve_ext"
    APPLY_ACCEPTANCE = "apply_acceptance"
    ACCEPT = "accept"  # and return
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    URGE = "urge"
    EXPORT = "export"
    TALK = "talk"
    SUBMIT_QUARTER = "submit_quarter"
    QUERY_UNSUBMITTED = "query_unsubmitted"
    QUERY_LIST = "query_list"
    TRAIL = "trail"  # the history of a finding
    EVIDENCE_VIEW = "evidence_view"
    OBJECT = "object"  # S9: the unit's only answer to what it holds untrue
    ANSWER_OBJECTION = "answer_objection"
    SUPERVISE = "supervise"  # S45: 重点督办, and its end
    SUGGEST = "suggest"  # S12: the discipline body's advice; no state changes
    SPOT_CHECK = "spot_check"  # the office reserves the acceptance for itself
    AGREE_WITHDRAW = "agree_withdraw"  # T12: after registration the director agrees


class Way(StrEnum):
    """In what way a person may act, or what is left to one who may not act himself."""

    FULL = "full"
    SELF_CHECK = "self_check"  # 自查: about his own unit
    WITHIN_UNIT = "within_unit"  # 在本单位内: only to people of his unit
    WITHIN_LEVEL = "within_level"  # S61: only to and about units of his own level
    FILTERED = "filtered"  # only the items he may see one by one
    REPORT = "report"  # not himself: through an employee's report
    VIA_LIAISON = "via_liaison"  # not himself: his liaison applies
    PROPOSE = "propose"  # not himself: he may propose it
    DRAFT = "draft"  # not himself: he prepares it for the director
    NOTICE = "notice"  # not himself: he is told of it
    NONE = "none"


Condition = Callable[[Relation], bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix. `may` is False for those who only have the `way` (propose, draft, be told)."""

    when: Condition
    way: Way = Way.FULL
    may: bool = True


def always(_: Relation) -> bool:
    return True


def own(relation: Relation) -> bool:
    return relation.own


def own_unit(relation: Relation) -> bool:
    return relation.own_unit


def own_or_below(relation: Relation) -> bool:
    return relation.own_unit or relation.subordinate


def own_unit_or_co_unit(relation: Relation) -> bool:
    return relation.own_unit or relation.co_unit


def own_or_below_or_co_unit(relation: Relation) -> bool:
    return relation.own_unit or relation.subordinate or relation.co_unit


def own_source(relation: Relation) -> bool:
    return relation.own_source


def own_level(relation: Relation) -> bool:
    """S61: a switched-on sub-office and a finding that its own level found."""
    return relation.own_level


def own_level_both_ways(relation: Relation) -> bool:
    """S61: what its own level found about its own level, or about nobody yet."""
    return relation.own_level and (relation.own_unit or relation.subordinate or relation.nobodys)


def level_or_below(relation: Relation) -> bool:
    """S61: what its own level found, and what its own level has to rectify."""
    return relation.own_level or (relation.sub_office and own_or_below(relation))


def unregistered_of_own_source(relation: Relation) -> bool:
    return relation.own_source and not relation.registered


def transferred(relation: Relation) -> bool:
    return relation.transferred


def transferred_or_submitted(relation: Relation) -> bool:
    return relation.transferred or relation.submitter


def peers_open(relation: Relation) -> bool:
    return not relation.peers_closed


def short_first_extension(relation: Relation) -> bool:
    first = relation.extension_no == 1 and relation.extension_days <= relation.extension_limit
    return first and not relation.major


def short_first_extension_of_own_source(relation: Relation) -> bool:
    return relation.own_source and short_first_extension(relation)


def short_first_extension_of_own_level(relation: Relation) -> bool:
    return relation.own_level and short_first_extension(relation)


def major_or_later_extension(relation: Relation) -> bool:
    return relation.major or relation.extension_no >= 2


def spot_or_major(relation: Relation) -> bool:
    """The office accepts what it checks at random, what is major, and what it found itself."""
    return relation.spot_check or relation.major or relation.own_source


def spot_or_major_of_own_level(relation: Relation) -> bool:
    return relation.own_level and spot_or_major(relation)


def own_unregistered(relation: Relation) -> bool:
    return relation.submitter and not relation.registered


_COLUMNS = (
    Role.EMPLOYEE, Role.RESP_PERSON, Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.MEMBER_LIAISON, Role.MEMBER_HEAD,
    Role.AUDIT_STAFF, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.LEADING_GROUP, Role.DISC_MANAGER,
    Role.DISC_HANDLER, Role.ACCT_STAFF, Role.SUB_OFFICE, Role.SYS_ADMIN, Role.LOG_AUDITOR,
)  # fmt: skip

# Union staff handle the findings of their source as auditors do (domain.md 2.1: 民主监督来源).
COLUMN_OF = {role: role for role in _COLUMNS} | {Role.UNION_STAFF: Role.AUDIT_STAFF}

____ = None  # ✘
_YES = Cell(always)
_OWN = Cell(own)
_UNI = Cell(own_unit)
_BEL = Cell(own_or_below)
_UCO = Cell(own_unit_or_co_unit)
_BCO = Cell(own_or_below_or_co_unit)
_SRC = Cell(own_source)
_NEW = Cell(unregistered_of_own_source)
_TRF = Cell(transferred)
_TRS = Cell(transferred_or_submitted)
_SLF = Cell(own_unit, Way.SELF_CHECK)
_WTH = Cell(own_unit, Way.WITHIN_UNIT)
_PEE = Cell(peers_open)
_EXS = Cell(short_first_extension_of_own_source)
_EXT = Cell(short_first_extension)
_EXV = Cell(short_first_extension_of_own_level)
_EXL = Cell(major_or_later_extension)
_SPO = Cell(spot_or_major)
_SPV = Cell(spot_or_major_of_own_level)
_BAK = Cell(own_unregistered)
_LEV = Cell(own_level)
_LVB = Cell(level_or_below)
_LVS = Cell(own_level, Way.WITHIN_LEVEL)
_LVA = Cell(own_level_both_ways, Way.WITHIN_LEVEL)
_PAR = Cell(always, Way.FILTERED)
_PAO = Cell(own_unit, Way.FILTERED)
_REP = Cell(always, Way.REPORT, may=False)
_VIA = Cell(own, Way.VIA_LIAISON, may=False)
_PRO = Cell(always, Way.PROPOSE, may=False)
_PRS = Cell(own_source, Way.PROPOSE, may=False)
_DRA = Cell(always, Way.DRAFT, may=False)
_TOL = Cell(always, Way.NOTICE, may=False)
_TOU = Cell(own_unit, Way.NOTICE, may=False)

# Unit people act on their own entries only: their roles are appointments to one unit (domain.md 2.1).
# A unit that assists reads all and reports progress; a switched-on sub-office is its own level's office (S61).
# fmt: off
_ROWS: Mapping[Action, tuple[Cell | None, ...]] = {
    #    empl  resp  u.li  u.hd  m.li  m.hd  audi  staf  dire  lead  disc  hand  acct  subo  admi  logs
    Action.SUBMIT:
        (_REP, _SLF, _SLF, _SLF, _YES, _YES, _YES, _YES, _YES, _YES, _YES, ____, _YES, _LVS, ____, ____),
    Action.REGISTER:
        (____, ____, ____, ____, _SRC, _SRC, _SRC, _YES, _YES, ____, ____, ____, ____, _LEV, ____, ____),
    Action.REJECT:
        (____, ____, ____, ____, ____, _SRC, ____, _YES, _YES, ____, ____, ____, ____, _LEV, ____, ____),
    Action.VIEW_FULL:
        (____, _OWN, _UCO, _BCO, _SRC, _SRC, _SRC, _YES, _YES, _YES, _YES, ____, _TRS, _LVB, ____, ____),
    Action.VIEW_PEER:
        (____, ____, ____, ____, _PEE, _YES, _YES, _YES, _YES, _YES, _YES, ____, _YES, ____, ____, ____),
    Action.CLASSIFY:
        (____, ____, ____, ____, _NEW, _NEW, _SRC, _YES, _YES, ____, ____, ____, ____, _LEV, ____, ____),
    Action.ASSIGN:
        (____, ____, ____, _WTH, ____, ____, _SRC, _YES, _YES, ____, ____, ____, ____, _LVA, ____, ____),
    Action.PROGRESS:
        (____, _OWN, _UCO, _UCO, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____),
    Action.EXTEND:
        (____, _OWN, _UNI, _UNI, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____),
    Action.APPROVE_EXT:
        (____, ____, ____, ____, ____, ____, _EXS, _EXT, _YES, _EXL, ____, ____, ____, _EXV, ____, ____),
    Action.APPLY_ACCEPTANCE:
        (____, _VIA, _UNI, _UNI, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____),
    Action.ACCEPT:
        (____, ____, ____, ____, _SRC, _SRC, _SRC, _SPO, _YES, ____, ____, ____, ____, _SPV, ____, ____),
    Action.REOPEN:
        (____, ____, ____, ____, _PRS, _SRC, _SRC, _YES, _YES, ____, _PRO, ____, _PRO, _LEV, ____, ____),
    Action.WITHDRAW:
        (____, _BAK, _BAK, _BAK, _BAK, _BAK, _BAK, _YES, _YES, _BAK, _BAK, ____, _BAK, _LEV, ____, ____),
    Action.AGREE_WITHDRAW:
        (____, ____, ____, ____, ____, ____, ____, ____, _YES, ____, ____, ____, ____, ____, ____, ____),
    Action.URGE:
        (____, ____, ____, _UNI, _SRC, _YES, _SRC, _YES, _YES, _YES, ____, ____, ____, _LEV, ____, ____),
    Action.EXPORT:
        (____, ____, _UNI, _UNI, _SRC, _SRC, _SRC, _YES, _YES, _YES, _SRC, ____, _TRF, _LEV, ____, ____),
    Action.TALK:
        (____, ____, ____, _TOU, ____, ____, ____, _DRA, _YES, _TOL, ____, ____, ____, ____, ____, ____),
    Action.SUBMIT_QUARTER:
        (____, ____, ____, ____, _UNI, _UNI, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____),
    Action.QUERY_UNSUBMITTED:
        (____, ____, ____, ____, _UNI, _UNI, ____, _YES, _YES, _YES, ____, ____, ____, ____, ____, ____),
    Action.QUERY_LIST:
        (____, _PAO, _UNI, _BEL, _PAR, _PAR, _PAR, _YES, _YES, _YES, _YES, ____, _PAR, _LVB, ____, ____),
    Action.TRAIL:
        (____, _OWN, _UNI, _BEL, _SRC, _SRC, _SRC, _YES, _YES, _YES, _YES, ____, _TRS, _LVB, ____, ____),
    Action.EVIDENCE_VIEW:
        (____, _OWN, _UCO, _BCO, _SRC, _SRC, _SRC, _YES, _YES, _YES, _YES, ____, _TRS, _LVB, ____, ____),
    Action.OBJECT:
        (____, _OWN, _UNI, _UNI, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____, ____),
    Action.ANSWER_OBJECTION:
        (____, ____, ____, ____, _SRC, _SRC, _SRC, _YES, _YES, ____, _SRC, ____, _SRC, _LEV, ____, ____),
    Action.SUPERVISE:
        (____, ____, ____, ____, _SRC, _SRC, _SRC, _YES, _YES, ____, _SRC, ____, _SRC, _LEV, ____, ____),
    Action.SUGGEST:
        (____, ____, ____, ____, ____, ____, ____, ____, ____, ____, _YES, _YES, ____, ____, ____, ____),
    Action.SPOT_CHECK:
        (____, ____, ____, ____, ____, ____, ____, _YES, _YES, ____, ____, ____, ____, _LEV, ____, ____),
}
# fmt: on

MATRIX: Mapping[Action, Mapping[Role, Cell | None]] = {
    action: dict(zip(_COLUMNS, row, strict=True)) for action, row in _ROWS.items()
}

# Where it matters that a unit assists; and what people do by a role that is theirs for one finding only.
ASSISTED = frozenset(action for action, row in _ROWS.items() if _UCO in row or _BCO in row)
LENDING = frozenset(
    action
    for action, cells in MATRIX.items()
    if any(cells[role] is not None for role in (Role.RESP_PERSON, Role.UNIT_LIAISON, Role.UNIT_HEAD))
)
